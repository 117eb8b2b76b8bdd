/** One contract, every bus. A machine without redis-server tries the memory bus alone and says so. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { busStart, type Bus, type BusMessage } from '@seatgrid/core/ports/bus.ts';
import { AdapterError } from '../errors.ts';
import { connectRedisBus } from '../redis/redis-bus.ts';
import { hasRedisServer, startRedisTestServer, type RedisTestServer } from '../redis/redis-test-server.ts';
import { createMemoryBus } from './memory-bus.ts';

const isRedisHere = hasRedisServer();
if (!isRedisHere)
  console.warn('SKIPPED: the Redis bus, because redis-server is not installed (apt install redis-server)');

let redis: RedisTestServer | undefined;
beforeAll(async () => {
  if (isRedisHere) redis = await startRedisTestServer();
});
afterAll(() => redis?.stop());

const buses = [
  {
    name: 'memory',
    isHere: true,
    open: async (fault: () => void) => createMemoryBus({ onListenerFault: fault, streamEntriesMax: 100 }),
  },
  {
    name: 'redis',
    isHere: isRedisHere,
    open: (fault: () => void) =>
      connectRedisBus({
        url: redis!.url,
        prefix: `t${Math.random()}:`,
        onListenerFault: fault,
        streamEntriesMax: 100,
      }),
  },
];

describe.each(buses)('the $name bus', ({ isHere, open }) => {
  async function withBus(work: (bus: Bus, fault: ReturnType<typeof vi.fn>) => Promise<void>): Promise<void> {
    const fault = vi.fn();
    const bus = await open(fault);
    try {
      await work(bus, fault);
    } finally {
      await bus.close();
    }
  }
  const heard = (messages: readonly BusMessage[], count: number) =>
    vi.waitFor(() => expect(messages.length).toBe(count), { timeout: 5_000, interval: 5 });

  test.runIf(isHere)('carries messages to every subscriber of the topic, in order, and to nobody else', () =>
    withBus(async (bus) => {
      const [first, second, other]: BusMessage[][] = [[], [], []];
      await bus.subscribe('floor', (message) => first!.push(message));
      await bus.subscribe('floor', (message) => second!.push(message));
      await bus.subscribe('other', (message) => other!.push(message));
      for (let index = 0; index < 50; index++) await bus.publish('floor', { index });
      await heard(first!, 50);
      await heard(second!, 50);
      expect(first).toEqual(Array.from({ length: 50 }, (_, index) => ({ index })));
      expect(other).toEqual([]);
    }),
  );

  test.runIf(isHere)(
    'a message published before subscribing is gone; after unsubscribing nothing is heard',
    () =>
      withBus(async (bus) => {
        await bus.publish('t', 'early');
        const gone: BusMessage[] = [];
        const kept: BusMessage[] = [];
        const leave = await bus.subscribe('t', (message) => gone.push(message));
        await bus.subscribe('t', (message) => kept.push(message));
        await bus.publish('t', 1);
        await heard(gone, 1);
        await leave();
        await bus.publish('t', 2);
        await heard(kept, 2);
        expect(gone).toEqual([1]);
      }),
  );

  test.runIf(isHere)('a listener that throws is reported and does not silence the others', () =>
    withBus(async (bus, fault) => {
      const messages: BusMessage[] = [];
      await bus.subscribe('t', () => {
        throw new Error('deaf');
      });
      await bus.subscribe('t', (message) => messages.push(message));
      await bus.publish('t', 'still heard');
      await heard(messages, 1);
      expect(fault).toHaveBeenCalledTimes(1);
    }),
  );

  test.runIf(isHere)('a listener cannot change what the publisher holds', () =>
    withBus(async (bus) => {
      const sent = { list: [1] };
      const messages: BusMessage[] = [];
      await bus.subscribe('t', (message) => {
        (message as { list: number[] }).list.push(2);
        messages.push(message);
      });
      await bus.publish('t', sent);
      await heard(messages, 1);
      expect(sent).toEqual({ list: [1] });
    }),
  );

  test.runIf(isHere)(
    'a stream is read from a remembered place, oldest first, no entry twice and none missed',
    () =>
      withBus(async (bus) => {
        expect(await bus.read('s', busStart, 10)).toEqual([]);
        for (let index = 0; index < 25; index++) await bus.append('s', index);
        const read: BusMessage[] = [];
        let place = busStart;
        for (
          let entries = await bus.read('s', place, 10);
          entries.length > 0;
          entries = await bus.read('s', place, 10)
        ) {
          expect(entries.length).toBeLessThanOrEqual(10);
          read.push(...entries.map((entry) => entry.message));
          place = entries.at(-1)!.place;
        }
        expect(read).toEqual(Array.from({ length: 25 }, (_, index) => index));
        const place26 = await bus.append('s', 'next');
        expect(await bus.read('s', place, 10)).toEqual([{ place: place26, message: 'next' }]);
      }),
  );

  test.runIf(isHere)('a stream forgets its oldest entries past the bound and keeps at least the bound', () =>
    withBus(async (bus) => {
      for (let index = 0; index < 1_000; index++) await bus.append('s', index);
      const entries = await bus.read('s', busStart, 1_000);
      expect(entries.at(-1)!.message).toBe(999);
      expect(entries.length).toBeGreaterThanOrEqual(100);
      expect(entries.length).toBeLessThan(1_000);
    }),
  );
});

test('an unreachable Redis is told at once, with the cure', async () => {
  const connecting = connectRedisBus({ url: 'redis://127.0.0.1:1' });
  await expect(connecting).rejects.toBeInstanceOf(AdapterError);
  await expect(connecting).rejects.toMatchObject({
    code: 'redis_unreachable',
    cure: expect.stringContaining('REDIS_URL') as string,
  });
});
