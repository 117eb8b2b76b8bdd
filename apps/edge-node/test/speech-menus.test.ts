/**
 * D-19: a spoken menu choice selects the branch; unrecognised speech falls back to keys. Every row is a real call whose sound goes to a
 * server that speaks as OpenAI’s do and knows phrases by their sound. How well a model understands is `speech-models.test.ts`.
 */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { ConnectorConfig } from '@seatgrid/contracts/nouns/connector.ts';
import type { FlowStep } from '@seatgrid/core/flows/step-kinds.ts';
import type { SpeechMenuStep } from '@seatgrid/core/flows/kinds/speech-menu.ts';
import type { Locale } from '@seatgrid/core/kernel/locale.ts';
import type { PhoneCall } from '@seatgrid/testkit/test-phone.ts';
import { loudness } from '@seatgrid/testkit/tone-finder.ts';
import { TestRecogniser } from '@seatgrid/testkit/test-recogniser.ts';
import { FlowCalls } from './flow-calls.ts';
import { newId } from './fixture-config.ts';
import { saidOnce, spokenSound } from './spoken-sound.ts';
import { until } from './until.ts';

const phrases = [
  ['technical support', 'en-us'],
  ['billing', 'en-us'],
  ['查询余额', 'cmn-latn-pinyin'],
] as const;
const unknown = 'seventeen purple elephants';

let calls: FlowCalls;
let recogniser: TestRecogniser;
const sounds = new Map<string, Int16Array>();

const say = (en: string) => [{ kind: 'text', text: { en } }] as const;
const longPrompt =
  'Please tell us what this call is about. You may say technical support or billing, at any time, while I go on and on and on about it.';
const menu: SpeechMenuStep = {
  kind: 'speech-menu',
  prompt: say(longPrompt),
  options: [
    { label: 'Support', phrases: { en: 'technical support, help', 'zh-Hans': '技术支持' }, key: '1', next: 'support' },
    { label: 'Billing', phrases: { en: 'billing', 'zh-Hans': '查询余额' }, key: '2', next: 'billing' },
  ],
  notUnderstood: say('Sorry.'),
  keysPrompt: say('Press one or two.'),
  isInterruptible: true,
  timeoutMs: 20_000,
  quietMs: 800,
  attempts: 1,
  likeness: 60,
  otherwise: 'nobody',
}; // prettier-ignore
const bye: FlowStep = { kind: 'hang-up', say: [] };
const ends = { support: bye, billing: bye, nobody: bye };
const inLanguage = (value: Locale): FlowStep => ({ kind: 'set', variable: 'language', value, next: 'menu' });

function recogniserAt(baseUrl: string, languages: Partial<Record<Locale, string>>): void {
  const settings = { kind: 'recogniser' as const, baseUrl, model: 'whisper-1', languages, tls: null };
  const id = newId<'connector'>();
  const connector = { id, name: id, runsAt: 'node', timeoutMs: 8_000, linesMax: 2, settings };
  calls.tenant.config.connectors.push({ ...connector, secrets: { password: 'key', clientKey: null } } as ConnectorConfig); // prettier-ignore
}

beforeAll(async () => {
  for (const [text, voice] of phrases) sounds.set(text, await spokenSound(text, voice));
  recogniser = await TestRecogniser.open(new Map(sounds));
  sounds.set(unknown, await spokenSound(unknown));
  calls = new FlowCalls();
  calls.tenant.config.innerHosts = ['127.0.0.1'];
  recogniserAt(recogniser.baseUrl, { en: 'en', 'zh-Hans': 'zh' });
  recogniserAt('http://127.0.0.1:9/v1', { 'zh-Hant': 'yue' });
  calls.flow('menu', { menu, ...ends });
  calls.flow('again', { menu: { ...menu, attempts: 2 }, ...ends });
  calls.flow('secret', { menu: { ...menu, isSecret: true }, ...ends });
  calls.flow('echo', { menu: { ...menu, prompt: say('Well?'), isInterruptible: false }, ...ends });
  calls.flow('mandarin', { in: inLanguage('zh-Hans'), menu, ...ends });
  calls.flow('unreachable', { in: inLanguage('zh-Hant'), menu, ...ends });
  await calls.open();
});

afterEach(async () => {
  recogniser.isSilent = false;
  await calls.settled();
  recogniser.heard.length = 0;
});

afterAll(async () => {
  await calls?.close();
  recogniser?.close();
});

async function ring(name: string): Promise<PhoneCall> {
  const call = await calls.ring(name);
  call.rtp.speak(new Int16Array(160));
  await call.until(['talking'], 15_000);
  // The prompt is heard, and so is the caller.
  const isSpokenTo = () => loudness(call.rtp.heard().subarray(-1_600)) > 0.01;
  await call.rtp.until(isSpokenTo, 20_000, 'the prompt');
  return call;
}

