/** For tests only: one end of a line inside a network namespace, as a process of its own. Arguments: what to do, then its words. Prints one line of JSON. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { TestPhone } from '@seatgrid/testkit/test-phone.ts';
import { siteActs } from './site-acts.ts';

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const tell = (what: unknown) => process.stdout.write(`${JSON.stringify(what)}\n`);

async function bind(address: string, port: number): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.on('error', () => {});
  await new Promise<void>((resolve) => socket.bind(port, address, resolve));
  return socket;
}

/** Answers whatever comes, over TCP and UDP, until it is ended. */
async function listen(address: string, ports: string): Promise<void> {
  for (const port of ports.split(',').map(Number)) {
    const socket = await bind(address, port);
    socket.on('message', (packet, from) => socket.send(packet, from.port, from.address));
    const server = createServer((connection) => connection.on('error', () => {}).end('here'));
    await new Promise<void>((resolve) => server.listen(port, address, resolve));
  }
  tell({ isListening: true });
}

/** How late packets are that carry the instant they were sent at, until it is ended: the machine's clock is one for all namespaces. */
async function hear(address: string, port: string): Promise<void> {
  const delays: number[] = [];
  const socket = await bind(address, Number(port));
  socket.on('message', (packet) =>
    delays.push(Number(process.hrtime.bigint() - packet.readBigUInt64BE()) / 1e6),
  );
  const isOver = once(process, 'SIGTERM');
  tell({ isListening: true });
  await isOver;
  socket.close();
  delays.sort((one, other) => one - other);
  const at = (share: number) =>
    delays[Math.min(delays.length - 1, Math.floor(share * delays.length))] ?? null;
  tell({ count: delays.length, p50: at(0.5), p95: at(0.95), p99: at(0.99) });
}

/** `perSecond` packets of `octets`, each carrying its instant; more than one at a turn where the clock is too coarse. */
async function speak(from: string, to: string, perSecond: string, octets: string, ms: string): Promise<void> {
  const [address, port] = from.split(':') as [string, string];
  const [toAddress, toPort] = to.split(':') as [string, string];
  const socket = await bind(address, Number(port));
  tell({ isSpeaking: true });
  const beganMs = performance.now();
  let sent = 0;
  for (let passed = 0; passed < Number(ms); passed = performance.now() - beganMs) {
    for (; sent < (passed * Number(perSecond)) / 1_000; sent++) {
      const packet = Buffer.alloc(Number(octets), 0xd5);
      packet.writeBigUInt64BE(process.hrtime.bigint());
      socket.send(packet, Number(toPort), toAddress);
    }
    await pause(4);
  }
  tell({ sent });
  socket.close();
}

/** Which ports take a connection. */
async function knock(address: string, ports: string): Promise<void> {
  const tries = ports.split(',').map(Number).map(
    (port) =>
      new Promise<number | null>((resolve) => {
        const socket = connect({ host: address, port });
        const over = (found: number | null) => (socket.destroy(), resolve(found));
        socket.once('connect', () => over(port)).once('error', () => over(null));
        setTimeout(() => over(null), 1_500);
      }),
  ); // prettier-ignore
  tell({ open: (await Promise.all(tries)).filter((port) => port !== null) });
}

/** How many of so many questions are answered. */
async function ask(address: string, port: string, count: string, perSecond: string): Promise<void> {
  let answers = 0;
  const socket = await bind('0.0.0.0', 0);
  socket.on('message', () => answers++);
  for (let asked = 0; asked < Number(count); asked++) {
    socket.send('are you there', Number(port), address);
    await pause(1_000 / Number(perSecond));
  }
  await pause(700);
  socket.close();
  tell({ answers });
}

/** Calls one after another: milliseconds from INVITE to answer. */
async function ring(from: string, to: string, number: string, count: string): Promise<void> {
  const [host, port] = to.split(':') as [string, string];
  const phone = await TestPhone.open({ address: from });
  const setUpMs: number[] = [];
  for (let made = 0; made < Number(count); made++) {
    const beganMs = performance.now();
    const call = await phone.ring({ host, port: Number(port), number, from: '13800138000' });
    await call.until(['talking'], 15_000);
    setUpMs.push(performance.now() - beganMs);
    call.hangUp();
    await pause(100);
  }
  await phone.close();
  setUpMs.sort((one, other) => one - other);
  tell({ median: setUpMs[setUpMs.length >> 1], all: setUpMs.map(Math.round) });
}

const acts = { listen, hear, speak, knock, ask, ring, ...siteActs } as Record<
  string,
  (...words: string[]) => Promise<void>
>;
await acts[process.argv[2]!]!(...process.argv.slice(3));
