/**
 * B-15, E-10, E-12: a colleague is meant by name, and is signed in at another node: passed the call, asked, or dialled, as one beside
 * whoever means them would be. The call stays its home's, wherever it is served.
 */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { CallId } from '@seatgrid/core/kernel/ids.ts';
import type { PhoneCall } from '@seatgrid/testkit/test-phone.ts';
import { CentredNodes, type CentredNode } from './centred-nodes.ts';
import type { TestDesk } from './test-desk.ts';
import { agentHz, callerHz, otherAgentHz, toneOf, whoIsHeard } from './tones.ts';
import { until } from './until.ts';

let all: CentredNodes;
let [siteA, siteB, siteC] = [] as unknown as [CentredNode, CentredNode, CentredNode];
let hotline: string;

beforeAll(async () => {
  all = await CentredNodes.start(['127.0.0.1', '127.0.0.12', '127.0.0.13'], 4);
  [siteA, siteB, siteC] = all.nodes as [CentredNode, CentredNode, CentredNode];
  ({ number: hotline } = await all.queue({ isRecorded: true }));
}, 120_000);
afterEach(() => all.settle());
afterAll(() => all?.close(), 60_000);

const extensionOf = (index: number) => ({ kind: 'number', number: String(8001 + index) }) as const;
const agentOf = (index: number) => ({ kind: 'agent', agentId: all.agents[index]!.agentId }) as const;

/** A caller of site A talks with agent 0, wherever that one sits. */
async function talking(at: CentredNode) {
  const desk = await all.ready(at, all.agents[0]!);
  const call = await all.ring(siteA, hotline);
  const { callId } = await desk.answer(20_000);
  desk.sound!.speak(toneOf(agentHz));
  return { desk, call, callId };
}

async function answered(desk: TestDesk): Promise<void> {
  await desk.answer(20_000);
  desk.sound!.speak(toneOf(otherAgentHz));
}

/** As soon as they are: what was said before is heard for a moment more. */
function hears(party: { listen(durationMs: number): Promise<Int16Array> }, hz: readonly number[]) {
  return until(`${hz.join(' and ')} Hz to be heard`, async () => {
    const heard = whoIsHeard(await party.listen(300));
    return heard.length === hz.length && hz.every((one) => heard.includes(one));
  });
}

/** The centre learns within half a second where somebody is; until then nobody is there. */
function passed(desk: TestDesk, command: Parameters<TestDesk['command']>[0]): Promise<void> {
  return desk.untilDone(command, 'the colleague to be known');
}

async function isOver(call: PhoneCall, callId: string) {
  call.hangUp();
  return (await siteA.process.event('call.ended', (facts) => facts.callId === callId)).facts;
}

test('B-15: an agent at B passes the caller of A by name to an agent at C: the two are heard, A to C, and all data is there', async () => {
  const { desk, call, callId } = await talking(siteB);
  await desk.done({ kind: 'attach', callId, variable: 'contract', value: 'K-9' });
  const third = await all.ready(siteC, all.agents[2]!);
  await passed(desk, { kind: 'transfer', callId, target: extensionOf(2) });
  expect(await third.untilInteraction('ringing')).toMatchObject({ callId, collected: { contract: 'K-9' } });
  await answered(third);
  await hears(call.rtp, [otherAgentHz]);
  await hears(third, [callerHz]);
  await desk.untilPresence('ready');
  // Nothing of it goes through B any more.
  await siteB.process.event('leg.media', (facts) => facts.callId === callId && facts.leg === 'home');
  expect(await isOver(call, callId)).toMatchObject({ collected: { contract: 'K-9' } });
  const served = siteA.process.eventsOf('call.bridged').filter(({ facts }) => facts.callId === callId);
  expect(served.map(({ facts }) => facts.agentId)).toEqual([all.agents[0]!.agentId, all.agents[2]!.agentId]);
  await siteC.process.event('recording.finished', (facts) => facts.callId === callId);
});

