/** B-01: whoever may, edits from anywhere what runs at another site. */
import { setTimeout as passing } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CallCentre, type LinkedNode } from './call-centre.ts';
import { until } from './until.ts';

let whole: CallCentre;
let branch: LinkedNode;

beforeAll(async () => {
  whole = await CallCentre.start({ nodes: 2, agents: 1 });
  branch = whole.nodes[1]!;
}, 180_000);
afterAll(() => whole?.close());

test('B-01: a queue that runs at another site is edited at the centre: the next caller there goes as it says now, and back', async () => {
  const isLedAway = async () => {
    const call = await whole.ring(branch, '13800138400');
    await passing(2_500);
    const isOver = call.state.kind === 'failed';
    call.hangUp();
    return isOver;
  };
  const { items } = await whole.tenant.call('GET /api/queues');
  const { id, ...queue } = items[0]!;
  const edit = (changed: object) =>
    whole.tenant.call('PUT /api/queues/:id', { params: { id }, body: { ...queue, ...changed } });
  // Nobody is signed in, and whoever calls waits all the same.
  expect(await isLedAway()).toBe(false);
  await edit({ onNobody: { kind: 'hang-up', say: [] } });
  await until('the branch to go by it', isLedAway, 30_000);
  await edit({ onNobody: null });
  await until('the branch to go by that', async () => !(await isLedAway()), 30_000);
}, 120_000);
