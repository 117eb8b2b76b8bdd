/** D-11: a caller leaves a message; its owner hears it by phone. Real calls, keys pressed, what is heard measured. */
import { scryptSync } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { CallId } from '@seatgrid/core/kernel/ids.ts';
import type { Mailbox } from '@seatgrid/core/messages/mailbox.ts';
import { readTelephoneWav } from '@seatgrid/media/audio/wav.ts';
import type { PhoneCall } from '@seatgrid/testkit/test-phone.ts';
import { findTones } from '@seatgrid/testkit/tone-finder.ts';
import { newId, type FixtureTenant } from './fixture-config.ts';
import { RegisteredPhone } from './registered-phone.ts';
import { numberWith, TelephoneSide } from './telephone-side.ts';
import { callerHz, toneOf } from './tones.ts';
import { until } from './until.ts';

const beepHz = 1_000;
const messageHz = 620;
const greetingHz = 840;
const leave = '+864008000001';
const small = '+864008000002';
const collect = '+864008000003';
const away = '+864008000004';
const inFlow = '+864008000005';
const pin = '2468';
const greeting =
  'Nobody can take your call. Please leave a message after the tone, and press the hash key when you are done.';
const askPin = 'Please enter your PIN, then the hash key.';

let side: TelephoneSide;
let tenant: FixtureTenant;
let box: Mailbox;
let smallBox: Mailbox;
const desks: RegisteredPhone[] = [];

function mailbox(owner: Mailbox['owner'], given: Partial<Mailbox> = {}): Mailbox {
  const salt = Buffer.from('salt of a test').toString('base64');
  const made: Mailbox = {
    id: newId<'mailbox'>(),
    name: 'Agent 1',
    owner,
    number: null,
    greeting: [],
    pin: { salt, hash: scryptSync(pin, Buffer.from(salt, 'base64'), 32).toString('base64') },
    messageMaxMs: 60_000,
    messagesMax: 10,
    keptDays: null,
    mailTo: [],
    isSoundMailed: false,
    ...given,
  };
  tenant.config.mailboxes.push(made as never);
  return made;
}

beforeAll(async () => {
  side = await TelephoneSide.start((fixture) => {
    tenant = fixture.tenant({ slug: 'demo', number: '+864008000000', agents: 2 });
    box = mailbox({ kind: 'agent', agentId: tenant.agents[0]!.id }, { number: '801' });
    smallBox = mailbox({ kind: 'agent', agentId: tenant.agents[1]!.id }, { name: 'Small', messagesMax: 1, messageMaxMs: 10_000 }); // prettier-ignore
    const queue = fixture.queue(tenant, {
      waitMaxMs: 1_000,
      onTimeout: { kind: 'mailbox', mailboxId: box.id },
    });
    numberWith(tenant, leave, { kind: 'mailbox', mailboxId: box.id });
    numberWith(tenant, small, { kind: 'mailbox', mailboxId: smallBox.id });
    numberWith(tenant, collect, { kind: 'messages' });
    const flow = fixture.flow(tenant, 'leave', {
      leave: { kind: 'leave-message', mailboxId: box.id, next: 'thanks', onNotLeft: 'nothing' },
      thanks: { kind: 'hang-up', say: [] },
      nothing: { kind: 'hang-up', say: [] },
    });
    numberWith(tenant, inFlow, { kind: 'flow', flowId: flow.id });
    numberWith(tenant, away, { kind: 'queue', queueId: queue.id });
  });
});
afterEach(() => {
  for (const desk of desks) desk.hangUp();
  return side.settle();
});
afterAll(async () => {
  for (const desk of desks) await desk.close();
  await side?.close();
});

/** Of the call that was rung last. */
let callsBefore = 0;
async function callIdOf(number: string): Promise<CallId> {
  const begun = () =>
    side.node
      .eventsOf('call.started')
      .slice(callsBefore)
      .find(({ facts }) => facts.toNumber === number);
  return (await until('the call', begun)).facts.callId;
}
const leftOf = (callId: CallId) => side.node.event('voice-message.left', (facts) => facts.callId === callId);

