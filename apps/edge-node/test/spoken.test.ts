/** D-18 by real calls: values in each language's own words, by espeak-ng and by a speech server that may fail. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { StepKey } from '@seatgrid/core/flows/step-field.ts';
import type { FlowStep } from '@seatgrid/core/flows/step-kinds.ts';
import { plainSpeech, type SpeechVoice } from '@seatgrid/core/spoken/speech-settings.ts';
import type { ConnectorConfig } from '@seatgrid/contracts/nouns/connector.ts';
import { SpeechServer } from '@seatgrid/testkit/speech-server.ts';
import { espeak } from '@seatgrid/adapters/speech/espeak.ts';
import { ownVoice } from '../src/speech/own-voice.ts';
import type { Voice } from '../src/speech/synthesiser.ts';
import { newId, plainRule, type FixtureConfig, type FixtureTenant } from './fixture-config.ts';
import { TelephoneSide } from './telephone-side.ts';

const cantonese: SpeechVoice = { tongue: 'cantonese', provider: { kind: 'espeak' }, speedPercent: 100 };
/** What the server is asked for, and what espeak-ng makes of it there: another man's voice than the node's own. */
const serverVoice = 'en-gb-x-rp';
const atServer: Voice = {
  id: 'the server’s own',
  where: 'here',
  make: (text, signal) =>
    espeak({ command: 'espeak-ng', text, voice: { name: serverVoice, wordsPerMinute: 150 }, signal }),
};

let server: SpeechServer;
let side: TelephoneSide;
const numbers = { three: '+864009100001', served: '+864009100002' };

const set = (variable: string, value: string, next: StepKey): FlowStep => ({
  kind: 'set',
  variable,
  value,
  next,
});
const bye: FlowStep = { kind: 'hang-up', say: [] };
const owed = {
  en: '{name}, you owe {amount | money}',
  'zh-Hans': '{name}，您应付{amount | money}',
  'zh-Hant': '{name}，你要付{amount | money}',
};

function answers(fixture: FixtureConfig, tenant: FixtureTenant, number: string, steps: Record<StepKey, FlowStep>) {
  const did = { id: newId<'did'>(), number, siteId: null };
  const { id: flowId } = fixture.flow(tenant, Object.keys(steps)[0]!, steps);
  const next = { kind: 'flow', flowId } as const;
  tenant.config.dids.push(did);
  const rule = { ...plainRule, id: newId<'inbound-rule'>(), name: number, didIds: [did.id] };
  tenant.config.rules.push({ ...rule, onDuty: next, offDuty: next });
} // prettier-ignore

function configure(fixture: FixtureConfig): void {
  const plain = fixture.tenant({ slug: 'plain', number: '+8640091000098', agents: 1 });
  plain.config.speech = { currency: 'HKD', voices: { ...plainSpeech.voices, 'zh-Hant': cantonese } };
  answers(fixture, plain, numbers.three, {
    name: set('name', '王小明', 'amount'),
    amount: set('amount', '1312.05', 'mandarin'),
    mandarin: set('language', 'zh-Hans', 'say-mandarin'),
    'say-mandarin': { kind: 'say', text: owed, next: 'cantonese' },
    cantonese: set('language', 'zh-Hant', 'say-cantonese'),
    'say-cantonese': { kind: 'say', text: owed, next: 'rename' },
    rename: set('name', 'Mister Wang', 'english'),
    english: set('language', 'en', 'say-english'),
    'say-english': { kind: 'say', text: owed, next: 'bye' },
    bye,
  });
  const served = fixture.tenant({ slug: 'served', number: '+8640091000099', agents: 1 });
  served.config.innerHosts = ['127.0.0.1'];
  const connectorId = newId<'connector'>();
  served.config.connectors.push({
    id: connectorId,
    name: 'Voices',
    runsAt: 'node',
    timeoutMs: 5_000,
    linesMax: 2,
    settings: { kind: 'speaker', baseUrl: server.baseUrl, model: 'tts-1', tls: null },
    secrets: { password: 'key', clientKey: null },
  } satisfies ConnectorConfig);
  const provider = { kind: 'connector', connectorId, voice: serverVoice } as const;
  const english: SpeechVoice = { tongue: 'english', provider, speedPercent: 100 };
  served.config.speech = { currency: 'USD', voices: { ...plainSpeech.voices, en: english } };
  answers(fixture, served, numbers.served, {
    language: set('language', 'en', 'say'),
    say: { kind: 'say', text: { en: 'Your number is {caller | digits}' }, next: 'bye' },
    bye,
  });
}

beforeAll(async () => {
  server = await SpeechServer.start();
  side = await TelephoneSide.start(configure);
});
afterEach(() => side.settle());
afterAll(async () => {
  await side?.close();
  await server?.stop();
});

test('D-18: a name and an amount in Mandarin, Cantonese and English within one call', { timeout: 180_000 }, async () => {
  const call = await side.ring(numbers.three);
  const said = (text: string, voice: SpeechVoice) =>
    side.speechBy(text, ownVoice('espeak-ng', voice)).then((known) => side.untilHeard(call, known, { text, deadlineMs: 60_000 }));
  await said('王小明，您应付一千三百一十二港元零五分', plainSpeech.voices['zh-Hans']);
  await said('王小明，你要付一千三百一十二元零五仙', cantonese);
  await said('Mister Wang, you owe one thousand three hundred twelve Hong Kong dollars and five cents', plainSpeech.voices.en);
}); // prettier-ignore

test('a speech server speaks what is another text for every call; where it fails or is slow, espeak-ng does', { timeout: 180_000 }, async () => {
  const inWords = (digits: string) => `Your number is ${digits}`;
  const heard = async (from: string, digits: string, voice: Voice) => {
    const call = await side.ring(numbers.served, from);
    const text = inWords(digits);
    await side.untilHeard(call, await side.speechBy(text, voice), { text, deadlineMs: 60_000 });
  };
  const own = ownVoice('espeak-ng', plainSpeech.voices.en);
  await heard('13800138001', 'one three eight zero zero one three eight zero zero one', atServer);
  expect(server.asked.at(-1)).toMatchObject({ authorization: 'Bearer key', voice: serverVoice });
  server.manner = 'refuses';
  await heard('13800138002', 'one three eight zero zero one three eight zero zero two', own);
  server.manner = 'silent';
  await heard('13800138003', 'one three eight zero zero one three eight zero zero three', own);
  server.manner = 'wav';
  expect(side.node.stderr).toMatch(/espeak-ng speaks .* instead of the chosen voice/);
}); // prettier-ignore
