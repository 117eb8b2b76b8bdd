/** E-12 and D-08: an agent consults, hands over, brings together, keeps out; what each leg hears, and what the record says. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { loudness } from '@seatgrid/testkit/tone-finder.ts';
import type { PhoneCall } from '@seatgrid/testkit/test-phone.ts';
import type { FixtureTenant } from './fixture-config.ts';
import { TelephoneSide, numberWith } from './telephone-side.ts';
import type { TestDesk } from './test-desk.ts';
import { agentHz, callerHz, otherAgentHz, outsideHz, toneOf, whoIsHeard } from './tones.ts';
import { until } from './until.ts';

const number = '+864008000001';
let side: TelephoneSide;
let tenant: FixtureTenant;

beforeAll(async () => {
  side = await TelephoneSide.start((fixture) => {
    tenant = fixture.tenant({ slug: 'demo', number: '+864008000000', agents: 3 });
    const skill = { id: tenant.agents[0]!.id as never, name: 'First line' };
    tenant.config.skills = [skill];
    tenant.config.agents[0]!.skills = [{ skillId: skill.id, level: 5 }];
    const queue = fixture.queue(tenant, { requires: [{ skillId: skill.id, level: 1 }] });
    numberWith(tenant, number, { kind: 'queue', queueId: queue.id });
  });
});

afterEach(() => side.settle());
afterAll(() => side?.close());

/** A caller who talks with agent 1. */
async function conversation() {
  const agent = await side.ready(tenant, 0);
  const caller = await side.ring(number);
  const { callId } = await agent.answer();
  agent.sound!.speak(toneOf(agentHz));
  await caller.until(['talking'], 5_000);
  return { agent, caller, callId };
}

/** Agent 1 has asked agent 2, who has answered. */
async function consultation() {
  const talk = await conversation();
  const colleague = await side.ready(tenant, 1);
  await talk.agent.done({ kind: 'consult', callId: talk.callId, target: agentTarget(1) });
  await talk.agent.untilInteraction('consulting');
  expect((await colleague.untilInteraction('ringing')).consultedBy).toBe('Agent 1');
  await colleague.answer();
  colleague.sound!.speak(toneOf(otherAgentHz));
  await until('both to talk', () => talk.agent.state?.interaction?.consult?.state === 'talking');
  return { ...talk, colleague };
}

const agentTarget = (index: number) => ({ kind: 'agent', agentId: tenant.agents[index]!.id }) as const;

/** Who is heard once things have settled: a moment is thrown away first. */
async function heardBy(party: { listen(durationMs: number): Promise<Int16Array> }): Promise<number[]> {
  await party.listen(300);
  return whoIsHeard(await party.listen(500));
}

async function expectMusic(caller: PhoneCall): Promise<void> {
  expect(await heardBy(caller.rtp)).toEqual([]);
  expect(loudness(await caller.rtp.listen(300))).toBeGreaterThan(0.005);
}

async function expectTwo(caller: PhoneCall, desk: TestDesk, deskHz: number): Promise<void> {
  expect(await heardBy(caller.rtp)).toEqual([deskHz]);
  expect(await heardBy(desk)).toEqual([callerHz]);
}

test('consulting, the agent and the colleague hear each other and the customer music; back, all is as before', async () => {
  const { agent, caller, callId, colleague } = await consultation();
  await expectMusic(caller);
  expect(await heardBy(agent)).toEqual([otherAgentHz]);
  expect(await heardBy(colleague)).toEqual([agentHz]);
  expect(agent.state!.interaction!.consult).toMatchObject({ name: 'Agent 2', number: '1002' });
  await agent.done({ kind: 'end-consult', callId, outcome: 'back' });
  await agent.untilInteraction('talking');
  await colleague.untilPresence('ready');
  await expectTwo(caller, agent, agentHz);
  const ended = await side.node.event('consult.ended', (facts) => facts.callId === callId);
  expect(ended.facts).toMatchObject({ outcome: 'back', agentId: tenant.agents[0]!.id });
  // Advice is no customer contact, and leaves no after-call work.
  expect(colleague.state!.figures.callsAnswered).toBe(0);
});

test('E-12: consult and transfer: the customer talks with the colleague, the agent is free, the data moves along', async () => {
  const { agent, caller, callId, colleague } = await consultation();
  await agent.done({ kind: 'end-consult', callId, outcome: 'transfer' });
  await agent.untilPresence('ready');
  await expectTwo(caller, colleague, otherAgentHz);
  expect(colleague.state!.interaction).toMatchObject({
    number: '13800138000',
    consultedBy: null,
    state: 'talking',
  });
  caller.hangUp();
  const ended = await side.node.event('call.ended', (facts) => facts.callId === callId);
  expect(ended.facts.reason).toEqual({ party: 'caller', code: 'hung-up' });
  const left = side.node.eventsOf('agent.left-call').filter((event) => event.facts.callId === callId);
  expect(left.map((event) => [event.facts.agentId, event.facts.by])).toEqual([
    [tenant.agents[0]!.id, 'transfer'],
    [tenant.agents[1]!.id, 'other'],
  ]);
});

test('transferred while it still rings, it rings on for the customer', async () => {
  const { agent, caller, callId } = await conversation();
  const colleague = await side.ready(tenant, 1);
  await agent.done({ kind: 'consult', callId, target: agentTarget(1) });
  await colleague.untilInteraction('ringing');
  await agent.done({ kind: 'end-consult', callId, outcome: 'transfer' });
  await agent.untilPresence('ready');
  await colleague.answer();
  colleague.sound!.speak(toneOf(otherAgentHz));
  await expectTwo(caller, colleague, otherAgentHz);
});

