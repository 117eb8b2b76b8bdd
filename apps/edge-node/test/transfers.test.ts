/** E-05, E-11 and blind transfer: who hears whom, before and after, and what the record says of it. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Queue } from '@seatgrid/core/routing/queue.ts';
import { loudness } from '@seatgrid/testkit/tone-finder.ts';
import { TestPhone, type PhoneCall } from '@seatgrid/testkit/test-phone.ts';
import type { TestRtpPeer } from '@seatgrid/testkit/test-rtp-peer.ts';
import type { Dialog } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import { FixtureConfig, type FixtureTenant } from './fixture-config.ts';
import { NodeProcess, nodeAddress } from './node-process.ts';
import { TestDesk } from './test-desk.ts';
import { agentHz, callerHz, otherAgentHz, outsideHz, toneOf, whoIsHeard } from './tones.ts';
import { until } from './until.ts';

let node: NodeProcess;
let tenant: FixtureTenant;
let second: Queue;
let phone: TestPhone;
let outside: TestPhone;
let outsideLeg: { dialog: Dialog; rtp: TestRtpPeer; from: string } | null = null;
let outsideEnded = 0;
let desks: TestDesk[] = [];
const placed: PhoneCall[] = [];

beforeAll(async () => {
  outside = await TestPhone.open({
    address: '127.0.0.4',
    onRung(invite, rtp) {
      if (invite.requestUser.endsWith('486')) return invite.reject(486);
      invite.progress(180);
      const dialog = invite.accept(rtp.sdp(), {
        onReinvite: () => rtp.sdp(),
        onEnded: () => outsideEnded++,
      });
      rtp.connect(invite.sdp);
      rtp.speak(toneOf(outsideHz));
      outsideLeg = { dialog, rtp, from: invite.from.user };
    },
  });
  const fixture = new FixtureConfig();
  fixture.trunk({
    sources: ['127.0.0.2', '127.0.0.4'],
    target: { host: '127.0.0.4', port: outside.sipPort },
  });
  tenant = fixture.tenant({ slug: 'demo', number: '+8640080010001', agents: 3 });
  const skill = { id: tenant.agents[1]!.id as never, name: 'Second line' };
  tenant.config.skills = [skill];
  tenant.config.agents[1]!.skills = [{ skillId: skill.id, level: 5 }];
  const queue = fixture.queue(tenant, { name: 'First' });
  second = fixture.queue(tenant, { name: 'Second', requires: [{ skillId: skill.id, level: 3 }] });
  fixture.route(tenant, { kind: 'queue', queueId: queue.id });
  node = await NodeProcess.start(fixture);
  phone = await TestPhone.open({ address: '127.0.0.2' });
});

afterEach(async () => {
  for (const call of placed.splice(0)) call.hangUp();
  outsideLeg?.dialog.bye();
  outsideLeg = null;
  await until(
    'every call to be over',
    () => node.eventsOf('call.started').length === node.eventsOf('call.ended').length,
  );
  for (const desk of desks) {
    await until('the agent to be free', () => !['reserved', 'talking'].includes(desk.state!.presence.state));
    await desk.command({ kind: 'sign-out' });
    desk.close();
  }
  desks = [];
});

afterAll(async () => {
  await phone?.close();
  await outside?.close();
  await node?.close();
});

async function ready(agentIndex: number, hz: number): Promise<TestDesk> {
  const desk = await TestDesk.ready(node, tenant, agentIndex);
  desks.push(desk);
  const answer = desk.answer.bind(desk);
  desk.answer = async (deadlineMs) => {
    const interaction = await answer(deadlineMs);
    desk.sound!.speak(toneOf(hz));
    return interaction;
  };
  return desk;
}

async function ring(from = '13800138000'): Promise<PhoneCall> {
  const call = await phone.ring({ host: nodeAddress, port: node.sipPort, number: '+8640080010001', from });
  call.rtp.speak(toneOf(callerHz));
  placed.push(call);
  await call.until(['talking'], 5_000);
  return call;
}

/** Who the caller hears once things have settled: a moment is thrown away first. */
async function heardBy(party: { listen(durationMs: number): Promise<Int16Array> }): Promise<number[]> {
  await party.listen(300);
  return whoIsHeard(await party.listen(500));
}

