/** F-25 at two nodes of one centre: a node that has served nobody tells its callers the wait at the pace of all, linked or just cut off. */
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

test('F-25: a node that has served nobody knows how long callers wait by the pace of the others, and goes on so when the centre is gone', async () => {
  const { number, queueId } = await all.queue({ announceWait: { everyMs: null } });
  const there = await all.ready(central, all.agents[0]!);
  for (const nth of [1, 2, 3, 4, 5]) {
    await all.ring(central, number, `1380000000${nth}`);
    const { callId } = await there.answer(20_000);
    await there.done({ kind: 'end', callId });
    await there.untilPresence('ready');
  }
  await there.done({ kind: 'not-ready', reasonId: null });
  const here = await all.ready(branch, all.agents[1]!);
  await all.ring(branch, number, '13900000001');
  await here.answer(20_000);
  /** One who comes to the branch now waits, and may be told how long. */
  const toldMs = async () => {
    const before = branch.process.eventsOf('queue.entered').length;
    const call = await all.ring(branch, number, '13900000002');
    const entered = await until('the caller to wait', () => branch.process.eventsOf('queue.entered')[before], 8_000).catch(() => undefined); // prettier-ignore
    call.hangUp();
    if (!entered) return undefined;
    const { callId } = entered.facts;
    await branch.process.event('queue.left', (facts) => facts.callId === callId);
    const told = branch.process.eventsOf('wait.announced').find(({ facts }) => facts.callId === callId);
    return told?.facts.expectedMs;
  };
  const linkedMs = await until('a wait to be told', toldMs, 20_000);
  expect(linkedMs).toBeGreaterThan(0);
  const served = branch.process
    .eventsOf('queue.left')
    .filter(({ facts }) => facts.queueId === queueId && facts.cause === 'agent');
  expect(served).toHaveLength(1);

  await all.killCentre();
  expect(await until('a wait to be told', toldMs, 20_000)).toBeGreaterThan(0);
}, 90_000);