test('an agent at the caller’s node passes the call to one at B who is paused, and who declines: the caller waits in the queue again', async () => {
  const { desk, call, callId } = await talking(siteA);
  const other = await all.ready(siteB, all.agents[1]!);
  await other.done({ kind: 'not-ready', reasonId: null });
  await passed(desk, { kind: 'transfer', callId, target: agentOf(1) });
  await other.untilInteraction('ringing');
  await other.done({ kind: 'decline', callId });
  expect(await desk.untilInteraction('ringing', 20_000)).toMatchObject({ callId });
  await desk.answer();
  desk.sound!.speak(toneOf(agentHz));
  await hears(call.rtp, [agentHz]);
});

test('nobody is there by that name, or they have a call in hand: the two talk on', async () => {
  const busy = await all.ready(siteC, all.agents[1]!);
  const first = await all.ring(siteC, hotline);
  await answered(busy);
  const { desk, call, callId } = await talking(siteB);
  for (const target of [agentOf(1), agentOf(3)])
    expect(await desk.command({ kind: 'transfer', callId, target })).toMatchObject({
      kind: 'refusal',
      code: 'not-available',
    });
  await hears(call.rtp, [agentHz]);
  first.hangUp();
});

test('E-12: a colleague at another node is asked, and gone back from; asked again, and takes over', async () => {
  const { desk, call, callId } = await talking(siteA);
  const advisor = await all.ready(siteB, all.agents[1]!);
  const ask = async () => {
    await until('the colleague to ring', async () => {
      await desk.command({ kind: 'consult', callId, target: agentOf(1) });
      return advisor.untilInteraction('ringing', 1_500).catch(() => undefined);
    });
    expect(advisor.state!.interaction).toMatchObject({ callId, consultedBy: 'Agent 0' });
    await answered(advisor);
    await hears(desk, [otherAgentHz]);
    await hears(advisor, [agentHz]);
    expect(advisor.state!.interaction).toMatchObject({ consultedBy: 'Agent 0', isRecorded: false });
  };
  await ask();
  await desk.done({ kind: 'end-consult', callId, outcome: 'back' });
  await hears(call.rtp, [agentHz]);
  await advisor.untilPresence('ready');
  await ask();
  await desk.done({ kind: 'end-consult', callId, outcome: 'transfer' });
  await hears(call.rtp, [otherAgentHz]);
  await hears(advisor, [callerHz]);
  await until('the advisor to serve', () => advisor.state!.interaction?.consultedBy === null);
  expect(advisor.state!.interaction).toMatchObject({ state: 'talking', isRecorded: true });
  await desk.untilPresence('ready');
  await isOver(call, callId);
  await siteB.process.event('recording.finished', (facts) => facts.callId === callId);
  const served = siteA.process.eventsOf('call.bridged').filter(({ facts }) => facts.callId === callId);
  expect(served.map(({ facts }) => facts.agentId)).toEqual([all.agents[0]!.agentId, all.agents[1]!.agentId]);
});

test('E-12: a colleague at another node comes into the conversation, and all three are heard', async () => {
  const { desk, call, callId } = await talking(siteA);
  const advisor = await all.ready(siteB, all.agents[1]!);
  await until('the colleague to ring', async () => {
    await desk.command({ kind: 'consult', callId, target: agentOf(1) });
    return advisor.untilInteraction('ringing', 1_500).catch(() => undefined);
  });
  await answered(advisor);
  await until('the colleague to be asked', () => desk.state!.interaction?.consult?.state === 'talking');
  await desk.done({ kind: 'end-consult', callId, outcome: 'conference' });
  await hears(call.rtp, [agentHz, otherAgentHz]);
  await hears(advisor, [agentHz, callerHz]);
  await hears(desk, [otherAgentHz, callerHz]);
  call.hangUp();
  // The two who are left talk on among themselves, until one of them has enough.
  await hears(desk, [otherAgentHz]);
  await desk.done({ kind: 'end', callId });
  await advisor.untilPresence('ready');
});

/** Asked until the colleague rings; then answered. */
async function asked(desk: TestDesk, advisor: TestDesk, callId: CallId, index: number): Promise<void> {
  await until('the colleague to ring', async () => {
    await desk.command({ kind: 'consult', callId, target: agentOf(index) });
    return advisor.untilInteraction('ringing', 1_500).catch(() => undefined);
  });
  await answered(advisor);
  await hears(desk, [otherAgentHz]);
  await hears(advisor, [agentHz]);
}

