/** C-12: a tenant moved from shared to dedicated under its calls: nodes of a true centre. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { NodeId } from '@seatgrid/core/kernel/ids.ts';
import { CentredNodes, type CentredNode } from './centred-nodes.ts';
import { agentHz, callerHz, toneOf, whoIsHeard } from './tones.ts';
import { until } from './until.ts';

let all: CentredNodes;
let dedicated: CentredNode;
let other: CentredNode;

beforeAll(async () => {
  all = await CentredNodes.start(['127.0.0.1', '127.0.0.12'], 2);
  [dedicated, other] = all.nodes as [CentredNode, CentredNode];
}, 120_000);
afterEach(() => all.settle());
afterAll(() => all?.close(), 60_000);

const place = (nodeIds: NodeId[] | null) =>
  all.platform.call('PUT /api/platform/tenants/:id/placement', {
    params: { id: all.tenantId },
    body: { nodeIds },
  });

test('A-08, C-12: placed at a node of its own its calls run and its agents work there alone; another node knows its number no more, and the call under way there goes on to its end', async () => {
  const { number } = await all.queue();
  const desk = await all.ready(other, all.agents[0]!);
  const running = await all.ring(other, number, '13800138001');
  const { callId } = await desk.untilInteraction('ringing', 20_000);
  await desk.answer();
  desk.sound!.speak(toneOf(agentHz));

  await place([dedicated.nodeId]);
  // Nobody can see when a node has taken what it was told: its first refusal shows it.
  let callers = 0;
  await until('the other node to know the number no more', async () => {
    const call = await all.ring(other, number, `138001381${String(callers++).padStart(2, '0')}`);
    await until('an answer', () => call.state.kind !== 'ringing' || call.rtp.packets.length > 0, 3_000).catch(() => {});
    const { state } = call;
    call.hangUp();
    return state.kind === 'failed' && state.status === 404;
  }, 30_000);
  await other.process.event('call.refused', ({ reason, toNumber }) => reason === 'unknown-number' && toNumber === number);

  // Both go on hearing each other where the tenant is no more.
  await until('the agent to be heard', async () => whoIsHeard(await running.rtp.listen(400)).includes(agentHz));
  await until('the caller to be heard', async () => whoIsHeard(await desk.listen(400)).includes(callerHz));
  running.hangUp();
  const isIt = (facts: { callId: string }) => facts.callId === callId;
  const ended = await other.process.event('call.ended', isIt);
  expect(ended.facts.reason).toMatchObject({ party: 'caller' });
  const record = await until('the record to be closed', async () => {
    const found = await all.administrator.call('GET /api/calls/:id', { params: { id: callId } }).catch(() => undefined);
    return found?.endReason && found;
  });
  expect(record.endReason).toMatchObject({ party: 'caller' });

  // The agent was dismissed when nothing was to be served there any more.
  await until('the desk to be closed', () => desk.closedWhy === 'agent-removed');

  // One way in, and every agent there.
  for (const { desks } of all.agents)
    expect((await desks()).map(({ nodeName }) => nodeName)).toEqual([dedicated.address]);
  const own = await all.ready(dedicated, all.agents[1]!);
  await all.ring(dedicated, number, '13800138003');
  const rung = await own.untilInteraction('ringing', 20_000);
  await own.answer();
  const there = await until('the call to be known', () =>
    all.administrator.call('GET /api/calls/:id', { params: { id: rung.callId } }).catch(() => undefined),
  );
  expect(there.nodeId).toBe(dedicated.nodeId);
  await place(null);
  await until('the other node to serve it again', async () => {
    const call = await all.ring(other, number, `138001382${String(callers++).padStart(2, '0')}`);
    const isTaken = await call.until(['talking'], 3_000).then(() => true, () => false);
    call.hangUp();
    return isTaken;
  }, 30_000);
}, 150_000); // prettier-ignore
