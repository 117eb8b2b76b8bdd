import { connect, createServer, type Socket } from 'node:net';
import { VirtualClock } from '@seatgrid/testkit/virtual-clock.ts';
import { afterEach, expect, test } from 'vitest';
import { until } from '../../../test/real-clock.ts';
import {
  sipConnectionProofMs,
  sipConnectionSilentMs,
  sipConnectionsUnprovenPerSourceMax,
} from '../../limits.ts';
import { ConnectionGuard } from './connection-guard.ts';
import { connectionKey, sourceOf } from './source-address.ts';

const host = '127.0.0.75';
const open: { close(): unknown }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

async function guarded() {
  const clock = new VirtualClock();
  const guard = new ConnectionGuard(clock);
  let octetsHeard = 0;
  const server = createServer((socket) => {
    socket.on('error', () => {}).on('data', (chunk) => (octetsHeard += chunk.length));
  });
  guard.watch(server);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  open.push({ close: () => guard.close() }, { close: () => server.close() });
  const { port } = server.address() as { port: number };
  const dial = async (localAddress: string) => {
    const socket: Socket = connect({ port, host, localAddress });
    let isClosed = false;
    socket
      .on('error', () => {})
      .on('close', () => (isClosed = true))
      .resume();
    await new Promise((resolve) => socket.once('connect', resolve));
    const flow = { protocol: 'tcp', address: localAddress, port: socket.localPort! } as const;
    return { socket, flow, isClosed: () => isClosed };
  };
  return { clock, guard, dial, octetsHeard: () => octetsHeard };
}

test('a connection that proves nothing ends; one that does stays until it has been silent for long', async () => {
  const { clock, guard, dial, octetsHeard } = await guarded();
  const [idle, known] = [await dial('127.0.1.1'), await dial('127.0.1.2')];
  await until('both', () => clock.timersPending === 2);
  guard.prove(known.flow);
  clock.advance(sipConnectionProofMs);
  await until('the idle one to end', idle.isClosed);
  known.socket.write('x');
  await until('the octet to be heard', () => octetsHeard() === 1);
  clock.advance(sipConnectionSilentMs);
  expect(known.isClosed()).toBe(false);
  await until('the timer to be set again', () => clock.timersPending === 1);
  clock.advance(sipConnectionSilentMs);
  await until('the silent one to end', known.isClosed);
});

test('one source holds so many without proof, another is not hindered, and a proof makes room', async () => {
  const { guard, dial } = await guarded();
  const many = [];
  for (let count = 0; count < sipConnectionsUnprovenPerSourceMax; count++) many.push(await dial('127.0.1.3'));
  const above = await dial('127.0.1.3');
  await until('the one above the limit to end', above.isClosed);
  const elsewhere = await dial('127.0.1.4');
  guard.prove(many[0]!.flow);
  const next = await dial('127.0.1.3');
  const last = await dial('127.0.1.3');
  await until('the one above the limit to end', last.isClosed);
  expect([elsewhere, next, ...many].filter((one) => one.isClosed())).toEqual([]);
});

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:DB8:0001:2::6', '2001:db8:1:2'],
  ['2001:db8::6', '2001:db8:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  ['::1', '0:0:0:0'],
  ['::ffff:192.0.2.1', '0:0:0:0'],
  ['1:2:3::192.0.2.1', '1:2:3:0'],
])('%s counts as %s', (address, source) => expect(sourceOf(address)).toBe(source));

test('an address has one spelling as a key', () => {
  expect(connectionKey('2001:DB8:0::1', 5060)).toBe(connectionKey('2001:db8::1', 5060));
  expect(connectionKey('192.0.2.1', 5060)).toBe('192.0.2.1 5060');
});
