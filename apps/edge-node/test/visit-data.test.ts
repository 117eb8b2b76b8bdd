/** B-02, B-03: what is known of a call goes with it from site to site and back, and an agent at another site does with it all that one beside the caller's node does. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { PhoneCall } from '@seatgrid/testkit/test-phone.ts';
import { newId, type FixtureTenant } from './fixture-config.ts';
import { NodeProcess } from './node-process.ts';
import { numberWith } from './telephone-side.ts';
import { TestSupervisor } from './test-supervisor.ts';
import type { TestDesk } from './test-desk.ts';
import { agentHz, callerHz, otherAgentHz, outsideHz, toneOf, whoIsHeard } from './tones.ts';
import { matchedNode, TwoNodes, type Match } from './two-nodes.ts';
import { until } from './until.ts';

const hotline = '+864008000001';

let nodes: TwoNodes;
let tenant: FixtureTenant;
let siteC: NodeProcess;
let ids: { readonly first: string; readonly second: string; readonly survey: string };

beforeAll(async () => {
  nodes = await TwoNodes.start((fixture) => {
    tenant = fixture.tenant({ slug: 'demo', number: '+864008000000', agents: 4 });
    const first = fixture.queue(tenant, { isRecorded: true, wrapUpMs: 0 });
    const second = fixture.queue(tenant, { isRecorded: false, wrapUpMs: 0 });
    const { id: flowId } = fixture.flow(tenant, 'ask', {
      ask: {
        kind: 'gather',
        prompt: [],
        variable: 'account',
        length: { kind: 'fixed', digits: 4 },
        timeoutMs: 5_000,
        next: 'wait',
      },
      wait: { kind: 'enqueue', queueId: first.id },
    });
    const survey = fixture.flow(tenant, 'mark', {
      mark: {
        kind: 'gather',
        prompt: [],
        variable: 'mark',
        length: { kind: 'single' },
        timeoutMs: 5_000,
        next: 'bye',
      },
      bye: { kind: 'hang-up', say: [] },
    });
    numberWith(tenant, hotline, { kind: 'flow', flowId });
    ids = { first: first.id, second: second.id, survey: survey.id };
  });
  nodes.home.fixture.nodeId = newId<'node'>();
  const there = { SEATGRID_SIP_ADDRESS: '127.0.0.13' };
  siteC = await NodeProcess.start(nodes.home.fixture, there, { program: matchedNode });
});
afterEach(() => nodes.settle());
afterAll(async () => {
  await siteC?.close();
  await nodes?.close();
});

/** A caller who has keyed an account, talking with the agent at the other site. */
async function talking(): Promise<{ call: PhoneCall; match: Match; desk: TestDesk }> {
  const call = await nodes.home.ring(hotline);
  await call.until(['talking'], 5_000);
  call.rtp.sendDigits('4711');
  const match = await nodes.waiting();
  const desk = await nodes.rung(match, tenant, 0);
  expect(desk.state!.interaction).toMatchObject({ state: 'ringing', collected: { account: '4711' } });
  await desk.answer();
  desk.sound!.speak(toneOf(agentHz));
  return { call, match, desk };
}

async function heardBy(party: { listen(durationMs: number): Promise<Int16Array> }): Promise<number[]> {
  await party.listen(300);
  return whoIsHeard(await party.listen(400));
}

test('B-03: A to B to C to B: what was keyed at A and attached at B and C is there at each ring, and the sound goes between A and whoever serves', async () => {
  const { call, match, desk } = await talking();
  await desk.done({ kind: 'attach', callId: match.callId, variable: 'contract', value: 'K-9' });
  const target = { kind: 'queue', queueId: ids.second as never } as const;
  await desk.done({ kind: 'transfer', callId: match.callId, target });
  await desk.untilPresence('ready');
  const again = await nodes.waiting();
  expect(again.callId).toBe(match.callId);
  const deskC = await nodes.rung(again, tenant, 1, siteC);
  expect(deskC.state!.interaction).toMatchObject({ collected: { account: '4711', contract: 'K-9' } });
  await deskC.answer();
  deskC.sound!.speak(toneOf(otherAgentHz));
  expect(await heardBy(call.rtp)).toEqual([otherAgentHz]);
  expect(await heardBy(deskC)).toEqual([callerHz]);
  await deskC.done({ kind: 'attach', callId: match.callId, variable: 'offer', value: '20 %' });
  const back = { kind: 'queue', queueId: ids.first as never } as const;
  await deskC.done({ kind: 'transfer', callId: match.callId, target: back });
  const last = await nodes.waiting();
  const deskB = await nodes.rung(last, tenant, 2);
  const collected = { account: '4711', contract: 'K-9', offer: '20 %' };
  expect(deskB.state!.interaction).toMatchObject({ collected });
  await deskB.answer();
  deskB.sound!.speak(toneOf(agentHz));
  expect(await heardBy(call.rtp)).toEqual([agentHz]);
  // Of the first visit nothing is left at B.
  await nodes.host.event('leg.media', ({ callId, leg }) => callId === match.callId && leg === 'home');
  await nodes.host.event('agent.left-call', ({ callId, by }) => callId === match.callId && by === 'transfer');
  call.hangUp();
  const ended = await nodes.home.node.event('call.ended', ({ callId }) => callId === match.callId);
  expect(ended.facts.collected).toEqual(collected);
  const served = nodes.home.node
    .eventsOf('call.bridged')
    .filter(({ facts }) => facts.callId === match.callId);
  const agentIds = tenant.agents.map(({ id }) => id).slice(0, 3);
  expect(served.map(({ facts }) => facts.agentId)).toEqual(agentIds);
  const passedOn = nodes.home.node.eventsOf('call.transferred');
  expect(passedOn.slice(-2).map(({ facts }) => facts.agentId)).toEqual(agentIds.slice(0, 2));
});

