/** Against real TCP and TLS servers of this process that speak each framing. */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import iconv from 'iconv-lite';
import { afterEach, describe, expect, it } from 'vitest';
import type { SocketSettings } from '@seatgrid/core/connectors/connector.ts';
import { makeCertificate } from '@seatgrid/testkit/test-certificate.ts';
import { openTestConnector, type TestConnector, type TestConnectorOptions } from './test-connector.ts';

const servers: Server[] = [];
const connectors: TestConnector[] = [];
const accepted: Socket[] = [];
afterEach(() => {
  for (const connector of connectors.splice(0)) connector.close();
  for (const socket of accepted.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

async function listening(server: Server): Promise<number> {
  servers.push(server);
  server.on('connection', (socket) => void accepted.push(socket.on('error', () => {})));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return (server.address() as AddressInfo).port;
}

function open(settings: Partial<SocketSettings>, options?: TestConnectorOptions): TestConnector {
  const connector = openTestConnector(
    { kind: 'socket', host: '127.0.0.1', port: 1, tls: null, life: 'long', encoding: 'utf-8', separator: '',
      framing: { kind: 'delimiter', delimiter: '\n' }, ...settings },
    options,
  ); // prettier-ignore
  connectors.push(connector);
  return connector;
}

const ask = (text: string) => ({ kind: 'socket', text }) as const;

/** Lines of GBK or UTF-8: `BAL|1001` is answered by `OK|林小姐|1284.50`. */
const bank = (encoding: string) =>
  createServer((socket) => {
    let held = '';
    socket.on('data', (octets: Buffer) => {
      held += iconv.decode(octets, encoding);
      for (let end = held.indexOf('\n'); end >= 0; end = held.indexOf('\n')) {
        const [verb, number] = held.slice(0, end).split('|');
        held = held.slice(end + 1);
        if (verb === 'DIE') return socket.destroy();
        const answer = verb === 'BAL' && number === '1001' ? 'OK|林小姐|1284.50' : `NO|没有${number}`;
        // In two pieces, the second in the middle of a character.
        const octetsOut = iconv.encode(`${answer}\n`, encoding);
        socket.write(octetsOut.subarray(0, 4));
        setImmediate(() => socket.write(octetsOut.subarray(4)));
      }
    });
  });

describe('a long connection', () => {
  it.each(['utf-8', 'gbk'] as const)('asks again and again on one connection, in %s', async (encoding) => {
    const port = await listening(bank(encoding));
    const connector = open({ port, encoding, separator: '|' });
    for (let round = 0; round < 3; round++)
      expect((await connector.reply(ask('BAL|1001'))).document).toEqual({
        text: 'OK|林小姐|1284.50',
        parts: ['OK', '林小姐', '1284.50'],
      });
    expect((await connector.reply(ask('BAL|无'))).document).toMatchObject({ parts: ['NO', '没有无'] });
    expect(accepted).toHaveLength(1);
  });

  it('is made again after it broke: at a question, and while nobody asked', async () => {
    const port = await listening(bank('utf-8'));
    const connector = open({ port });
    await connector.reply(ask('BAL|1001'));
    expect(await connector.failure(ask('DIE'))).toBe('unreachable');
    await connector.reply(ask('BAL|1001'));
    const second = accepted.at(-1)!;
    const closed = new Promise((over) => second.once('close', over));
    second.destroy();
    await closed;
    await expect.poll(() => connector.failure(ask('BAL|1001'))).toBe('answered');
    expect(accepted.length).toBeGreaterThanOrEqual(3);
  });

  it('takes what comes without a question for no answer', async () => {
    const port = await listening(
      createServer((socket) => socket.on('data', () => socket.write('one\ntwo\n'))),
    );
    const connector = open({ port });
    expect((await connector.reply(ask('a'))).document).toEqual({ text: 'one' });
    expect((await connector.reply(ask('b'))).document).toEqual({ text: 'one' });
    expect(accepted).toHaveLength(2);
  });

  it('frames by length, two octets and four', async () => {
    for (const octets of [2, 4] as const) {
      const echo = createServer((socket) => socket.on('data', (message) => socket.write(message)));
      const connector = open({ port: await listening(echo), framing: { kind: 'length', octets } });
      expect((await connector.reply(ask('余额\n12'))).document).toEqual({ text: '余额\n12' });
      if (octets === 2) expect(await connector.failure(ask('x'.repeat(70_000)))).toBe('misasked');
    }
  });

  it('reads JSON and XML where the answer is that', async () => {
    const answers: Record<string, string> = {
      j: '{"balance":1284.50}',
      x: '<a><balance>1284.50</balance></a>',
    };
    const server = createServer((socket) =>
      socket.on('data', (octets) => socket.write(`${answers[octets.toString().trim()]}\n`)),
    );
    const connector = open({ port: await listening(server) });
    expect((await connector.reply(ask('j'))).document).toEqual({ balance: '1284.50' });
    expect((await connector.reply(ask('x'))).document).toEqual({ a: { balance: '1284.50' } });
  });

  it('sends no message that holds its own end', async () => {
    const connector = open({ port: await listening(bank('utf-8')) });
    expect(await connector.failure(ask('BAL|1\nDIE'))).toBe('misasked');
  });

  it('gives up an answer that grows and grows, or never comes', async () => {
    const flood = createServer((socket) => {
      const more = () => void (socket.writable && socket.write(Buffer.alloc(65_536, 'x'), more));
      socket.on('data', more);
    });
    expect(await open({ port: await listening(flood) }).failure(ask('a'))).toBe('too-large');
    const boast = createServer((socket) =>
      socket.on('data', () => socket.write('\xff\xff\xff\xff', 'latin1')),
    );
    const connector = open({ port: await listening(boast), framing: { kind: 'length', octets: 4 } });
    expect(await connector.failure(ask('a'))).toBe('too-large');
    const silent = open({ port: await listening(createServer()) }, { timeoutMs: 300 });
    expect(await silent.failure(ask('a'))).toBe('timeout');
  });
});

describe('a short connection', () => {
  it('is one a question', async () => {
    const connector = open({ port: await listening(bank('gbk')), life: 'short', encoding: 'gbk' });
    for (let round = 0; round < 3; round++) await connector.reply(ask('BAL|1001'));
    expect(accepted).toHaveLength(3);
  });

  it('may end its message, and hear the answer’s end, by closing', async () => {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      const pieces: Buffer[] = [];
      socket.on('data', (piece: Buffer) => pieces.push(piece));
      socket.on('end', () => socket.end(Buffer.concat(pieces).toString().toUpperCase()));
    });
    const connector = open({ port: await listening(server), life: 'short', framing: { kind: 'close' } });
    expect((await connector.reply(ask('balance'))).document).toEqual({ text: 'BALANCE' });
  });

  it('goes by TLS to whom the tenant’s authority vouches for, and to nobody else', async () => {
    const { certificate, key } = makeCertificate('DNS:bank.example');
    const server = createTlsServer({ cert: certificate, key }, (socket) =>
      socket.on('data', (octets) => socket.write(octets)).on('error', () => {}),
    );
    const port = await listening(server);
    const tls = { authority: certificate, certificate: '', serverName: 'bank.example' };
    const life = 'short';
    expect((await open({ port, life, tls }).reply(ask('1'))).document).toEqual({ text: '1' });
    const named = open({ port, life, tls: { ...tls, serverName: 'other.example' } });
    expect(await named.failure(ask('1'))).toBe('certificate');
    const publicOnly = open({ port, life, tls: { ...tls, authority: '' } });
    expect(await publicOnly.failure(ask('1'))).toBe('certificate');
  });
});

describe('a connector that fails again and again', () => {
  it('rests, so that the next callers hear so at once', async () => {
    const connector = open({ port: 1 });
    for (let round = 0; round < 5; round++) expect(await connector.failure(ask('a'))).toBe('unreachable');
    expect(await connector.failure(ask('a'))).toBe('resting');
  });
});