/** A line on which the node listens brings nothing to wait for. */
const passing = (durationMs: number) => new Promise((resolve) => setTimeout(resolve, durationMs));

/** A caller who is silent until the tone. */
async function ringQuietly(number: string): Promise<PhoneCall> {
  callsBefore = side.node.eventsOf('call.started').length;
  const call = await side.ring(number);
  call.rtp.speak(new Int16Array(160));
  await call.until(['talking'], 5_000);
  return call;
}

const untilBeep = (call: PhoneCall, since?: number) => untilTone(call, beepHz, since);

async function untilTone(
  call: PhoneCall,
  frequencyHz: number,
  since = call.rtp.heard().length,
): Promise<void> {
  const isHeard = () => {
    const heard = call.rtp.heard().subarray(since);
    for (let at = 0; at + beepSamples <= heard.length; at += beepSamples / 2)
      if (isPure(heard.subarray(at, at + beepSamples), frequencyHz)) return true;
    return false;
  };
  await until(`a tone of ${frequencyHz} Hz`, isHeard, 20_000);
}

const beepSamples = 1_200;

/** Nearly all of the sound is one tone, as no word is. */
function isPure(samples: Int16Array, frequencyHz: number): boolean {
  let [real, imaginary, all] = [0, 0, 0];
  samples.forEach((sample, index) => {
    const angle = (2 * Math.PI * frequencyHz * index) / 8_000;
    real += sample * Math.cos(angle);
    imaginary += sample * Math.sin(angle);
    all += sample * sample;
  });
  return all > samples.length * 100_000 && (2 * (real ** 2 + imaginary ** 2)) / (samples.length * all) > 0.85;
}

/** Of the second agent; another for each call, as what it hears is one line's. */
async function deskPhone(): Promise<RegisteredPhone> {
  const phone = await RegisteredPhone.open(side.node, { extension: '1002', domain: 'demo.seatgrid' });
  desks.push(phone);
  phone.rtp.speak(new Int16Array(160));
  expect(await phone.register()).toBe(200);
  return phone;
}

/** Keyed, and something said of it: a line that waits for keys is silent. */
async function keyPin(call: PhoneCall): Promise<void> {
  call.rtp.sendDigits(`${pin}#`);
  await passing(1_500);
  const before = call.rtp.heard().length;
  await until('an answer to the PIN', () => call.rtp.heard().length > before + 4_000, 20_000);
}

function telephoneWav(path: string): Int16Array {
  const sound = readTelephoneWav(readFileSync(path));
  if (!sound.ok) throw new Error(sound.failure.detail);
  return sound.value;
}

async function leaveMessage(number: string, spokenMs = 2_500, end: 'hang-up' | '#' = '#'): Promise<CallId> {
  const call = await ringQuietly(number);
  const callId = await callIdOf(number);
  call.press('#');
  await untilBeep(call);
  await passing(200);
  call.rtp.speak(toneOf(messageHz));
  await passing(spokenMs);
  call.rtp.speak(new Int16Array(160));
  if (end === 'hang-up') call.hangUp();
  else call.press('#');
  return callId;
}

test('D-11: a caller is greeted, speaks after the tone, and the message is what was said, kept beside the recordings', async () => {
  const call = await ringQuietly(leave);
  const callId = await callIdOf(leave);
  await side.untilSaid(call, greeting, 'en', 20_000);
  await untilBeep(call, 0);
  await passing(500);
  call.rtp.speak(toneOf(messageHz));
  await passing(3_000);
  call.rtp.speak(new Int16Array(160));
  await passing(300);
  call.press('#');
  await call.until(['ended'], 10_000);
  const { facts } = await leftOf(callId);
  expect(facts).toMatchObject({ mailboxId: box.id, fromNumber: '13800138000', isRecovered: false });
  // Three seconds, and a breath at both ends.
  expect(facts.durationMs).toBeGreaterThan(2_500);
  expect(facts.durationMs).toBeLessThan(5_500);
  expect(facts.path).toMatch(/^demo\/messages\/\d{4}-\d\d-\d\d\/\d{6}_Agent-1_[0-9a-f-]+_[0-9a-f]{8}\.wav$/);
  const sound = telephoneWav(join(side.node.folder, 'recordings', facts.path));
  expect(findTones(sound, { frequenciesHz: [messageHz, beepHz, callerHz] })).toEqual([messageHz]);
  const ended = await side.node.event('call.ended', (end) => end.callId === callId);
  expect(ended.facts.reason).toMatchObject({ party: 'platform', code: 'flow-ended' });
  // Nothing is left of the recording it was cut from.
  expect(readdirSync(join(side.node.folder, 'recordings/.messages')).filter((name) => name.endsWith('.wav'))).toEqual([]); // prettier-ignore
});

