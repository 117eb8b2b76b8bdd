/** B-01: whoever may, edits from anywhere what runs at another site. */
import { setTimeout as passing } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CentredNodes, type CentredNode } from './centred-nodes.ts';
import { until } from './until.ts';

let all: CentredNodes;
let branch: CentredNode;

beforeAll(async () => {
  all = await CentredNodes.start(['127.0.0.1', '127.0.0.12'], 1);
  branch = all.nodes[1]!;
}, 180_000);
afterAll(() => all?.close());

test('B-01: a queue that runs at another site is edited at the centre: the next caller there goes as it says now, and back', async () => {
  const { number, queueId: id } = await all.queue();
  const isLedAway = async () => {
    const call = await all.ring(branch, number);
    await passing(2_500);
    const isOver = call.state.kind === 'failed';
    call.hangUp();
    return isOver;
  };
  const { items } = await all.administrator.call('GET /api/queues');
  const { id: _, ...queue } = items.find((one) => one.id === id)!;
  const edit = (changed: object) =>
    all.administrator.call('PUT /api/queues/:id', { params: { id }, body: { ...queue, ...changed } });
  // Nobody is signed in, and whoever calls waits all the same.
  expect(await isLedAway()).toBe(false);
  await edit({ onNobody: { kind: 'hang-up', say: [] } });
  await until('the branch to go by it', isLedAway, 30_000);
  await edit({ onNobody: null });
  await until('the branch to go by that', async () => !(await isLedAway()), 30_000);
}, 120_000);
