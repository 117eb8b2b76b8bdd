/**
 * What a caller is told of the wait, and what overflow is judged by, at a node that is not the agents' own: those of all nodes count
 * while they are linked, and the node's own alone when they are not.
 */
import { setTimeout as passing } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { PresenceState } from '@seatgrid/core/workforce/presence.ts';
import { CentredNodes, type CentredNode } from './centred-nodes.ts';
import { TestDesk } from './test-desk.ts';
import { until } from './until.ts';

let all: CentredNodes;
let [branch, central] = [] as unknown as [CentredNode, CentredNode];
/** Somebody at the branch who serves nobody, and sees who is where. */
let onlooker: TestDesk;

beforeAll(async () => {
  all = await CentredNodes.start(['127.0.0.1', '127.0.0.12'], 2);
  [branch, central] = all.nodes as [CentredNode, CentredNode];
  // The nodes know the tenant once they know this.
  await all.queue();
  onlooker = await TestDesk.openWith(branch.process.ready.desk, await all.agents[1]!.token());
  await until('the first state', () => onlooker.state);
  await onlooker.done({ kind: 'sign-in', device: 'browser' });
}, 120_000);
afterEach(() => all.settle());
afterAll(async () => {
  onlooker?.close();
  await all?.close();
}, 60_000);

function isSeen(state: PresenceState): Promise<unknown> {
  const { agentId } = all.agents[0]!;
  return until(
    `the branch to see that the agent is ${state}`,
    () => onlooker.state!.colleagues.find((one) => one.agentId === agentId)?.state === state,
  );
}

const leftAs = (cause: string, nth: number) =>
  until(
    `a caller led elsewhere as ${cause}`,
    () => branch.process.eventsOf('queue.left').filter(({ facts }) => facts.cause === cause).length >= nth,
  );

test('F-25: behind callers of another node who came before the wait is longer, and it is reckoned by the agents of all nodes', async () => {
  const { number } = await all.queue({ reach: 'strict-order', announceWait: { everyMs: null } });
  const desk = await all.ready(central, all.agents[0]!);
  for (let served = 0; served < 5; served++) {
    await all.ring(branch, number, `1380000000${served}`);
    const { callId } = await desk.answer(20_000);
    await desk.done({ kind: 'end', callId });
    await desk.untilPresence('ready');
  }
  await all.ring(branch, number);
  await desk.answer(20_000);
  await isSeen('talking');
  /** As it is told to one who comes to the branch now. */
  const toldMs = async () => {
    const before = branch.process.eventsOf('wait.announced').length;
    const call = await all.ring(branch, number, '13900000000');
    // A machine that is busy with other things may have refused the call.
    const announced = () => branch.process.eventsOf('wait.announced')[before];
    const told = await until('a wait to be told', announced, 4_000).catch(() => undefined);
    call.hangUp();
    if (told) await branch.process.event('call.ended', ({ callId }) => callId === told.facts.callId);
    return told?.facts.expectedMs ?? 0;
  };
  const aloneMs = await until('a wait to be told', toldMs, 20_000);
  await all.ring(central, number, '13700000000');
  await until('those of the other node to count', async () => (await toldMs()) > aloneMs * 1.3, 20_000);
});

test('B-12: a drained node’s agent is told, serves who waits there, and is brought no caller of another node', async () => {
  const { number, queueId } = await all.queue();
  const desk = await all.ready(central, all.agents[0]!);
  await desk.done({ kind: 'not-ready', reasonId: null });
  await isSeen('paused');
  await all.ring(central, number, '13800000001');
  await central.process.event('queue.entered', (facts) => facts.queueId === queueId);
  const tell = (act: 'drain' | 'serve') =>
    all.platform.call(`POST /api/platform/nodes/:id/${act}`, { params: { id: central.nodeId } });
  await tell('drain');
  await until('the desk to be told', () => desk.state!.isDraining);
  // For others it is as if nobody was there.
  await isSeen('offline');

  await desk.done({ kind: 'ready' });
  const own = await desk.answer(20_000);
  await desk.done({ kind: 'end', callId: own.callId });
  await desk.untilPresence('ready');
  await all.ring(branch, number, '13800000002');
  await branch.process.event('queue.entered', (facts) => facts.queueId === queueId);
  // That nobody will be rung nobody can see; an agent who is free elsewhere is within some tenths of a second.
  await passing(1_000);
  await onlooker.done({ kind: 'ready' });
  const { callId, number: rung } = await onlooker.answer(20_000);
  expect(rung).toBe('13800000002');
  await onlooker.done({ kind: 'end', callId });
  await onlooker.untilPresence('ready');
  await onlooker.done({ kind: 'not-ready', reasonId: null });
  await onlooker.untilPresence('paused');
  const made = central.process.eventsOf('reservation.made').filter(({ facts }) => facts.callId === callId);
  expect(made).toEqual([]);

  await tell('serve');
  await until('the desk to be told', () => !desk.state!.isDraining);
  await isSeen('ready');
  await all.ring(branch, number, '13800000003');
  expect((await desk.answer(20_000)).number).toBe('13800000003');
});

test('F-26: an agent free at another node is waited for; with everybody busy everywhere the forced step is taken at once', async () => {
  const forced = { kind: 'hang-up', say: [] } as const;
  const { number } = await all.queue({ onAllBusy: forced });
  // As the last test left them: seen ready before that is known would be seen as they were then.
  await isSeen('offline');
  const desk = await all.ready(central, all.agents[0]!);
  await isSeen('ready');
  await all.ring(branch, number);
  const { callId } = await desk.answer(20_000);
  expect(branch.process.eventsOf('queue.left').filter(({ facts }) => facts.cause === 'all-busy')).toEqual([]);
  await isSeen('talking');
  await all.ring(branch, number);
  await leftAs('all-busy', 1);
  // Free again, and not to be reached: whoever comes to the branch has its own agents alone.
  await desk.done({ kind: 'end', callId });
  await isSeen('ready');
  await all.killCentre();
  await isSeen('offline');
  await all.ring(branch, number);
  await leftAs('all-busy', 2);
});
