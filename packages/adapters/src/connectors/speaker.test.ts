/** D-18: against a real HTTP server that speaks as OpenAI's does, with espeak-ng behind it. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SpeechServer } from '@seatgrid/testkit/speech-server.ts';
import { openTestConnector, type TestConnectorOptions } from './test-connector.ts';

let server: SpeechServer;
beforeAll(async () => void (server = await SpeechServer.start()));
afterAll(() => server?.stop());

const open = (options?: TestConnectorOptions) =>
  openTestConnector({ kind: 'speaker', baseUrl: server.baseUrl, model: 'tts-1', tls: null }, options);
const rateOf = (wav: Uint8Array) => Buffer.from(wav).readUInt32LE(24);
const asked = { kind: 'speak', text: 'You are next.', voice: 'en-us', speedPercent: 120 } as const;

it('is given text, voice and pace with the key, and answers with sound of whatever rate', async () => {
  const { sound } = await open({ secrets: { password: 'key' } }).reply(asked);
  expect(server.asked.at(-1)).toEqual({
    authorization: 'Bearer key',
    model: 'tts-1',
    input: 'You are next.',
    voice: 'en-us',
    response_format: 'wav',
    speed: 1.2,
  });
  expect(rateOf(sound!)).toBe(22_050);
  expect(sound!.length).toBeGreaterThan(22_050);
});

it('may answer bare samples', async () => {
  server.manner = 'pcm';
  const { sound } = await open().reply({ ...asked, voice: '' });
  expect(rateOf(sound!)).toBe(22_050);
  expect(server.asked.at(-1)).not.toHaveProperty('voice');
  server.manner = 'wav';
});

it('is tried with a word, and is asked nothing else', async () => {
  expect((await open().reply({ kind: 'probe' })).document).toMatchObject({ text: expect.stringMatching(/^WAV, \d+ octets$/) }); // prettier-ignore
  expect(await open().failure({ kind: 'socket', text: '' })).toBe('misasked');
});

it('is told apart when it refuses, does not answer, or lies inside', async () => {
  server.manner = 'refuses';
  expect(await open().failure(asked)).toBe('refused');
  server.manner = 'silent';
  expect(await open({ timeoutMs: 200 }).failure(asked)).toBe('timeout');
  server.manner = 'wav';
  expect(await open({ innerHosts: [] }).failure(asked)).toBe('inner-address');
});
