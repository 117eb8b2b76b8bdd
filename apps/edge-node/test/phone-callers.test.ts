/** a registered SIP phone as caller and as called, to the standard of a call through a trunk. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { loudness, toneAmplitude } from '@seatgrid/testkit/tone-finder.ts';
import type { FixtureTenant } from './fixture-config.ts';
import { ownTime } from './own-time.ts';
import { RegisteredPhone } from './registered-phone.ts';
import { TelephoneSide, numberWith } from './telephone-side.ts';
import { TestDesk } from './test-desk.ts';
import { agentHz, callerHz, outsideHz, toneOf, whoIsHeard } from './tones.ts';
import { until } from './until.ts';

const line = '+864008000001';
const spoken = '+864008000002';
let side: TelephoneSide;
let tenant: FixtureTenant;
let phone: RegisteredPhone;

beforeAll(async () => {
  side = await TelephoneSide.start((fixture) => {
    tenant = fixture.tenant({ slug: 'demo', number: '+864008000000', agents: 2 });
    numberWith(tenant, line, { kind: 'queue', queueId: fixture.queue(tenant).id });
    const flow = fixture.flow(tenant, 'bye', {
      bye: { kind: 'hang-up', say: [{ kind: 'text', text: { en: 'Goodbye' } }] },
    });
    numberWith(tenant, spoken, { kind: 'flow', flowId: flow.id });
  });
  phone = await RegisteredPhone.open(side.node, { extension: '1002', domain: 'demo.seatgrid' });
  expect(await phone.register()).toBe(200);
});

afterEach(async () => {
  phone.hangUp();
  await side.settle();
  phone.dialog = null;
});
afterAll(async () => {
  await phone?.close();
  await side?.close();
});

test('A-02, D-01: calls a number: the first word within two seconds, the release tone at the end of the flow', async () => {
  phone.rtp.startListening();
  const heardAfterMs = ownTime(side.node.pid);
  phone.dial(spoken);
  await phone.rtp.until(() => loudness(phone.rtp.heard().slice(-1_600)) > 0.01, 15_000, 'the first word');
  expect(heardAfterMs()).toBeLessThan(2_000);
  await until('the release tone', async () => toneAmplitude(await phone.rtp.listen(200), 450) > 0.05);
  await until('the line to be closed', () => phone.ended);
});

test('as caller: both numbers at the desk and in the record, both directions heard; the agent hangs up, the phone hears it', async () => {
  phone.rtp.speak(toneOf(callerHz));
  const desk = await side.ready(tenant);
  phone.dial(line);
  const { callId, ...shown } = await desk.answer();
  desk.sound!.speak(toneOf(agentHz));
  expect(shown).toMatchObject({ number: '1002', calledNumber: line, direction: 'inbound' });
  await phone.rtp.listen(300);
  expect(whoIsHeard(await phone.rtp.listen(400))).toEqual([agentHz]);
  expect(whoIsHeard(await desk.listen(400))).toEqual([callerHz]);
  await desk.done({ kind: 'end', callId });
  await until('the release tone', async () => toneAmplitude(await phone.rtp.listen(200), 450) > 0.05);
  await until('the line to be closed', () => phone.ended);
  const started = await side.node.event('call.started', (facts) => facts.callId === callId);
  expect(started.facts).toMatchObject({ fromNumber: '1002', toNumber: line });
  const ended = await side.node.event('call.ended', (facts) => facts.callId === callId);
  expect(ended.facts.reason).toEqual({ party: 'agent', code: 'hung-up' });
});

test('as called: the caller’s number on the phone, both numbers in the record; the caller hangs up, the phone is released', async () => {
  phone.rtp.speak(toneOf(agentHz));
  const desk = side.track(await TestDesk.open(side.node, tenant, 1));
  await desk.done({ kind: 'sign-in', device: 'phone' });
  await desk.done({ kind: 'ready' });
  const call = await side.ring(line, '13700002222');
  const invite = await phone.liftHandset();
  expect(invite.from.user).toBe('13700002222');
  await call.rtp.listen(300);
  expect(whoIsHeard(await call.rtp.listen(400))).toEqual([agentHz]);
  expect(whoIsHeard(await phone.rtp.listen(400))).toEqual([callerHz]);
  call.hangUp();
  await until('the phone to be released', () => phone.ended);
  const started = side.node.eventsOf('call.started').at(-1)!;
  expect(started.facts).toMatchObject({ fromNumber: '13700002222', toNumber: line });
});

test('calls the outside: the tenant’s number shown there, both numbers in the record; the other side hangs up', async () => {
  phone.rtp.speak(toneOf(agentHz));
  phone.dial('13955556666');
  await phone.untilTalking();
  await phone.rtp.listen(300);
  expect(whoIsHeard(await phone.rtp.listen(400))).toEqual([outsideHz]);
  expect(side.outsideLeg).toMatchObject({ number: '13955556666', from: '+864008000000' });
  side.outsideLeg!.dialog.bye();
  await until('the line to be closed', () => phone.ended);
  const started = side.node.eventsOf('call.started').at(-1)!;
  expect(started.facts).toMatchObject({ direction: 'outbound', fromNumber: '+864008000000', toNumber: '13955556666' });
}); // prettier-ignore
