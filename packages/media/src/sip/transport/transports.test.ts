import { Socket } from 'node:dgram';
import { connect, createServer } from 'node:net';
import { VirtualClock } from '@seatgrid/testkit/virtual-clock.ts';
import { afterEach, expect, test, vi } from 'vitest';
import { realClock, realRandom, until } from '../../../test/real-clock.ts';
import { sipTcpMessageTimeoutMs } from '../../limits.ts';
import { createSipUserAgent } from '../user-agent/create-sip-user-agent.ts';
import { openTransport } from './open-transport.ts';
import type { SipFlow, SipTransport } from './sip-transport.ts';

const host = '127.0.0.71';
const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

const message = (method: string): string =>
  `${method} sip:a@${host} SIP/2.0\r\nVia: SIP/2.0/TCP ${host};branch=z9hG4bK${method}\r\nFrom: <sip:a@a>;tag=1\r\n` +
  `To: <sip:b@b>\r\nCall-ID: c\r\nCSeq: 1 ${method}\r\nContent-Length: 0\r\n\r\n`;

async function listening(protocol: 'udp' | 'tcp', clock = realClock) {
  const transport: SipTransport = openTransport({ protocol, address: host, port: 0 }, clock);
  const received: { text: string; flow: SipFlow }[] = [];
  const port = await transport.open((octets, flow) => received.push({ text: octets.toString(), flow }));
  open.push(transport);
  return { transport, received, port };
}

async function dialled(port: number) {
  const socket = connect(port, host);
  let text = '';
  let isClosed = false;
  socket.on('data', (chunk) => (text += chunk.toString()));
  socket.on('close', () => (isClosed = true));
  socket.on('error', () => {});
  open.push({ close: () => socket.destroy() });
  await new Promise((resolve) => socket.once('connect', resolve));
  return { socket, text: () => text, isClosed: () => isClosed };
}

test.each(['udp', 'tcp'] as const)('%s: two transports exchange messages', async (protocol) => {
  const [here, there] = [await listening(protocol), await listening(protocol)];
  here.transport.send(Buffer.from(message('OPTIONS')), { protocol, address: host, port: there.port });
  await until('the request', () => there.received.length === 1);
  there.transport.send(Buffer.from(message('INFO')), there.received[0]!.flow);
  await until('the response', () => here.received.length === 1);
  expect([there.received[0]!.text, here.received[0]!.text]).toEqual([message('OPTIONS'), message('INFO')]);
});

test.each(['udp', 'tcp'] as const)('%s: a port that is taken is an error that names it', async (protocol) => {
  const { port } = await listening(protocol);
  const second = openTransport({ protocol, address: host, port }, realClock);
  await expect(second.open(() => {})).rejects.toThrow(
    `SIP over ${protocol} at ${host} port ${port}: another program listens there`,
  );
});

test('tcp: requests to a connected peer take its connection, pings are answered', async () => {
  const { transport, received, port } = await listening('tcp');
  const phone = await dialled(port);
  phone.socket.write(`\r\n\r\n${message('OPTIONS').slice(0, 40)}`);
  await until('the pong', () => phone.text() === '\r\n');
  phone.socket.write(message('OPTIONS').slice(40) + message('INFO'));
  await until('both messages', () => received.length === 2);
  transport.send(Buffer.from(message('NOTIFY')), received[0]!.flow);
  await until('the request over the same connection', () => phone.text() === `\r\n${message('NOTIFY')}`);
});

test('tcp: a stream that cannot be cut is closed, and so is a message that never ends', async () => {
  const clock = new VirtualClock();
  const { port } = await listening('tcp', clock as unknown as typeof realClock);
  const broken = await dialled(port);
  broken.socket.write(message('OPTIONS').replace('Length: 0', 'Length: -1'));
  await until('the connection to close', broken.isClosed);
  const slow = await dialled(port);
  slow.socket.write('OPTIONS');
  // Beside the one that waits for a proof.
  await until('the timer', () => clock.timersPending === 2);
  clock.advance(sipTcpMessageTimeoutMs);
  await until('the slow connection to close', slow.isClosed);
});

test('tcp: a peer that refuses the connection is told as a failure', async () => {
  const { transport } = await listening('tcp');
  const closed = createServer().listen(0, host);
  await new Promise((resolve) => closed.once('listening', resolve));
  const { port } = closed.address() as { port: number };
  await new Promise((resolve) => closed.close(resolve));
  const causes: string[] = [];
  transport.send(Buffer.from(message('INFO')), { protocol: 'tcp', address: host, port }, (cause) =>
    causes.push(cause.message),
  );
  await until('the failure', () => causes.length === 1);
});