test('whoever stops speaking is thanked without a key; whoever says nothing has left nothing', async () => {
  const call = await ringQuietly(leave);
  const callId = await callIdOf(leave);
  const silent = await ringQuietly(leave);
  const silentId = await callIdOf(leave);
  for (const one of [call, silent]) one.press('#');
  await Promise.all([untilBeep(call), untilBeep(silent)]);
  call.rtp.speak(toneOf(messageHz));
  await passing(2_000);
  call.rtp.speak(new Int16Array(160));
  for (const one of [call, silent]) await one.until(['ended'], 30_000);
  const { facts } = await leftOf(callId);
  expect(facts.durationMs).toBeLessThan(4_500);
  await side.node.event('call.ended', (end) => end.callId === silentId);
  expect(side.node.eventsOf('voice-message.left').map((left) => left.facts.callId)).not.toContain(silentId);
});

test('the end of the call is the end of the message; a word and a click are none', async () => {
  const callId = await leaveMessage(leave, 2_500, 'hang-up');
  expect((await leftOf(callId)).facts.durationMs).toBeGreaterThan(2_000);
  const clicked = await leaveMessage(leave, 300, 'hang-up');
  await side.node.event('call.ended', (facts) => facts.callId === clicked);
  await leaveMessage(leave, 2_500, 'hang-up').then(leftOf);
  expect(side.node.eventsOf('voice-message.left').some(({ facts }) => facts.callId === clicked)).toBe(false);
});

test('a message ends at the box’s limit, and a full box says so', async () => {
  const call = await ringQuietly(small);
  const callId = await callIdOf(small);
  call.press('#');
  await untilBeep(call);
  call.rtp.speak(toneOf(messageHz));
  await call.until(['ended'], 30_000);
  const { facts } = await leftOf(callId);
  expect(Math.abs(facts.durationMs - 10_000)).toBeLessThan(600);
  const second = await ringQuietly(small);
  await side.untilSaid(second, 'The mailbox is full. Please call again later.', 'en', 20_000);
  await second.until(['ended'], 10_000);
});

test('A-16: a queue nobody answers in leads to the box', async () => {
  const callId = await leaveMessage(away);
  expect((await leftOf(callId)).facts.mailboxId).toBe(box.id);
  expect(side.node.eventsOf('queue.left').find(({ facts }) => facts.callId === callId)?.facts.cause).toBe('timeout');
}); // prettier-ignore

test('D-11: a flow leads to the box and goes on afterwards, another way where nothing was said', async () => {
  const stepsOf = (callId: CallId) =>
    side.node
      .eventsOf('flow.step')
      .filter(({ facts }) => facts.callId === callId)
      .map(({ facts }) => `${facts.stepKey} ${facts.outcome}`);
  const callId = await leaveMessage(inFlow);
  await side.node.event('call.ended', (facts) => facts.callId === callId, 20_000);
  expect((await leftOf(callId)).facts.mailboxId).toBe(box.id);
  expect(stepsOf(callId)).toEqual(['leave left', 'thanks hang-up']);
  const silent = await leaveMessage(inFlow, 100);
  await side.node.event('call.ended', (facts) => facts.callId === silent, 20_000);
  expect(stepsOf(silent)).toEqual(['leave nothing', 'nothing hang-up']);
});

