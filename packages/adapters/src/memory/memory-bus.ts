/** The bus of a single replica: the same promises as the Redis one, kept by this process alone. */
import type { Bus, BusEntry, BusMessage, BusPlace } from '@seatgrid/core/ports/bus.ts';
import { busReadEntriesMax, busStreamEntriesMax } from '../limits.ts';

export interface MemoryBusOptions {
  readonly onListenerFault?: (error: unknown) => void;
  readonly streamEntriesMax?: number;
}

interface Stream {
  entries: BusEntry[];
  appended: number;
}

export function createMemoryBus(options: MemoryBusOptions = {}): Bus {
  const topics = new Map<string, Set<(message: BusMessage) => void>>();
  const streams = new Map<string, Stream>();
  const entriesMax = options.streamEntriesMax ?? busStreamEntriesMax;

  return {
    async publish(topic, message) {
      const copy = JSON.parse(JSON.stringify(message)) as BusMessage;
      for (const listener of topics.get(topic) ?? [])
        try {
          listener(copy);
        } catch (error) {
          options.onListenerFault?.(error);
        }
    },

    async subscribe(topic, listener) {
      const listeners = topics.get(topic) ?? new Set();
      topics.set(topic, listeners);
      // A wrapper of its own, so that one function subscribed twice is two subscriptions.
      const own = (message: BusMessage) => listener(message);
      listeners.add(own);
      return async () => {
        listeners.delete(own);
        if (listeners.size === 0 && topics.get(topic) === listeners) topics.delete(topic);
      };
    },

    async append(stream, message) {
      const kept = streams.get(stream) ?? { entries: [], appended: 0 };
      streams.set(stream, kept);
      const place = `${++kept.appended}-0` as BusPlace;
      kept.entries.push({ place, message: JSON.parse(JSON.stringify(message)) as BusMessage });
      if (kept.entries.length > entriesMax * 2) kept.entries = kept.entries.slice(-entriesMax);
      return place;
    },

    async read(stream, after, max) {
      const kept = streams.get(stream);
      if (!kept) return [];
      const first = kept.entries.findIndex((entry) => ordinal(entry.place) > ordinal(after));
      if (first < 0) return [];
      return kept.entries.slice(first, first + Math.min(max, busReadEntriesMax));
    },

    async close() {
      topics.clear();
      streams.clear();
    },
  };
}

function ordinal(place: BusPlace): number {
  return Number.parseInt(place, 10);
}