test('an agent at another site passes the caller to an automatic service, which runs at the caller’s own node', async () => {
  const { call, match, desk } = await talking();
  const target = { kind: 'flow', flowId: ids.survey as never } as const;
  await desk.done({ kind: 'transfer', callId: match.callId, target });
  await desk.untilPresence('ready');
  call.rtp.sendDigits('5');
  const ended = await nodes.home.node.event('call.ended', ({ callId }) => callId === match.callId);
  expect(ended.facts).toMatchObject({
    collected: { account: '4711', mark: '5' },
    reason: { code: 'flow-ended' },
  });
});

test('an agent at another site passes the caller to the outside, over a line of the caller’s node', async () => {
  const { call, match, desk } = await talking();
  const target = { kind: 'number', number: '13911112222' } as const;
  await desk.done({ kind: 'transfer', callId: match.callId, target });
  await desk.untilPresence('ready');
  await until('the outside to be rung', () => nodes.home.outsideLeg);
  expect(await heardBy(call.rtp)).toEqual([outsideHz]);
  await nodes.home.node.event('leg.dialled', ({ callId }) => callId === match.callId);
  call.hangUp();
});

test('a transfer the caller’s node cannot do is refused there, and the two talk on', async () => {
  const { call, match, desk } = await talking();
  const target = { kind: 'queue', queueId: newId<'queue'>() } as const;
  const refused = await desk.command({ kind: 'transfer', callId: match.callId, target });
  expect(refused).toMatchObject({ kind: 'refusal', code: 'no-such-target' });
  expect(await heardBy(call.rtp)).toEqual([agentHz]);
  call.hangUp();
});

test('hold, recording and a supervisor work at another site as anywhere', async () => {
  const { call, match, desk } = await talking();
  expect(desk.state!.interaction!.isRecorded).toBe(true);
  await desk.done({ kind: 'hold', callId: match.callId, isHeld: true });
  await call.rtp.listen(300);
  const music = await call.rtp.listen(400);
  expect(whoIsHeard(music)).toEqual([]);
  expect(music.some((sample) => Math.abs(sample) > 100)).toBe(true);
  await desk.done({ kind: 'hold', callId: match.callId, isHeld: false });
  expect(await heardBy(call.rtp)).toEqual([agentHz]);
  const supervisor = await TestSupervisor.open(nodes.host, tenant);
  await supervisor.monitor(tenant.agents[0]!.id);
  expect((await heardBy(supervisor)).sort()).toEqual([agentHz, callerHz].sort());
  supervisor.close();
  call.hangUp();
  const agentIds = [tenant.agents[0]!.id];
  const recorded = await nodes.host.event('recording.finished', ({ callId }) => callId === match.callId);
  expect(recorded.facts).toMatchObject({ agentIds, queueId: ids.first });
  await nodes.home.node.event('call.ended', ({ callId }) => callId === match.callId);
  expect(nodes.home.node.eventsOf('recording.finished')).toEqual([]);
  await nodes.host.event('call.held', ({ callId }) => callId === match.callId);
});

test('a colleague at the same site is asked, and takes over: the caller’s node writes who serves', async () => {
  const { call, match, desk } = await talking();
  const colleague = await nodes.ready(tenant, 1);
  const target = { kind: 'agent', agentId: tenant.agents[1]!.id } as const;
  await desk.done({ kind: 'consult', callId: match.callId, target });
  await colleague.answer();
  colleague.sound!.speak(toneOf(otherAgentHz));
  expect(await heardBy(desk)).toEqual([otherAgentHz]);
  await desk.done({ kind: 'end-consult', callId: match.callId, outcome: 'transfer' });
  await desk.untilPresence('ready');
  expect(await heardBy(call.rtp)).toEqual([otherAgentHz]);
  await nodes.home.node.event(
    'call.bridged',
    ({ callId, agentId }) => callId === match.callId && agentId === tenant.agents[1]!.id,
  );
  call.hangUp();
});

test('a call of another node counts against the tenant’s quota where it lives, and nowhere else', async () => {
  const { call } = await talking();
  const callsNow = async (node: NodeProcess) => {
    const inspected = (await (await fetch(`${node.ready.localApi}/inspect`)).json()) as {
      tenants: { callsNow: number }[];
    };
    return inspected.tenants[0]!.callsNow;
  };
  expect(await callsNow(nodes.home.node)).toBe(1);
  expect(await callsNow(nodes.host)).toBe(0);
  call.hangUp();
});