function speak(call: PhoneCall, text: string): void {
  call.rtp.startListening();
  call.rtp.speak(saidOnce(sounds.get(text)!));
}

/** The prompt was cut short for longer than it pauses by itself, and another is spoken now. */
async function spokenToAgain(call: PhoneCall): Promise<void> {
  const windowSamples = 1_600;
  const pausedWindows = 5;
  const hasGoneOn = () => {
    const heard = call.rtp.heard();
    let quiet = 0;
    let hasPaused = false;
    for (let at = 0; at + windowSamples <= heard.length; at += windowSamples) {
      const level = loudness(heard.subarray(at, at + windowSamples));
      quiet = level < 0.001 ? quiet + 1 : 0;
      hasPaused ||= quiet >= pausedWindows;
      if (hasPaused && level > 0.01) return true;
    }
    return false;
  };
  await call.rtp.until(hasGoneOn, 40_000, 'the next prompt');
}

const isOver = (call: PhoneCall) => call.until(['ended'], 40_000);
const visits = () => calls.node.eventsOf('flow.step').filter(({ facts }) => facts.stepKey === 'menu');

/** The menu's own visit of the call that is over now. */
async function visit() {
  await calls.settled();
  const { facts } = visits().at(-1)!;
  const { outcome, digits, label, heard } = facts;
  return { outcome, digits, label, heard };
}

test('D-19: a caller who says a choice while the prompt is spoken is taken to its branch', async () => {
  const call = await ring('menu');
  speak(call, 'technical support');
  await isOver(call);
  expect(await visit()).toEqual({
    outcome: 'spoken',
    digits: null,
    label: 'Support',
    heard: [{ text: 'technical support', choice: 'Support', distance: 0 }],
  });
  expect(recogniser.heard).toMatchObject([
    { language: 'en', hint: 'technical support, help, billing', authorization: 'Bearer key' },
  ]);
});

test('D-19: in Mandarin the choice is found by how it is spoken', async () => {
  const call = await ring('mandarin');
  speak(call, '查询余额');
  await isOver(call);
  expect(await visit()).toMatchObject({ outcome: 'spoken', label: 'Billing', heard: [{ distance: 0 }] });
  expect(recogniser.heard).toMatchObject([{ language: 'zh', hint: '技术支持, 查询余额' }]);
});

test('D-19: what is not recognised is asked again, and a choice said then is taken', async () => {
  const call = await ring('again');
  speak(call, unknown);
  await spokenToAgain(call);
  speak(call, 'billing');
  await isOver(call);
  const { outcome, label, heard } = await visit();
  expect({ outcome, label }).toEqual({ outcome: 'spoken', label: 'Billing' });
  expect(heard).toMatchObject([{ text: '' }, { text: 'billing', choice: 'Billing', distance: 0 }]);
});

test('D-19: speech that is not recognised falls back to keys', async () => {
  const call = await ring('menu');
  speak(call, unknown);
  await until('it to be heard', () => recogniser.heard.length === 1);
  call.press('2');
  await isOver(call);
  expect(await visit()).toMatchObject({ outcome: '2', digits: '2', label: 'Billing', heard: [{ text: '' }] });
});

test('a recogniser that does not answer in time leaves keys', async () => {
  recogniser.isSilent = true;
  const call = await ring('menu');
  speak(call, 'billing');
  await spokenToAgain(call);
  call.press('1');
  await isOver(call);
  expect(await visit()).toMatchObject({ outcome: '1', label: 'Support', heard: [{ why: 'timeout' }] });
});

test('one that cannot be reached leaves keys', async () => {
  const call = await ring('unreachable');
  speak(call, '查询余额');
  await spokenToAgain(call);
  call.press('2');
  await isOver(call);
  expect(await visit()).toMatchObject({ outcome: '2', label: 'Billing', heard: [{ why: 'unreachable' }] });
});

test('a key is taken like in any menu, and asks nobody', async () => {
  const call = await ring('menu');
  call.press('1');
  await isOver(call);
  expect(await visit()).toEqual({ outcome: '1', digits: '1', label: 'Support', heard: undefined });
  expect(recogniser.heard).toEqual([]);
});

test('where lines echo, a caller is heard after the prompt', async () => {
  const call = await ring('echo');
  // Again and again, with pauses: the first may fall into the prompt, which it does not cut short.
  const billing = sounds.get('billing')!;
  const repeated = new Int16Array(billing.length + 2 * 8_000);
  repeated.set(billing);
  call.rtp.speak(repeated);
  await isOver(call);
  expect(await visit()).toMatchObject({ outcome: 'spoken', label: 'Billing' });
});

test('of a secret menu the record tells the way alone', async () => {
  const call = await ring('secret');
  speak(call, 'billing');
  await isOver(call);
  expect(await visit()).toEqual({ outcome: 'spoken', digits: null, label: null, heard: undefined });
  expect(calls.walked()).toContain('billing:hang-up');
  expect(recogniser.heard).toHaveLength(1);
});
