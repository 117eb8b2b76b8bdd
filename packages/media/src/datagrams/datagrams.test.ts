import { performance } from 'node:perf_hooks';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { ownLoopback } from '@seatgrid/testkit/own-loopback.ts';
import {
  ringCrowdedPollMs,
  ringCrowdPackets,
  ringPollMs,
  ringRestMs,
  rtpPacketOctetsMax,
} from '../limits.ts';
import type { DatagramPlace, Datagrams, DatagramSocket } from './datagrams.ts';
import { plainDatagrams } from './plain-datagrams.ts';
import { openDatagrams, openRing } from './runtime/open-datagrams.ts';

const clock = {
  nowMs: () => performance.now(),
  after(delayMs: number, wake: () => void) {
    const timer = setTimeout(wake, delayMs);
    return () => clearTimeout(timer);
  },
};
const ring = openRing(clock);
ring?.close();
if (ring === undefined) console.warn('skipped: this machine has no io_uring that serves, Node’s sockets do');
const opened: Datagrams[] = [];
const sockets: DatagramSocket[] = [];

afterEach(async () => {
  await Promise.all(sockets.splice(0).map((socket) => socket.close()));
  for (const one of opened.splice(0)) one.close();
});

/** What each socket was told, copied: the packet is the socket’s again when its taker returns. */
function hear(socket: DatagramSocket) {
  const heard: { readonly packet: Buffer; readonly from: DatagramPlace }[] = [];
  socket.onPacket = (packet, from) => heard.push({ packet: Buffer.from(packet), from: { ...from } });
  return heard;
}

const kinds = [
  { kind: 'plain', open: () => plainDatagrams, isHere: true },
  { kind: 'ring', open: () => openRing(clock)!, isHere: ring !== undefined },
] as const;

