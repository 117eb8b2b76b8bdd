/** A journal that forgets with the process: for simulations in virtual time, and tests that care about other things. */
import type { JournalEvent } from '@seatgrid/contracts/journal/journal-event.ts';
import { callIdOf, eventJson, type JournalStore } from './journal-store.ts';

export function createMemoryJournalStore(): JournalStore {
  /** In order and without gaps. */
  let events: JournalEvent[] = [];
  let acknowledged = 0;
  const ofKind = (of: readonly JournalEvent[], kind: string) => of.find(({ facts }) => facts.kind === kind);

  return {
    get found() {
      return { sequence: events.at(-1)?.sequence ?? acknowledged, acknowledged };
    },
    write(written, _factsJson, done) {
      // Its own, as a disk's would be.
      events.push(...written.map((event) => ({ ...event })));
      done(null);
    },
    openCalls() {
      const calls = Map.groupBy(events, callIdOf);
      return [...calls].flatMap(([callId, of]) => {
        const started = ofKind(of, 'call.started');
        if (callId === null || started?.tenantId == null || ofKind(of, 'call.ended')) return [];
        return {
          callId,
          tenantId: started.tenantId,
          startedAtMs: started.atMs,
          answeredAtMs: ofKind(of, 'call.answered')?.atMs ?? null,
          lastEventAtMs: Math.max(...of.map(({ atMs }) => atMs)),
        };
      });
    },
    timeline: (callId) => events.filter((event) => callIdOf(event) === callId),
    readAfter: (sequence, eventsMax) => {
      const from = Math.max(0, sequence + 1 - (events[0]?.sequence ?? 0));
      return events.slice(from, from + eventsMax).map((event) => ({
        sequence: event.sequence,
        json: eventJson(event, JSON.stringify(event.facts)),
      }));
    },
    acknowledge: (sequence) => void (acknowledged = sequence),
    shift(above, by) {
      for (const event of events) if (event.sequence > above) event.sequence += by;
    },
    prune(beforeMs) {
      const isKept = ({ sequence, atMs }: JournalEvent) =>
        sequence > acknowledged || (beforeMs !== null && atMs >= beforeMs);
      const from = events.findIndex(isKept);
      events = from < 0 ? [] : events.slice(from);
    },
    close: () => Promise.resolve(),
  };
}
