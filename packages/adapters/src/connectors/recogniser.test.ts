/** D-19: against a real HTTP server of this process that speaks as OpenAI’s does. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import type { RecogniserSettings } from '@seatgrid/core/connectors/connector.ts';
import { recogniserOf } from '@seatgrid/core/connectors/recogniser.ts';
import { openTestConnector, type TestConnectorOptions } from './test-connector.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function serving(answer: (request: IncomingMessage, response: ServerResponse, form: FormData) => void) {
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    // Read by another hand than the one that wrote it.
    const body = new Response(Buffer.concat(pieces), {
      headers: { 'content-type': request.headers['content-type'] ?? '' },
    });
    answer(request, response, await body.formData());
  });
  servers.push(server);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/`;
}

const settings = (baseUrl: string): RecogniserSettings => ({
  kind: 'recogniser',
  baseUrl,
  model: 'whisper-1',
  languages: { 'zh-Hans': 'zh', en: 'en' },
  tls: null,
});
const open = (baseUrl: string, options?: TestConnectorOptions) =>
  openTestConnector(settings(baseUrl), options);
const sound = new Uint8Array([82, 73, 70, 70, 0, 255, 13, 10]);
const asked = { kind: 'transcribe', sound, locale: 'zh-Hans', hint: '查询，投诉' } as const;
const json = (response: ServerResponse, value: unknown, status = 200) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));

it('is given the sound, the language as it calls it, and the likely words; it answers with a text', async () => {
  const heard: unknown[] = [];
  const baseUrl = await serving((request, response, form) => {
    const { file, ...rest } = Object.fromEntries(form) as { file: File } & Record<string, unknown>;
    void file.bytes().then((octets) => {
      heard.push({ url: request.url, authorization: request.headers.authorization, octets, name: file.name, ...rest });
      json(response, { text: ' 查询余额。 ' });
    });
  }); // prettier-ignore
  const { document } = await open(baseUrl, { secrets: { password: 'key' } }).reply(asked);
  expect(document).toEqual({ text: '查询余额。' });
  expect(heard).toEqual([
    {
      url: '/v1/audio/transcriptions',
      authorization: 'Bearer key',
      octets: sound,
      name: 'speech.wav',
      model: 'whisper-1',
      language: 'zh',
      response_format: 'json',
      temperature: '0',
      prompt: '查询，投诉',
    },
  ]);
});

it('is tried with a moment of silence, and tells what it made of it', async () => {
  let octets = 0;
  const baseUrl = await serving((_, response, form) => {
    octets = (form.get('file') as File).size;
    json(response, { text: '' });
  });
  expect((await open(baseUrl).reply({ kind: 'probe' })).document).toEqual({ text: '“”' });
  expect(octets).toBe(8_044);
});

it.each([
  ['refused', (response: ServerResponse) => json(response, { error: { message: 'no such model' } }, 400)],
  ['not-admitted', (response: ServerResponse) => json(response, {}, 401)],
  ['unreadable', (response: ServerResponse) => json(response, { words: [] })],
  ['unreadable', (response: ServerResponse) => response.end('oops')],
  ['too-large', (response: ServerResponse) => json(response, { text: 'x'.repeat(2_000_000) })],
  ['timeout', () => undefined],
])('is told apart when it is %s', async (code, answer) => {
  const baseUrl = await serving((_, response) => void answer(response));
  expect(await open(baseUrl, code === 'timeout' ? { timeoutMs: 200 } : {}).failure(asked)).toBe(code);
});

it('is not asked for a language it does not hear, nor at an inner address, nor where nobody is', async () => {
  const baseUrl = await serving((_, response) => json(response, { text: '' }));
  expect(await open(baseUrl).failure({ ...asked, locale: 'zh-Hant' })).toBe('misasked');
  expect(await open(baseUrl).failure({ kind: 'socket', text: '' })).toBe('misasked');
  expect(await open(baseUrl, { innerHosts: [] }).failure(asked)).toBe('inner-address');
  expect(await open('http://127.0.0.1:9/v1').failure(asked)).toBe('unreachable');
});

it('is chosen by the call’s language: the first by name that hears it', () => {
  const one = (name: string, languages: RecogniserSettings['languages']) => ({
    name,
    settings: { ...settings('http://one/v1'), languages },
  });
  const all = [one('b', { en: 'en', 'zh-Hant': 'yue' }), one('a', { en: 'english' }), one('c', {})];
  expect(recogniserOf(all, 'en')?.name).toBe('a');
  expect(recogniserOf(all, 'zh-Hant')?.name).toBe('b');
  expect(recogniserOf(all, 'zh-Hans')).toBeUndefined();
});