test('E-12: an agent at B asks a colleague at C about the caller of A, and hands over: the sound goes from A to C, with all data, and B is out of it', async () => {
  const { desk, call, callId } = await talking(siteB);
  const advisor = await all.ready(siteC, all.agents[2]!);
  await asked(desk, advisor, callId, 2);
  expect(desk.state!.interaction).toMatchObject({
    state: 'consulting',
    consult: { state: 'talking', name: 'Agent 2' },
  });
  expect(advisor.state!.interaction).toMatchObject({ consultedBy: 'Agent 0', isRecorded: false });
  await call.rtp.listen(300);
  expect(whoIsHeard(await call.rtp.listen(300))).toEqual([]);
  await desk.done({ kind: 'attach', callId, variable: 'contract', value: 'K-9' });
  await desk.done({ kind: 'end-consult', callId, outcome: 'transfer' });
  await hears(call.rtp, [otherAgentHz]);
  await hears(advisor, [callerHz]);
  await desk.untilPresence('ready');
  await siteB.process.event('leg.media', (facts) => facts.callId === callId && facts.leg === 'home');
  await siteB.process.event('agent.left-call', (facts) => facts.callId === callId && facts.by === 'transfer');
  expect(advisor.state!.interaction).toMatchObject({ collected: { contract: 'K-9' }, consultedBy: null });
  expect(await isOver(call, callId)).toMatchObject({ collected: { contract: 'K-9' } });
  await siteC.process.event('recording.finished', (facts) => facts.callId === callId);
  const served = siteA.process.eventsOf('call.bridged').filter(({ facts }) => facts.callId === callId);
  expect(served.map(({ facts }) => facts.agentId)).toEqual([all.agents[0]!.agentId, all.agents[2]!.agentId]);
});

test('E-12: an agent at B asks a colleague at the caller’s own node: declined, gone back from, brought into the conversation and let go again', async () => {
  const { desk, call, callId } = await talking(siteB);
  const advisor = await all.ready(siteA, all.agents[1]!);
  await until('the colleague to ring', async () => {
    await desk.command({ kind: 'consult', callId, target: agentOf(1) });
    return advisor.untilInteraction('ringing', 1_500).catch(() => undefined);
  });
  await advisor.done({ kind: 'decline', callId });
  await until('the desk to say so', () => desk.state!.interaction?.consultFailed === 'declined');
  await hears(call.rtp, [agentHz]);
  await advisor.done({ kind: 'ready' });
  await asked(desk, advisor, callId, 1);
  await desk.done({ kind: 'end-consult', callId, outcome: 'back' });
  await advisor.untilPresence('ready');
  await hears(call.rtp, [agentHz]);
  await asked(desk, advisor, callId, 1);
  await desk.done({ kind: 'end-consult', callId, outcome: 'conference' });
  await hears(call.rtp, [agentHz, otherAgentHz]);
  await hears(desk, [otherAgentHz, callerHz]);
  await hears(advisor, [agentHz, callerHz]);
  const { interaction } = desk.state!;
  expect(interaction).toMatchObject({ state: 'conference' });
  const { key } = interaction!.parties.find(({ name }) => name === 'Agent 1')!;
  await desk.done({ kind: 'conference', callId, key, act: 'drop' });
  await advisor.untilPresence('ready');
  await until('the desk to show two', () => desk.state!.interaction?.state === 'talking');
  await hears(call.rtp, [agentHz]);
  await isOver(call, callId);
});

test('E-05: an extension whose agent is signed in at another node is dialled', async () => {
  const desk = await all.ready(siteA, all.agents[0]!);
  const other = await all.ready(siteC, all.agents[2]!);
  const dial = async () => {
    const sound = await desk.openSound();
    const dialled = await desk.command({ kind: 'dial', number: '8003', offer: sound.offerSdp });
    if (dialled.kind === 'refusal') return undefined;
    await desk.connect(dialled.callId!, dialled.answer!);
    return other.untilInteraction('ringing', 1_500).catch(() => undefined);
  };
  const { callId } = (await until('the colleague to ring', dial, 20_000))!;
  expect(other.state!.interaction).toMatchObject({ direction: 'internal', name: 'Agent 0' });
  await answered(other);
  desk.sound!.speak(toneOf(agentHz));
  await hears(desk, [otherAgentHz]);
  await hears(other, [agentHz]);
  await desk.done({ kind: 'end', callId });
});