test('a declined consultation brings the agent back to the customer, and says why', async () => {
  const { agent, caller, callId } = await conversation();
  const colleague = await side.ready(tenant, 1);
  await agent.done({ kind: 'consult', callId, target: agentTarget(1) });
  await colleague.untilInteraction('ringing');
  await colleague.done({ kind: 'decline', callId });
  await agent.untilInteraction('talking');
  expect(agent.state!.interaction!.consultFailed).toBe('declined');
  await expectTwo(caller, agent, agentHz);
});

test('E-12: consult and conference: three hear each other; whoever leaves, the two others go on', async () => {
  const { agent, caller, callId, colleague } = await consultation();
  await agent.done({ kind: 'end-consult', callId, outcome: 'conference' });
  await agent.untilInteraction('conference');
  expect((await colleague.untilInteraction('conference')).parties.map(({ name }) => name)).toEqual([
    '13800138000',
    'Agent 1',
    'Agent 2',
  ]);
  expect(await heardBy(caller.rtp)).toEqual([agentHz, otherAgentHz]);
  expect(await heardBy(agent)).toEqual([callerHz, otherAgentHz]);
  expect(await heardBy(colleague)).toEqual([callerHz, agentHz]);
  await agent.done({ kind: 'end', callId });
  await agent.untilPresence('ready');
  await colleague.untilInteraction('talking');
  await expectTwo(caller, colleague, otherAgentHz);
  await colleague.done({ kind: 'end', callId });
  const ended = await side.node.event('call.ended', (facts) => facts.callId === callId);
  expect(ended.facts.reason).toEqual({ party: 'agent', code: 'hung-up' });
});

test('the customer leaves a conference: the colleagues go on, and the record ends with the customer', async () => {
  const { agent, caller, callId, colleague } = await consultation();
  await agent.done({ kind: 'end-consult', callId, outcome: 'conference' });
  await agent.untilInteraction('conference');
  const before = Date.now();
  caller.hangUp();
  await agent.untilInteraction('talking');
  expect(await heardBy(agent)).toEqual([otherAgentHz]);
  expect(await heardBy(colleague)).toEqual([agentHz]);
  await agent.done({ kind: 'end', callId });
  const ended = await side.node.event('call.ended', (facts) => facts.callId === callId);
  expect(ended.facts.reason).toEqual({ party: 'caller', code: 'hung-up' });
  expect(ended.facts.billableSeconds).toBeLessThanOrEqual(
    Math.ceil((before + 1_000 - ended.facts.answeredAtMs!) / 1_000),
  );
});

test('D-08: an outside party is let in, kept out by name, let in again and dropped while the others go on', async () => {
  const { agent, caller, callId } = await conversation();
  await agent.done({ kind: 'consult', callId, target: { kind: 'number', number: '13911112222' } });
  const outside = await until('the outside to answer', () => side.outsideLeg);
  expect(outside.from).toBe(number);
  await until('both to talk', () => agent.state?.interaction?.consult?.state === 'talking');
  await agent.done({ kind: 'end-consult', callId, outcome: 'conference' });
  const { parties } = await agent.untilInteraction('conference');
  const party = parties.find(({ name }) => name === '13911112222')!;
  expect(party).toMatchObject({ kind: 'outside', place: 'talking' });
  expect(await heardBy(outside.rtp)).toEqual([callerHz, agentHz]);

  await agent.done({ kind: 'conference', callId, key: party.key, act: 'keep-out' });
  expect(await heardBy(outside.rtp)).toEqual([]);
  expect(loudness(await outside.rtp.listen(300))).toBeGreaterThan(0.005);
  await expectTwo(caller, agent, agentHz);
  await agent.done({ kind: 'conference', callId, key: party.key, act: 'let-in' });
  expect(await heardBy(caller.rtp)).toEqual([agentHz, outsideHz]);

  const before = side.outsideEnded;
  await agent.done({ kind: 'conference', callId, key: party.key, act: 'drop' });
  await until('the outside to be free', () => side.outsideEnded > before);
  await agent.untilInteraction('talking');
  await expectTwo(caller, agent, agentHz);
  const changes = side.node.eventsOf('conference.changed').map(({ facts }) => [facts.party, facts.act]);
  expect(changes).toEqual([
    ['13911112222', 'keep-out'],
    ['13911112222', 'let-in'],
    ['13911112222', 'drop'],
  ]);
});

test('only who serves may consult, and nobody may do what does not fit', async () => {
  const { agent, callId, colleague } = await consultation();
  const refused = [
    await colleague.command({ kind: 'consult', callId, target: agentTarget(2) }),
    await colleague.command({ kind: 'end-consult', callId, outcome: 'transfer' }),
    await agent.command({ kind: 'transfer', callId, target: agentTarget(1) }),
    await agent.command({ kind: 'conference', callId, key: 'agent-1', act: 'drop' }),
  ];
  expect(refused.map((reply) => (reply.kind === 'refusal' ? reply.code : 'done'))).toEqual([
    'wrong-state',
    'wrong-state',
    'wrong-state',
    'no-such-target',
  ]);
  await agent.done({ kind: 'end-consult', callId, outcome: 'back' });
});
