/** D-18 at the centre: voices chosen and tried, texts spoken before a flow is published, files for nodes. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readTelephoneWav } from '@seatgrid/media/audio/wav.ts';
import type { ConnectorId } from '@seatgrid/core/connectors/connector.ts';
import { plainSpeech, type SpeechSettings, type SpeechVoice } from '@seatgrid/core/spoken/speech-settings.ts';
import { SpeechServer } from '@seatgrid/testkit/speech-server.ts';
import { startTestCentre, type TestCentre } from './test-centre.ts';
import { makeTenant, type TestTenant } from './test-tenant.ts';
import { enrolNode, TestLink, type EnrolledNode } from './test-node.ts';

let centre: TestCentre;
let server: SpeechServer;
let alpha: TestTenant;
let beta: TestTenant;
let node: EnrolledNode;
let connectorId: ConnectorId;

beforeAll(async () => {
  [centre, server] = await Promise.all([startTestCentre(), SpeechServer.start()]);
  alpha = await makeTenant(centre, 'alpha');
  beta = await makeTenant(centre, 'beta');
  node = await enrolNode(centre, 'hq');
  const operator = await centre.operator();
  const allowed = { params: { id: alpha.tenant.id }, body: { innerHosts: ['127.0.0.1'] } };
  await operator.call('PUT /api/platform/tenants/:id/inner-hosts', allowed);
  const made = await alpha.administrator.call('POST /api/connectors', {
    body: {
      name: 'Voices',
      runsAt: 'centre',
      timeoutMs: 10_000,
      linesMax: 2,
      settings: { kind: 'speaker', baseUrl: server.baseUrl, model: 'tts-1', tls: null },
      secrets: { password: 'the key' },
    },
  });
  connectorId = made.id;
});
afterAll(async () => {
  await centre?.stop();
  await server?.stop();
});

const voiced = (voice: string): SpeechVoice => ({
  tongue: 'english',
  provider: { kind: 'connector', connectorId, voice },
  speedPercent: 110,
});
const settings = (english: SpeechVoice): SpeechSettings => ({
  currency: 'HKD',
  voices: { ...plainSpeech.voices, en: english },
});
const flowSaying = (text: string) =>
  ({
    start: 'say',
    steps: {
      say: { kind: 'say', text: { en: text, 'zh-Hans': '您好' }, next: 'count' },
      count: { kind: 'say', text: { en: 'You have {n | number} messages' }, next: 'bye' },
      bye: { kind: 'hang-up', say: [] },
    },
  }) as const;

test('without a choice espeak-ng speaks; a sentence is heard before anything is saved', async () => {
  const { call } = alpha.administrator;
  expect(await call('GET /api/speech')).toMatchObject({ settings: plainSpeech, rendering: [] });
  const tried = await call('POST /api/speech/try', {
    body: { locale: 'zh-Hans', text: '应付{n | money}', voice: plainSpeech.voices['zh-Hans'] },
  });
  const sound = readTelephoneWav(new Uint8Array(await tried.arrayBuffer()));
  expect(sound.ok && sound.value.length).toBeGreaterThan(4_000);
});

test('a voice of a server is tried by its server, with the key nobody is shown', async () => {
  const { call } = alpha.administrator;
  const body = { locale: 'en', text: 'Hello there', voice: voiced('en-gb') } as const;
  const tried = await call('POST /api/speech/try', { body });
  expect(readTelephoneWav(new Uint8Array(await tried.arrayBuffer())).ok).toBe(true);
  expect(server.asked.at(-1)).toMatchObject({ authorization: 'Bearer the key', voice: 'en-gb', speed: 1.1 });
  server.manner = 'refuses';
  await expect(call('POST /api/speech/try', { body })).rejects.toMatchObject({
    problem: { code: 'refused', message: expect.stringContaining('429') },
  });
  server.manner = 'wav';
});

test('what cannot speak is refused: another kind, nobody’s, the wrong tongue, Kokoro in Cantonese, and Kokoro that is not installed', async () => {
  const { call } = alpha.administrator;
  const put = (english: SpeechVoice) => call('PUT /api/speech', { body: settings(english) });
  const by = (id: string) => ({ ...voiced(''), provider: { kind: 'connector', connectorId: id as ConnectorId, voice: '' } as const });
  await expect(put(by(alpha.ids['connectors']!))).rejects.toMatchObject({ problem: { code: 'refused' } });
  await expect(put(by(beta.ids['connectors']!))).rejects.toMatchObject({ problem: { code: 'malformed' } });
  await expect(put({ ...voiced(''), tongue: 'mandarin' })).rejects.toMatchObject({ problem: { code: 'malformed' } });
  const kokoro = { kind: 'kokoro', voice: '' } as const;
  const cantonese = { tongue: 'cantonese', provider: kokoro, speedPercent: 100 } as const;
  await expect(call('PUT /api/speech', { body: { ...plainSpeech, voices: { ...plainSpeech.voices, 'zh-Hant': cantonese } } })).rejects.toMatchObject({ problem: { code: 'malformed' } });
  const voice = { tongue: 'english', provider: kokoro, speedPercent: 100 } as const;
  await expect(call('POST /api/speech/try', { body: { locale: 'en', text: 'Hello', voice } })).rejects.toMatchObject({
    problem: { code: 'refused', message: expect.stringContaining('./seatgrid voices') },
  });
}); // prettier-ignore

test('a flow’s fixed texts are spoken when it is published, told to nodes, fetched by fingerprint; those with variables are not', { timeout: 90_000 }, async () => {
  const { call } = alpha.administrator;
  await call('PUT /api/speech', { body: settings(voiced('en-us')) });
  const flow = await call('POST /api/flows', { body: { name: 'Speaks', ...flowSaying('Welcome to Alpha') } });
  server.asked.length = 0;
  await call('POST /api/flows/:id/publish', { params: { id: flow.id } });
  // Spoken already when publishing came back, and once.
  expect(server.asked.map(({ input }) => input).filter((one) => one === 'Welcome to Alpha')).toHaveLength(1);
  // A link of the test's own falls silent and is let go: each look is by a new one.
  const told = async () => {
    const link = await TestLink.greet(centre, node);
    const { config } = await link.hear('config');
    await link.close();
    return config.tenants.flatMap(({ spoken }) => spoken).find(({ text }) => text === 'Welcome to Alpha');
  };
  await expect.poll(told, { timeout: 60_000, interval: 500 }).toMatchObject({ locale: 'en' });
  const file = (await told())!;
  const audio = await fetch(`${centre.url}/api/node/prompts/${file.sha256}`, { headers: { authorization: await node.bearer() } });
  const octets = new Uint8Array(await audio.arrayBuffer());
  expect([octets.length, readTelephoneWav(octets).ok]).toEqual([file.octets, true]);
  const { rendering } = await call('GET /api/speech');
  expect(rendering).toEqual([{ locale: 'en', wanted: 1, ready: 1, failed: [] }]);
  await expect(call('DELETE /api/connectors/:id', { params: { id: connectorId } })).rejects.toMatchObject({ problem: { code: 'refused' } });
}); // prettier-ignore

test('a text its voice does not speak is told with the reason, does not hinder the publication, and another voice speaks all anew', async () => {
  const { call } = alpha.administrator;
  server.manner = 'refuses';
  const flow = await call('POST /api/flows', { body: { name: 'Fails', ...flowSaying('Nobody speaks this') } });
  await call('POST /api/flows/:id/publish', { params: { id: flow.id } });
  const [english] = (await call('GET /api/speech')).rendering;
  expect(english).toMatchObject({ wanted: 2, ready: 1, failed: [{ text: 'Nobody speaks this', why: expect.stringContaining('429') }] });
  server.manner = 'wav';
  await call('PUT /api/speech', { body: settings(voiced('en-gb')) });
  await expect.poll(async () => (await call('GET /api/speech')).rendering, { timeout: 20_000 }).toEqual([{ locale: 'en', wanted: 2, ready: 2, failed: [] }]);
  // Another tenant’s is another matter.
  expect(await beta.administrator.call('GET /api/speech')).toMatchObject({ settings: plainSpeech, rendering: [] });
  const { items } = await call('GET /api/audit', { query: { noun: 'speech' } });
  expect(items[0]).toMatchObject({ noun: 'speech', verb: 'update' });
}); // prettier-ignore