test('D-11: the owner hears it at the desk phone: PIN, new messages, the sound, thrown away and taken back', async () => {
  const phone = await deskPhone();
  phone.dial('*97');
  await phone.untilTalking();
  const hears = { rtp: phone.rtp } as PhoneCall;
  await side.untilSaid(hears, askPin, 'en', 20_000);
  await keyPin(hears);
  phone.rtp.sendDigits('1');
  await untilTone(hears, messageHz);
  await passing(300);
  phone.rtp.sendDigits('3');
  await side.untilSaid(hears, 'Deleted. Press 3 to take it back.', 'en', 20_000);
  const acts = () => side.node.eventsOf('voice-message.changed').map(({ facts }) => [facts.act, facts.way]);
  await until('both told', () => acts().length === 2);
  expect(acts()).toEqual([['heard', 'phone'], ['deleted', 'phone']]); // prettier-ignore
  phone.rtp.sendDigits('3');
  await until('taken back', () => acts().length === 3);
  phone.hangUp();
});

test('a caller from outside names the box and its PIN; wrong ones are counted, and shut it for a while', async () => {
  const call = await ringQuietly(collect);
  const callId = await callIdOf(collect);
  await side.untilSaid(call, 'Please enter the mailbox number, then the hash key.', 'en', 20_000);
  call.press('801#');
  await side.untilSaid(call, askPin, 'en', 20_000);
  const refused = () => side.node.eventsOf('mailbox.pin-refused').map(({ facts }) => facts.isShut);
  for (const [before, wrong] of ['1111#', '2222#', '3333#'].entries()) {
    call.press(wrong);
    await until('a refusal', () => refused().length === before + 1);
  }
  await call.until(['ended'], 20_000);
  const again = await ringQuietly(collect);
  again.press('801#');
  await side.untilSaid(again, askPin, 'en');
  again.press('4444#');
  await until('a fourth refusal', () => refused().length === 4);
  again.press('5555#');
  await side.untilSaid(again, 'There were too many wrong attempts. Please try again later. Goodbye.', 'en', 20_000); // prettier-ignore
  // The right one does not help while it is shut.
  const third = await ringQuietly(collect);
  third.press('801#');
  await passing(500);
  third.press(`${pin}#`);
  await side.untilSaid(third, 'There were too many wrong attempts. Please try again later. Goodbye.', 'en', 20_000); // prettier-ignore
  // What was keyed stands nowhere: neither in the record nor in the ladder.
  await side.settle();
  const facts = side.node.events().flatMap((event) => 'callId' in event.facts && event.facts.callId === callId ? event.facts : []); // prettier-ignore
  // As a word of its own: instants and identifiers hold any four figures.
  expect(JSON.stringify(facts)).not.toMatch(/\b1111\b/);
});

test('a greeting is recorded by phone, and greets the next caller; a restart forgets neither it nor a message', async () => {
  const phone = await deskPhone();
  phone.dial('*97');
  await phone.untilTalking();
  const hears = { rtp: phone.rtp } as PhoneCall;
  await side.untilSaid(hears, askPin, 'en', 20_000);
  await keyPin(hears);
  phone.rtp.sendDigits('9');
  await passing(1_500);
  phone.rtp.sendDigits('2');
  await untilBeep(hears);
  phone.rtp.speak(toneOf(greetingHz));
  await passing(2_500);
  phone.rtp.speak(new Int16Array(160));
  phone.rtp.sendDigits('#');
  await side.untilSaid(hears, 'Your greeting has been saved.', 'en', 20_000);
  phone.hangUp();
  await side.node.event('mailbox.greeting', (facts) => facts.isRecorded);
  await side.settle();

  await side.node.terminate();
  await side.node.boot();
  const call = await ringQuietly(small);
  // The box of this greeting is full: what greets is the sentence of that.
  await side.untilSaid(call, 'The mailbox is full. Please call again later.', 'en', 20_000);
  expect(existsSync(join(side.node.folder, 'recordings', `.greetings/${tenant.config.tenant.id}-${smallBox.id}.wav`))).toBe(true); // prettier-ignore
}); // prettier-ignore