test('E-11: held, the caller hears music and not the agent; retrieved, both hear each other; muted, the caller hears nothing', async () => {
  const desk = await ready(0, agentHz);
  const call = await ring();
  const { callId } = await desk.answer();
  expect(await heardBy(call.rtp)).toEqual([agentHz]);
  await desk.done({ kind: 'hold', callId, isHeld: true });
  await desk.untilInteraction('held');
  expect(await heardBy(call.rtp)).toEqual([]);
  expect(loudness(await call.rtp.listen(500))).toBeGreaterThan(0.005);
  expect(await heardBy(desk)).toEqual([]);
  await desk.done({ kind: 'hold', callId, isHeld: false });
  expect(await heardBy(call.rtp)).toEqual([agentHz]);
  expect(await heardBy(desk)).toEqual([callerHz]);
  await desk.done({ kind: 'mute', callId, isMuted: true });
  expect(await heardBy(call.rtp)).toEqual([]);
  expect(loudness(await call.rtp.listen(300))).toBeLessThan(0.002);
  expect(await heardBy(desk)).toEqual([callerHz]);
  await desk.done({ kind: 'mute', callId, isMuted: false });
  await desk.done({ kind: 'digits', callId, digits: '42#' });
  await until('the keys at the caller', () => call.rtp.digits.join('') === '42#');
  await desk.done({ kind: 'end', callId });
  const ended = await node.event('call.ended', (facts) => facts.callId === callId);
  expect(ended.facts.reason).toEqual({ party: 'agent', code: 'hung-up' });
  const left = await node.event('agent.left-call', (facts) => facts.callId === callId);
  expect(left.facts.by).toBe('agent');
  expect(left.facts.heldMs).toBeGreaterThan(800);
  // The caller hears that it is over before the line is closed.
  expect(loudness(await call.rtp.listen(600))).toBeGreaterThan(0.01);
  await call.until(['ended'], 4_000);
});

test('E-10: transferred to an agent, the caller talks with the other, and the call keeps its record', async () => {
  const first = await ready(0, agentHz);
  const other = await ready(2, otherAgentHz);
  const call = await ring();
  const { callId } = await first.answer();
  await first.done({
    kind: 'transfer',
    callId,
    target: { kind: 'agent', agentId: tenant.agents[2]!.id },
  });
  await first.untilPresence('ready');
  expect(await other.answer()).toMatchObject({ callId, number: '13800138000', queue: { name: 'First' } });
  expect(await heardBy(call.rtp)).toEqual([otherAgentHz]);
  expect(await heardBy(other)).toEqual([callerHz]);
  call.hangUp();
  await node.event('call.ended', (facts) => facts.callId === callId);
  const left = node.eventsOf('agent.left-call').filter((event) => event.facts.callId === callId);
  expect(left.map((event) => event.facts.by)).toEqual(['transfer', 'other']);
  const ended = await node.event('call.ended', (facts) => facts.callId === callId);
  const talked = left.reduce((sum, event) => sum + event.facts.talkMs, 0);
  expect(Math.abs(ended.facts.talkMs - talked)).toBeLessThan(100);
});

test('E-10: transferred to a queue, the caller waits there for an agent of that skill', async () => {
  const first = await ready(0, agentHz);
  const call = await ring();
  const { callId } = await first.answer();
  await first.done({ kind: 'transfer', callId, target: { kind: 'queue', queueId: second.id } });
  await node.event('queue.entered', (facts) => facts.callId === callId && facts.queueName === 'Second');
  expect(await heardBy(call.rtp)).toEqual([]);
  const skilled = await ready(1, otherAgentHz);
  expect(await skilled.answer()).toMatchObject({ callId, queue: { name: 'Second' } });
  expect(await heardBy(call.rtp)).toEqual([otherAgentHz]);
});

