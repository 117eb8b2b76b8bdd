/** A journal that forgets with the process: for simulations in virtual time, and tests that care about other things. */
import type { JournalEvent } from '@seatgrid/contracts/journal/journal-event.ts';
import { eventJson, type JournalStore, type PendingEvent } from './journal-store.ts';

export function createMemoryJournalStore(): JournalStore {
  /** In order and without gaps. */
  let events: PendingEvent[] = [];
  let acknowledged = 0;
  const whole = ({ event, sequence }: PendingEvent): JournalEvent => ({ ...event, sequence });
  const ofKind = (of: readonly PendingEvent[], kind: string) =>
    of.find(({ event }) => event.facts.kind === kind);

  return {
    get found() {
      return { sequence: events.at(-1)?.sequence ?? acknowledged, acknowledged };
    },
    write(written, done) {
      events.push(...written);
      done(null);
    },
    openCalls() {
      const calls = Map.groupBy(events, ({ callId }) => callId);
      return [...calls].flatMap(([callId, of]) => {
        const started = ofKind(of, 'call.started');
        if (callId === null || started?.event.tenantId == null || ofKind(of, 'call.ended')) return [];
        return {
          callId,
          tenantId: started.event.tenantId,
          startedAtMs: started.event.atMs,
          answeredAtMs: ofKind(of, 'call.answered')?.event.atMs ?? null,
          lastEventAtMs: Math.max(...of.map(({ event }) => event.atMs)),
        };
      });
    },
    timeline: (callId) => events.filter((pending) => pending.callId === callId).map(whole),
    readAfter: (sequence, eventsMax) => {
      const from = Math.max(0, sequence + 1 - (events[0]?.sequence ?? 0));
      return events.slice(from, from + eventsMax).map(({ event, factsJson, sequence }) => ({
        sequence,
        json: eventJson({ ...event, sequence, factsJson }),
      }));
    },
    acknowledge: (sequence) => void (acknowledged = sequence),
    shift(above, by) {
      for (const pending of events) if (pending.sequence > above) pending.sequence += by;
    },
    prune(beforeMs) {
      const isKept = ({ sequence, event }: PendingEvent) =>
        sequence > acknowledged || (beforeMs !== null && event.atMs >= beforeMs);
      const from = events.findIndex(isKept);
      events = from < 0 ? [] : events.slice(from);
    },
    close: () => Promise.resolve(),
  };
}
