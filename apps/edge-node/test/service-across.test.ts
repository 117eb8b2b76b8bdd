/** F-11 at two nodes of one centre: what one has served badly is made good at the other, linked or just cut off. */
import { setTimeout as passing } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CentredNodes, type CentredNode } from './centred-nodes.ts';
import { until } from './until.ts';

let all: CentredNodes;
let [branch, central] = [] as unknown as [CentredNode, CentredNode];

beforeAll(async () => {
  all = await CentredNodes.start(['127.0.0.1', '127.0.0.12'], 2);
  [branch, central] = all.nodes as [CentredNode, CentredNode];
}, 120_000);
afterAll(() => all?.close(), 60_000);

const entered = ({ process }: CentredNode) => process.eventsOf('queue.entered').length;

/** A caller who waits. */
async function waits(node: CentredNode, number: string, from: string): Promise<void> {
  const before = entered(node);
  await all.ring(node, number, from);
  await until('the caller to wait', () => entered(node) > before);
}

test('F-11: a class of service that another node serves too late goes first here as well, though all its callers here were served in time, and goes on so when the centre is gone', async () => {
  const withinMs = 10_000;
  const promised = await all.queue({ serviceTarget: { percent: 90, withinMs } });
  const plain = await all.queue({ priority: 9 });
  const here = await all.ready(branch, all.agents[0]!);
  await here.done({ kind: 'not-ready', reasonId: null });
  const there = await all.ready(central, all.agents[1]!);
  await there.done({ kind: 'not-ready', reasonId: null });

  /** Both wait at the branch, and its agent is free: whose caller is first? */
  const first = async () => {
    await waits(branch, plain.number, '201');
    await waits(branch, promised.number, '202');
    await here.done({ kind: 'ready' });
    const served: string[] = [];
    for (let one = 0; one < 2; one++) {
      const { number, callId } = await here.answer(10_000);
      served.push(number);
      if (one === 1) await here.done({ kind: 'not-ready', reasonId: null });
      await here.done({ kind: 'end', callId });
    }
    await here.untilPresence('paused');
    return served;
  };
  expect(await first()).toEqual(['201', '202']);

  await waits(central, promised.number, '301');
  await passing(withinMs + 500);
  await there.done({ kind: 'ready' });
  const late = await there.answer(10_000);
  await there.done({ kind: 'not-ready', reasonId: null });
  await there.done({ kind: 'end', callId: late.callId });
  // Told by the floor, and told on once a second: nothing at the branch shows it before a caller waits there.
  await passing(2_500);
  expect(await first()).toEqual(['202', '201']);
  const left = branch.process
    .eventsOf('queue.left')
    .filter(({ facts }) => facts.queueId === promised.queueId);
  expect(Math.max(...left.map(({ facts }) => facts.waitedMs))).toBeLessThan(withinMs);

  await all.killCentre();
  expect(await first()).toEqual(['202', '201']);
  expect(branch.process.eventsOf('reservation.made').at(-2)!.facts.decision!.passedOver).toMatchObject([
    { by: 'service-target' },
  ]);
}, 90_000);
