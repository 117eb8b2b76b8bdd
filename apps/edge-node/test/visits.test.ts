/** B-02, B-06: a caller of one node, served by an agent of another: what both hear, what both nodes write, and whose call it stays. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { TestPhone, type PhoneCall } from '@seatgrid/testkit/test-phone.ts';
import { newId, type FixtureTenant } from './fixture-config.ts';
import { TelephoneSide, numberWith } from './telephone-side.ts';
import { agentHz, callerHz, toneOf, whoIsHeard } from './tones.ts';
import type { TestDesk } from './test-desk.ts';
import { hostAddress, TwoNodes, type Match } from './two-nodes.ts';
import { until } from './until.ts';

const hotline = '+864008000001';

let nodes: TwoNodes;
let side: TelephoneSide;
let tenant: FixtureTenant;

beforeAll(async () => {
  nodes = await TwoNodes.start((fixture) => {
    tenant = fixture.tenant({ slug: 'demo', number: '+864008000000', agents: 3 });
    const queue = fixture.queue(tenant, { ringTimeoutMs: 4_000, wrapUpMs: 5_000, isRecorded: true });
    numberWith(tenant, hotline, { kind: 'queue', queueId: queue.id });
  });
  side = nodes.home;
});
afterEach(() => nodes.settle());
afterAll(() => nodes?.close());

async function talking(): Promise<
  { call: PhoneCall; match: Match } & Awaited<ReturnType<TwoNodes['served']>>
> {
  const call = await side.ring(hotline);
  const match = await nodes.waiting();
  return { call, match, ...(await nodes.served(match, tenant, 0)) };
}

test('a caller of one node is rung through to an agent of another; both hear each other, and the call stays one call', async () => {
  const { call, match, desk } = await talking();
  const shown = desk.state!.interaction!;
  expect(shown).toMatchObject({ callId: match.callId, number: '13800138000', calledNumber: hotline });
  desk.sound!.speak(toneOf(agentHz));
  await call.rtp.listen(300);
  expect(whoIsHeard(await call.rtp.listen(400))).toEqual([agentHz]);
  expect(whoIsHeard(await desk.listen(400))).toEqual([callerHz]);
  call.hangUp();
  await side.node.event('call.ended', ({ callId }) => callId === match.callId);
  await desk.untilPresence('wrapping');
  const written = (node: TelephoneSide['node']) =>
    node
      .events()
      .filter(({ facts }) => 'callId' in facts && facts.callId === match.callId)
      .map(({ facts }) => facts.kind)
      .filter((kind) => kind !== 'agent.presence' && kind !== 'leg.media' && kind !== 'recording.finished');
  expect(written(side.node)).toEqual([
    'call.started',
    'queue.entered',
    'call.answered',
    'queue.left',
    'call.bridged',
    'call.ended',
  ]);
  await nodes.host.event('agent.left-call', ({ callId }) => callId === match.callId);
  expect(written(nodes.host)).toEqual(['reservation.made', 'reservation.ended', 'agent.left-call']);
});

test('the agent hangs up, and the caller hears so from the node they called', async () => {
  const { call, match, desk } = await talking();
  await desk.done({ kind: 'end', callId: match.callId });
  const ended = await side.node.event('call.ended', ({ callId }) => callId === match.callId);
  expect(ended.facts.reason).toMatchObject({ party: 'agent', code: 'hung-up' });
  await until('the caller’s line to be closed', () => call.state.kind === 'ended');
  await desk.untilPresence('wrapping');
  await desk.done({ kind: 'finish-wrap-up', callId: match.callId, dispositionId: null, notes: 'noted' });
  const closed = await nodes.host.event('interaction.closed', ({ callId }) => callId === match.callId);
  expect(closed.facts.notes).toBe('noted');
});

test.each([
  ['declined', (desk: TestDesk, match: Match) => desk.done({ kind: 'decline', callId: match.callId })],
  ['expired', () => Promise.resolve()],
] as const)(
  'a ring at another node that is %s leaves the caller in the queue, and the agent as its own node says',
  async (outcome, act) => {
    const call = await side.ring(hotline);
    const match = await nodes.waiting();
    const desk = await nodes.rung(match, tenant, 0);
    await act(desk, match);
    const ended = await nodes.host.event('reservation.ended', ({ callId }) => callId === match.callId);
    expect(ended.facts.outcome).toBe(outcome);
    await desk.untilPresence('paused');
    // An agent of the caller's own node is next.
    const own = await side.ready(tenant, 1);
    expect(await own.untilInteraction('ringing')).toMatchObject({ callId: match.callId });
    call.hangUp();
  },
);

test('a caller who hangs up while another node rings stops the ring there', async () => {
  const call = await side.ring(hotline);
  const match = await nodes.waiting();
  const desk = await nodes.rung(match, tenant, 0);
  call.hangUp();
  const ended = await nodes.host.event('reservation.ended', ({ callId }) => callId === match.callId);
  expect(ended.facts.outcome).toBe('withdrawn');
  await desk.untilPresence('ready');
});

test('an agent kept for a call that nobody brings is free again, and rung for nobody meanwhile', async () => {
  const desk = await nodes.ready(tenant, 0);
  const agentId = tenant.agents[0]!.id;
  const match = { callId: newId<'call'>(), queueId: tenant.config.queues[0]!.id };
  expect(await nodes.expect(match, tenant, agentId)).toMatchObject({ fingerprint: null });
  expect(await nodes.expect(match, tenant, agentId)).toBeNull();
  expect(desk.state!.presence.state).toBe('ready');
  await until('the agent to be free again', () => nodes.expect(match, tenant, agentId));
});

test('a token lets one call in, once, and for its match; without one nobody is answered', async () => {
  const call = await side.ring(hotline);
  const match = await nodes.waiting();
  await nodes.ready(tenant, 2);
  const agentId = tenant.agents[2]!.id;
  const place = await nodes.expect(match, tenant, agentId);
  const stranger = await TestPhone.open({ address: '127.0.0.9' });
  const dial = (user: string) =>
    stranger.ring({ host: hostAddress, port: nodes.host.sipPort, number: user, from: 'home' });
  const guessed = await dial(`visit-${'0'.repeat(32)}`);
  // Whoever has the token and nothing to say has spent it.
  const empty = await dial(`visit-${place!.token}`);
  await until('the empty one to be refused', () => empty.state.kind === 'failed');
  expect(empty.state).toMatchObject({ status: 400 });
  await until('the reason in the log', () =>
    nodes.host.stderr.includes('no application/vnd.seatgrid.visit+json'),
  );
  await nodes.claim(match, tenant, agentId, place!);
  await until('the caller to wait again', async () => {
    const again = await nodes.expect(match, tenant, agentId);
    return again && nodes.claim(match, tenant, agentId, again);
  });
  expect(guessed.state.kind).toBe('ringing');
  guessed.hangUp();
  call.hangUp();
  await stranger.close();
});
