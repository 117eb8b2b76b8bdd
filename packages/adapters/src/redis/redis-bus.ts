/** The bus between replicas: Redis pub/sub for topics, Redis streams for streams. */
import { createClient } from 'redis';
import type { Bus, BusMessage, BusPlace } from '@seatgrid/core/ports/bus.ts';
import { AdapterError } from '../errors.ts';
import { busReadEntriesMax, busStreamEntriesMax } from '../limits.ts';

export interface RedisBusOptions {
  readonly url: string;
  /** Keeps two Seatgrids apart on one server. */
  readonly prefix?: string;
  readonly streamEntriesMax?: number;
  readonly onListenerFault?: (error: unknown) => void;
  readonly onConnectionFault?: (error: unknown) => void;
}

export async function connectRedisBus(options: RedisBusOptions): Promise<Bus> {
  const prefix = options.prefix ?? 'seatgrid:';
  const entriesMax = options.streamEntriesMax ?? busStreamEntriesMax;
  const socket = {
    connectTimeout: 3_000,
    reconnectStrategy: (tries: number) => Math.min(50 * 2 ** tries, 2_000),
  };
  const commands = createClient({ url: options.url, socket });
  // A connection that listens can do nothing else.
  const hearing = commands.duplicate();
  for (const client of [commands, hearing]) client.on('error', (error) => options.onConnectionFault?.(error));
  await reach(options.url, [commands, hearing]);

  return {
    async publish(topic, message) {
      await commands.publish(prefix + topic, JSON.stringify(message));
    },

    async subscribe(topic, listener) {
      const own = (text: string) => {
        try {
          listener(JSON.parse(text) as BusMessage);
        } catch (error) {
          options.onListenerFault?.(error);
        }
      };
      await hearing.subscribe(prefix + topic, own);
      return async () => {
        if (hearing.isOpen) await hearing.unsubscribe(prefix + topic, own);
      };
    },

    async append(stream, message) {
      const trim = { TRIM: { strategy: 'MAXLEN', strategyModifier: '~', threshold: entriesMax } } as const;
      const place = await commands.xAdd(prefix + stream, '*', { message: JSON.stringify(message) }, trim);
      return place as BusPlace;
    },

    async read(stream, after, max) {
      const entries = await commands.xRange(prefix + stream, `(${after}`, '+', {
        COUNT: Math.min(max, busReadEntriesMax),
      });
      return (entries ?? []).map((entry) => ({
        place: entry.id as BusPlace,
        message: JSON.parse(String(entry.message['message'])) as BusMessage,
      }));
    },

    async close() {
      await Promise.all([commands.close(), hearing.close()]);
    },
  };
}

/** What connecting needs; the driver's own type varies with the modules it was made for. */
interface Client {
  once(event: 'error', hear: (error: unknown) => void): unknown;
  connect(): Promise<unknown>;
  destroy(): void;
}

async function reach(url: string, clients: Client[]): Promise<void> {
  // `connect` would go on trying for ever behind our back; a wrong address should be told at start-up.
  let lastFault: unknown;
  for (const client of clients) client.once('error', (error) => (lastFault = error));
  const connected = Promise.all(clients.map((client) => client.connect()));
  const refused = new Promise<never>((_, fail) => {
    clients[0]!.once('error', () => fail(lastFault));
  });
  try {
    await Promise.race([connected, refused]);
  } catch (cause) {
    connected.catch(() => {});
    for (const client of clients) client.destroy();
    throw new AdapterError({
      code: 'redis_unreachable',
      what: `Redis at ${new URL(url).host} cannot be reached`,
      cure: 'Start it, correct REDIS_URL, or leave REDIS_URL unset while one replica runs',
      cause,
    });
  }
}
