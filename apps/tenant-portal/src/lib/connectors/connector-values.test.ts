import { connectorReadSchema, connectorWriteSchema } from '@seatgrid/contracts/nouns/connector.ts';
import { expect, test } from 'vitest';
import { connectorKinds } from './connector-kinds.ts';
import { bodyOf, valuesOf } from './connector-values.ts';
import { readSigns, showSigns } from './unseen-signs.ts';

const server = { host: 'db.example.com', port: 4_000, tls: null };
const tls = { authority: '', certificate: '', serverName: 'inner.example.com' };
const socket = { kind: 'socket', ...server, life: 'long', encoding: 'gbk', separator: '|' };

const every = [
  { kind: 'postgres', ...server, database: 'bank', user: 'reader' },
  { kind: 'mysql', ...server, database: 'bank', user: '', tls },
  { kind: 'sqlserver', ...server, database: 'bank', user: 'reader' },
  { kind: 'oracle', ...server, service: 'BANK.PDB1', user: 'reader' },
  {
    kind: 'http',
    baseUrl: 'https://crm.example/v1',
    user: '',
    headers: { 'X-Key': 'a: b', Accept: '' },
    tls,
  },
  { kind: 'soap', url: 'http://bank.example/', version: '1.2', namespace: 'urn:bank', user: 'u', tls: null },
  { ...socket, framing: { kind: 'delimiter', delimiter: '\r\n' } },
  { ...socket, framing: { kind: 'length', octets: 2 } },
  { ...socket, framing: { kind: 'length', octets: 4 } },
  { ...socket, life: 'short', framing: { kind: 'close' }, separator: '\u001f' },
  {
    kind: 'recogniser',
    baseUrl: 'https://speech.example/v1',
    model: 'whisper-1',
    languages: { 'zh-Hant': 'yue', en: 'en' },
    tls,
  },
  { kind: 'speaker', baseUrl: 'https://speech.example/v1', model: 'tts-1', tls },
  { kind: 'amqp', ...server, user: 'guest', address: 'balance', replyAddress: '' },
].map((settings) =>
  connectorReadSchema.parse({
    id: '01890000-0000-7000-8000-000000000001',
    name: 'Bank',
    runsAt: settings.kind === 'recogniser' ? 'node' : 'centre',
    timeoutMs: 900,
    linesMax: 3,
    settings,
    hasPassword: true,
    hasClientKey: false,
  }),
);

test('every kind there is has its settings below', () => {
  expect(new Set(every.map(({ settings }) => settings.kind))).toEqual(new Set(connectorKinds));
});

test.each(every)('what a form makes of $settings.kind is what it was made of', (connector) => {
  const { name, runsAt, timeoutMs, linesMax, settings } = connector;
  expect(connectorWriteSchema.parse(bodyOf(valuesOf(connector)))).toMatchObject({
    name,
    runsAt,
    timeoutMs,
    linesMax,
    settings,
  });
});

test('a secret left empty is not sent, one typed is, one taken away is null', () => {
  const values = { ...valuesOf(every[0]!), isTls: true };
  expect(bodyOf(values).secrets).toEqual({});
  expect(bodyOf({ ...values, secrets: { password: 'sesame', clientKey: '' } }).secrets).toEqual({
    password: 'sesame',
  });
  expect(bodyOf({ ...values, taken: { password: true, clientKey: false } }).secrets).toEqual({
    password: null,
  });
  expect(bodyOf({ ...values, isTls: false }).secrets).toEqual({ clientKey: null });
});

test('a form not filled in says what is missing, at its field', () => {
  const problems = (kind: (typeof connectorKinds)[number]) => {
    const values = valuesOf(null);
    const settings = { ...values.settings, kind, port: '', headers: 'no colon' };
    const { error } = connectorWriteSchema.safeParse(bodyOf({ ...values, settings }));
    return error!.issues.map(({ path }) => path.slice(0, 2).join('.'));
  };
  expect(problems('postgres')).toEqual(['name', 'settings.host', 'settings.port', 'settings.database']);
  expect(problems('http')).toEqual(['name', 'settings.baseUrl', 'settings.headers']);
  expect(problems('recogniser')).toEqual(['name', 'settings.baseUrl']);
  expect(problems('amqp')).toEqual(['name', 'settings.host', 'settings.port', 'settings.address']);
});

test.each([
  ['\r\n', String.raw`\r\n`],
  ['\u001f|', String.raw`\x1F|`],
  ['\\n', String.raw`\\n`],
  ['\0', String.raw`\0`],
])('signs %j are shown as %s and read back', (signs, shown) => {
  expect(showSigns(signs)).toBe(shown);
  expect(readSigns(shown)).toBe(signs);
});