describe.each(kinds)('$kind sockets', ({ open, isHere }) => {
  const here = test.skipIf(!isHere);

  async function bound(datagrams: Datagrams, address: string = ownLoopback, port = 0) {
    const socket = await datagrams.bind(address, port);
    if (typeof socket === 'string') throw new Error(socket);
    sockets.push(socket);
    return socket;
  }

  function opening(): Datagrams {
    const datagrams = open();
    opened.push(datagrams);
    return datagrams;
  }

  here.each([ownLoopback, '::1'])(
    'carry packets both ways over %s, and tell where they came from',
    async (address) => {
      const datagrams = opening();
      const [one, other] = [await bound(datagrams, address), await bound(datagrams, address)];
      const [heardByOne, heardByOther] = [hear(one), hear(other)];
      one.send(Buffer.from('how are you?'), other.port, address);
      await vi.waitFor(() => expect(heardByOther).toHaveLength(1));
      expect(heardByOther[0]!.from).toMatchObject({ address, port: one.port });
      other.send(heardByOther[0]!.packet.subarray(0, 3), one.port, address);
      await vi.waitFor(() => expect(heardByOne.map(({ packet }) => packet.toString())).toEqual(['how']));
    },
  );

  here('keep the order of a burst greater than all that is lent out at once, and its octets', async () => {
    const datagrams = opening();
    const [from, to] = [await bound(datagrams), await bound(datagrams)];
    const heard = hear(to);
    const packets = 3_000;
    const packet = Buffer.alloc(172);
    for (let index = 0; index < packets; index++) {
      packet.fill(index & 0xff);
      packet.writeUInt32BE(index, 0);
      from.send(packet, to.port, ownLoopback);
      // A socket holds so many that nobody has fetched yet.
      if (index % 100 === 99) await vi.waitFor(() => expect(heard).toHaveLength(index + 1), { interval: 1 });
    }
    expect(heard.map((one) => one.packet.readUInt32BE(0))).toEqual(
      Array.from({ length: packets }, (_, at) => at),
    );
    expect(heard.every((one, at) => one.packet.subarray(4).every((octet) => octet === (at & 0xff)))).toBe(
      true,
    );
  });

  here('send each packet as it was when it was given, and where it was meant to go', async () => {
    const datagrams = opening();
    const from = await bound(datagrams);
    const to = [await bound(datagrams), await bound(datagrams)];
    const heard = to.map(hear);
    const packet = Buffer.alloc(1);
    for (let index = 0; index < 40; index++) {
      packet[0] = index;
      from.send(packet, to[index % 2]!.port, ownLoopback);
    }
    await vi.waitFor(() => expect(heard.map((one) => one.length)).toEqual([20, 20]));
    expect(heard[0]!.map((one) => one.packet[0])).toEqual(Array.from({ length: 20 }, (_, at) => 2 * at));
    expect(heard[1]!.map((one) => one.packet[0])).toEqual(Array.from({ length: 20 }, (_, at) => 2 * at + 1));
  });

  here('throw away what comes while nobody listens', async () => {
    const datagrams = opening();
    const [from, to] = [await bound(datagrams), await bound(datagrams)];
    from.send(Buffer.from('to nobody'), to.port, ownLoopback);
    const witness = hear(await bound(datagrams));
    from.send(Buffer.from('to the witness'), sockets.at(-1)!.port, ownLoopback);
    await vi.waitFor(() => expect(witness).toHaveLength(1));
    const heard = hear(to);
    from.send(Buffer.from('to somebody'), to.port, ownLoopback);
    await vi.waitFor(() => expect(heard.length).toBeGreaterThan(0));
    expect(heard.map(({ packet }) => packet.toString())).toEqual(['to somebody']);
  });

  here('show a packet that is longer than any telephone’s to be so', async () => {
    const datagrams = opening();
    const [from, to] = [await bound(datagrams), await bound(datagrams)];
    const heard = hear(to);
    const far = await bound(plainDatagrams);
    far.send(Buffer.alloc(rtpPacketOctetsMax), to.port, ownLoopback);
    far.send(Buffer.alloc(9_000), to.port, ownLoopback);
    await vi.waitFor(() => expect(heard).toHaveLength(2));
    expect(heard[0]!.packet).toHaveLength(rtpPacketOctetsMax);
    expect(heard[1]!.packet.length).toBeGreaterThan(rtpPacketOctetsMax);
    expect(from.port).not.toBe(far.port);
  });

  here('say that a port is taken, and give it free when they are closed', async () => {
    const datagrams = opening();
    const socket = await bound(datagrams);
    hear(socket);
    expect(await datagrams.bind(ownLoopback, socket.port)).toBe('taken');
    expect(await plainDatagrams.bind(ownLoopback, socket.port)).toBe('taken');
    expect(await datagrams.bind('192.0.2.1', 0)).toBe('taken');
    await socket.close();
    expect((await bound(datagrams, ownLoopback, socket.port)).port).toBe(socket.port);
  });

  here('mix up no packets when a socket beside them is closed', async () => {
    const datagrams = opening();
    await (await bound(datagrams)).close();
    const from = await bound(datagrams);
    const to = await Promise.all(Array.from({ length: 20 }, () => bound(datagrams)));
    const heard = to.map(hear);
    for (let round = 0; round < 100; round++) {
      for (const [index, { port }] of to.entries()) from.send(Buffer.from([index]), port, ownLoopback);
      await vi.waitFor(() => expect(heard.every((one) => one.length === round + 1)).toBe(true), {
        interval: 1,
      });
    }
    for (const [index, one] of heard.entries())
      expect(one.every(({ packet }) => packet[0] === index)).toBe(true);
  });

  here('lose what goes nowhere, and nothing else', async () => {
    const datagrams = opening();
    const [from, to] = [await bound(datagrams), await bound(datagrams)];
    const heard = hear(to);
    from.send(Buffer.from('no such family'), to.port, '::1');
    from.send(Buffer.from('nobody there'), 9, ownLoopback);
    from.send(Buffer.from('here'), to.port, ownLoopback);
    from.send(Buffer.from('and here'), to.port, ownLoopback);
    await vi.waitFor(() =>
      expect(heard.map(({ packet }) => packet.toString())).toEqual(['here', 'and here']),
    );
  });
});