test('a user agent on real sockets answers OPTIONS over UDP and TCP, calls itself over TCP, and closes', async () => {
  const invited: string[] = [];
  const agent = createSipUserAgent({
    clock: realClock,
    random: realRandom,
    product: 'Seatgrid test',
    listen: [
      { protocol: 'udp', address: host, port: 0 },
      { protocol: 'tcp', address: host, port: 0 },
    ],
    handler: {
      trust: () => ({ kind: 'trusted', peer: 'self' }),
      secret: () => undefined,
      onBindings() {},
      onInvite(invite) {
        invited.push(invite.flow.protocol);
        invite.reject(486);
      },
    },
  });
  await agent.start();
  open.push(agent);
  const [udp, tcp] = agent.listening();
  const from = { user: 'a', host: '', displayName: '' };
  expect(await agent.request({ method: 'OPTIONS', uri: `sip:${host}:${udp!.port}`, from })).toMatchObject({
    status: 200,
  });
  const overTcp = { method: 'OPTIONS', uri: `sip:${host}:${tcp!.port};transport=tcp`, from };
  expect(await agent.request(overTcp)).toMatchObject({ status: 200 });
  const failed = await new Promise((resolve) => {
    const uri = `sip:b@${host}:${tcp!.port};transport=tcp`;
    const listener = {
      onProgress() {},
      onAnswered() {},
      onFailed: resolve,
      onReinvite: () => 488,
      onEnded() {},
    };
    agent.invite({ uri, from, sdp: '', ringTimeoutMs: 5_000 }, listener);
  });
  expect([failed, invited]).toMatchObject([{ status: 486 }, ['tcp']]);
  expect(await agent.request({ method: 'OPTIONS', uri: 'sip:b@name.example', from })).toMatchObject({
    status: 503,
  });
});

test('udp: what one turn says goes out at its end, in order, and before the socket closes', async () => {
  const [here, there] = [await listening('udp'), await listening('udp')];
  const flow = { protocol: 'udp', address: host, port: there.port } as const;
  const spoken = vi.spyOn(Socket.prototype, 'send');
  for (const method of ['OPTIONS', 'INFO']) here.transport.send(Buffer.from(message(method)), flow);
  expect(spoken).toHaveBeenCalledTimes(0);
  await new Promise<void>(process.nextTick);
  expect(spoken).toHaveBeenCalledTimes(2);
  here.transport.send(Buffer.from(message('BYE')), flow);
  await here.transport.close();
  spoken.mockRestore();
  await until('all three', () => there.received.length === 3);
  expect(there.received.map(({ text }) => text)).toEqual(['OPTIONS', 'INFO', 'BYE'].map(message));
});

test('udp: an impossible port is told as a failure', async () => {
  const { transport } = await listening('udp');
  const causes: string[] = [];
  transport.send(Buffer.from(message('INFO')), { protocol: 'udp', address: host, port: 0 }, (cause) =>
    causes.push(cause.message),
  );
  await until('the failure', () => causes.length === 1);
});

test('tcp: a connection closed right after its INVITE leaves no call and no transaction behind', async () => {
  const clock = new VirtualClock();
  const cancelled: string[] = [];
  const agent = createSipUserAgent({
    clock,
    random: realRandom,
    product: 'Seatgrid test',
    listen: [{ protocol: 'tcp', address: host, port: 0 }],
    handler: {
      trust: () => ({ kind: 'trusted', peer: 'trunk' }),
      secret: () => undefined,
      onBindings() {},
      onInvite(invite) {
        cancelled.push('invited');
        invite.reject(486);
      },
    },
  });
  await agent.start();
  open.push(agent);
  const phone = await dialled(agent.listening()[0]!.port);
  phone.socket.end(message('INVITE').replace('Content-Length', 'Contact: <sip:a@h>\r\nContent-Length'));
  phone.socket.destroySoon();
  await until('the call', () => cancelled.length === 1);
  await until('the connection to close', phone.isClosed);
  clock.advance(33_000);
  await until('the transaction to end', () => agent.statistics().transactions === 0);
  expect(agent.statistics().dialogs).toBe(0);
});
