import { connect as connectTls, type TLSSocket } from 'node:tls';
import { X509Certificate } from 'node:crypto';
import { connect as connectTcp } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { realClock, until } from '../../../test/real-clock.ts';
import { makeCertificate } from '@seatgrid/testkit/test-certificate.ts';
import { openTransport } from './open-transport.ts';
import type { SipFlow, SipTls, SipTransport } from './sip-transport.ts';

const host = '127.0.0.73';
const ours = makeCertificate('DNS:pbx.example', `IP:${host}`);
const other = makeCertificate('DNS:other.example');
const tls: SipTls = { identities: [ours, other], authorities: ours.certificate };

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function listening(options: SipTls = tls, address = host) {
  const transport: SipTransport = openTransport(
    { protocol: 'tls', address, port: 0, tls: options },
    realClock,
  );
  const received: { text: string; flow: SipFlow }[] = [];
  const port = await transport.open((octets, flow) => received.push({ text: octets.toString(), flow }));
  open.push(transport);
  return { transport, received, port };
}

const message = (method: string): string => `${method} sip:a@b SIP/2.0\r\nContent-Length: 0\r\n\r\n`;

function dialled(port: number, options: object): Promise<{ socket: TLSSocket } | { refused: string }> {
  const socket = connectTls({ host, port, rejectUnauthorized: false, ...options });
  open.push({ close: () => socket.destroy() });
  return new Promise((resolve) => {
    socket.once('secureConnect', () => resolve({ socket }));
    socket.once('error', (cause) =>
      resolve({ refused: (cause as NodeJS.ErrnoException).code ?? cause.message }),
    );
  });
}

test('two transports exchange messages over one connection, whoever opened it', async () => {
  const [here, there] = [await listening(), await listening()];
  here.transport.send(Buffer.from(message('OPTIONS')), { protocol: 'tls', address: host, port: there.port });
  await until('the request', () => there.received.length === 1);
  const { flow } = there.received[0]!;
  expect(flow).toMatchObject({ protocol: 'tls', address: host });
  for (const method of ['INFO', 'NOTIFY']) there.transport.send(Buffer.from(message(method)), flow);
  await until('what comes back', () => here.received.length === 2);
  expect(here.received.map(({ text }) => text)).toEqual([message('INFO'), message('NOTIFY')]);
});

test('a peer is who its certificate names, or hears nothing', async () => {
  const [here, there] = [await listening(), await listening({ ...tls, identities: [other] })];
  const causes: string[] = [];
  const tell = (cause: Error): unknown => causes.push(cause.message);
  const flow = { protocol: 'tls', address: host, port: there.port } as const;
  here.transport.send(Buffer.from(message('OPTIONS')), flow, tell);
  await until('the failure', () => causes.length === 1);
  expect(there.received).toEqual([]);
});

test('the name of a URI is what the certificate must cover', async () => {
  const [here, there] = [await listening(), await listening()];
  const flow = { protocol: 'tls', address: host, port: there.port } as const;
  const causes: string[] = [];
  here.transport.send(
    Buffer.from(message('OPTIONS')),
    { ...flow, serverName: 'elsewhere.example' },
    (cause) => causes.push(cause.message),
  );
  await until('the failure', () => causes.length === 1);
  here.transport.send(Buffer.from(message('INFO')), { ...flow, serverName: 'pbx.example' });
  await until('the request', () => there.received.length === 1);
  expect(there.received[0]!.text).toBe(message('INFO'));
});

test.each([
  ['pbx.example', ours],
  ['other.example', other],
  ['unknown.example', ours],
])('a client that asks for %s is shown the certificate for it', async (servername, expected) => {
  const { port } = await listening();
  const client = await dialled(port, { servername });
  if (!('socket' in client)) throw new Error(client.refused);
  expect(client.socket.getPeerX509Certificate()!.fingerprint256).toBe(
    new X509Certificate(expected.certificate).fingerprint256,
  );
});

test.each([
  ['TLSv1.1', false],
  ['TLSv1.2', true],
  ['TLSv1.3', true],
] as const)('%s: connected: %s', async (version, isConnected) => {
  const { port } = await listening();
  const versions = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' };
  expect('socket' in (await dialled(port, versions))).toBe(isConnected);
});

test('what is no TLS is cut off, and the next client is served', async () => {
  const { port, received } = await listening();
  const plain = connectTcp(port, host);
  let isClosed = false;
  plain.on('error', () => {}).on('close', () => (isClosed = true));
  plain.write(message('OPTIONS'));
  await until('the connection to close', () => isClosed);
  const client = await dialled(port, {});
  if (!('socket' in client)) throw new Error(client.refused);
  client.socket.write(message('INFO'));
  await until('the request', () => received.length === 1);
});

test('a renewed certificate is shown to the next client; who is connected stays so, and one whose key does not fit changes nothing', async () => {
  const { transport, received, port } = await listening();
  const shown = async (options: object = {}) => {
    const client = await dialled(port, options);
    if (!('socket' in client)) throw new Error(client.refused);
    return { client, fingerprint: client.socket.getPeerX509Certificate()!.fingerprint256 };
  };
  const fingerprintOf = ({ certificate }: typeof ours) => new X509Certificate(certificate).fingerprint256;
  const { client: standing, fingerprint } = await shown();
  expect(fingerprint).toBe(fingerprintOf(ours));

  const renewed = makeCertificate('DNS:pbx.example', `IP:${host}`);
  expect(() =>
    transport.renew!({ identities: [{ certificate: renewed.certificate, key: other.key }] }),
  ).toThrow();
  expect((await shown()).fingerprint).toBe(fingerprintOf(ours));

  transport.renew!({ identities: [renewed, other] });
  expect((await shown()).fingerprint).toBe(fingerprintOf(renewed));
  expect((await shown({ servername: 'pbx.example' })).fingerprint).toBe(fingerprintOf(renewed));
  expect((await shown({ servername: 'other.example' })).fingerprint).toBe(fingerprintOf(other));
  standing.socket.write(message('INFO'));
  await until('what was said over the connection that stood', () => received.length === 1);
});

test('without a certificate there is no TLS', async () => {
  const transport = openTransport({ protocol: 'tls', address: host, port: 0 }, realClock);
  await expect(transport.open(() => {})).rejects.toThrow('needs a certificate');
});