test('E-10: transferred to an outside number, the two talk over the node, and the agent is free', async () => {
  const first = await ready(0, agentHz);
  const call = await ring();
  const { callId } = await first.answer();
  await first.done({ kind: 'transfer', callId, target: { kind: 'number', number: '13911112222' } });
  await until('the outside to answer', () => outsideLeg);
  expect(outsideLeg!.from).toBe('+8640080010001');
  await first.untilPresence('ready');
  expect(await heardBy(call.rtp)).toEqual([outsideHz]);
  expect(await heardBy(outsideLeg!.rtp)).toEqual([callerHz]);
  const before = outsideEnded;
  call.hangUp();
  await until('the outside leg to be closed', () => outsideEnded > before);
  const dialled = await node.event('leg.dial-ended', (facts) => facts.callId === callId);
  expect(dialled.facts.outcome).toBe('answered');
});

test('a transfer to a busy number brings the caller back to the queue', async () => {
  const first = await ready(0, agentHz);
  await ring();
  const { callId } = await first.answer();
  await first.done({ kind: 'transfer', callId, target: { kind: 'number', number: '13900000486' } });
  const dialled = await node.event('leg.dial-ended', (facts) => facts.callId === callId);
  expect(dialled.facts).toMatchObject({ outcome: 'busy', status: 486 });
  expect(await first.answer()).toMatchObject({ callId });
});

test('a transfer to nobody is refused and changes nothing', async () => {
  const first = await ready(0, agentHz);
  const call = await ring();
  const { callId } = await first.answer();
  const target = { kind: 'agent', agentId: tenant.agents[2]!.id } as const;
  expect(await first.command({ kind: 'transfer', callId, target })).toMatchObject({ code: 'not-available' });
  expect(await heardBy(call.rtp)).toEqual([agentHz]);
});

test('an outgoing call shows the tenant’s number, rings, talks, and is counted as outgoing', async () => {
  const desk = await ready(0, agentHz);
  const sound = await desk.openSound();
  const reply = await desk.done({ kind: 'dial', number: '13911112222', offer: sound.offerSdp });
  await desk.connect(reply.callId!, reply.answer!);
  desk.sound!.speak(toneOf(agentHz));
  await desk.untilInteraction('talking');
  expect(desk.state!.interaction).toMatchObject({ direction: 'outbound', number: '13911112222' });
  expect(outsideLeg!.from).toBe('+8640080010001');
  expect(await heardBy(outsideLeg!.rtp)).toEqual([agentHz]);
  expect(await heardBy(desk)).toEqual([outsideHz]);
  outsideLeg!.dialog.bye();
  const ended = await node.event('call.ended', (facts) => facts.callId === reply.callId);
  expect(ended.facts.reason).toEqual({ party: 'caller', code: 'hung-up' });
  await until('the figures', () => desk.state!.figures.outgoingCount === 1);
});

test('an outgoing call to a busy number ends with the reason on the desk', async () => {
  const desk = await ready(0, agentHz);
  const sound = await desk.openSound();
  const reply = await desk.done({ kind: 'dial', number: '13900000486', offer: sound.offerSdp });
  const { interaction } = await until(
    'the end of this call on the desk',
    () =>
      desk.state!.interaction?.callId === reply.callId && desk.state!.interaction?.endReason && desk.state!,
  );
  expect(interaction!.endReason).toMatchObject({ code: 'rejected', detail: '486' });
  await desk.untilPresence('ready');
  await node.event('call.ended', (facts) => facts.callId === reply.callId);
});

test('an internal call reaches a colleague by extension, and neither counts it as a customer contact', async () => {
  const first = await ready(0, agentHz);
  const other = await ready(2, otherAgentHz);
  const sound = await first.openSound();
  const reply = await first.done({ kind: 'dial', number: '1003', offer: sound.offerSdp });
  await first.connect(reply.callId!, reply.answer!);
  first.sound!.speak(toneOf(agentHz));
  expect(await other.answer()).toMatchObject({ direction: 'internal', number: '1001', name: 'Agent 1' });
  await first.untilInteraction('talking');
  expect(first.state!.interaction).toMatchObject({ number: '1003', name: 'Agent 3' });
  expect(await heardBy(first)).toEqual([otherAgentHz]);
  expect(await heardBy(other)).toEqual([agentHz]);
  await other.done({ kind: 'end', callId: reply.callId! });
  await first.untilPresence('ready');
  await other.untilPresence('ready');
  expect(other.state!.figures.callsAnswered).toBe(1);
  const started = await node.event('call.started', (facts) => facts.callId === reply.callId);
  expect(started.facts.direction).toBe('internal');
});