/** A socket of these that one of Node’s speaks to. */
async function spokenTo(datagrams: Datagrams) {
  opened.push(datagrams);
  const [to, from] = [await datagrams.bind(ownLoopback, 0), await plainDatagrams.bind(ownLoopback, 0)];
  if (typeof to === 'string' || typeof from === 'string') throw new Error('no socket');
  sockets.push(to, from);
  const heard = hear(to);
  return { to, from, heard };
}

test.skipIf(ring === undefined)('the first word after a silence rings, though nobody looks', async () => {
  let isResting = false;
  let isListening = false;
  const datagrams = openRing({
    after(delayMs, wake) {
      // Whoever listens and is not looked for any more.
      isResting = delayMs === ringRestMs && isListening;
      return isResting ? () => {} : clock.after(delayMs, wake);
    },
  })!;
  const { to, from, heard } = await spokenTo(datagrams);
  isListening = true;
  for (const word of ['one', 'another', 'a third']) {
    from.send(Buffer.from(word), to.port, ownLoopback);
    await vi.waitFor(() => expect(heard.at(-1)?.packet.toString()).toBe(word));
    await vi.waitFor(() => expect(isResting).toBe(true), { interval: 5 });
  }
});

test.skipIf(ring === undefined)(
  'after a crowd of packets the next wait half as long as after a few',
  async () => {
    const rests: number[] = [];
    const datagrams = openRing({
      after(delayMs, wake) {
        rests.push(delayMs);
        return clock.after(delayMs, wake);
      },
    })!;
    const { to, from, heard } = await spokenTo(datagrams);
    from.send(Buffer.from('alone'), to.port, ownLoopback);
    await vi.waitFor(() => expect(heard).toHaveLength(1));
    expect(rests).toContain(ringPollMs);
    expect(rests).not.toContain(ringCrowdedPollMs);
    // In one turn of this loop: all of them are there when it is looked for them next.
    for (let count = 0; count < 2 * ringCrowdPackets; count++)
      from.send(Buffer.from('crowd'), to.port, ownLoopback);
    await vi.waitFor(() => expect(heard).toHaveLength(1 + 2 * ringCrowdPackets));
    expect(rests).toContain(ringCrowdedPollMs);
  },
);

test.skipIf(ring === undefined)(
  'while others see to it nothing is told and nothing sent before they ask, and both by itself afterwards',
  async () => {
    let isSeenTo = false;
    const datagrams = openRing(clock, {
      pollMs: () => (isSeenTo ? Infinity : ringPollMs),
      soon: (work) => void setImmediate(work),
    })!;
    const { to, from, heard } = await spokenTo(datagrams);
    const heardBack = hear(from);
    // The first word of all rings.
    from.send(Buffer.from('first'), to.port, ownLoopback);
    await vi.waitFor(() => expect(heard).toHaveLength(1));
    isSeenTo = true;
    await vi.waitFor(() => expect(datagrams.isFetching).toBe(false));
    from.send(Buffer.from('one'), to.port, ownLoopback);
    to.send(Buffer.from('back'), from.port, ownLoopback);
    await new Promise((settle) => setTimeout(settle, 5 * ringPollMs));
    expect([heard.length, heardBack.length]).toEqual([1, 0]);
    datagrams.fetch();
    expect(heard.map(({ packet }) => packet.toString())).toEqual(['first', 'one']);
    await vi.waitFor(() => expect(heardBack).toHaveLength(1));
    isSeenTo = false;
    datagrams.fetch();
    expect(datagrams.isFetching).toBe(true);
    from.send(Buffer.from('two'), to.port, ownLoopback);
    await vi.waitFor(() => expect(heard).toHaveLength(3));
  },
);

test('who wants Node’s sockets has them, and the best are those that carry a packet here', async () => {
  expect((await openDatagrams(clock, 'plain')).kind).toBe('plain');
  const best = await openDatagrams(clock, 'best');
  opened.push(best);
  expect(best.kind).toBe(ring === undefined ? 'plain' : 'ring');
});
