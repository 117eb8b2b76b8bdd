/** What the event journal writes to and reads from: a SQLite file behind a thread, or memory. */
import type { CallId } from '@seatgrid/core/kernel/ids.ts';
import type { JournalEvent } from '@seatgrid/contracts/journal/journal-event.ts';
import type { OpenCall } from './event-journal.ts';
import type { SqliteFaultCode } from './sqlite-file.ts';

export interface WriteFault {
  readonly code: SqliteFaultCode;
  readonly detail: string;
}

export interface JournalStore {
  /** Highest sequence ever given out, and highest acknowledged, as found at opening. */
  readonly found: { readonly sequence: number; readonly acknowledged: number };
  /** One transaction; one at a time; `factsJson` of each by its place. `done` hears null when all is durable. */
  write(
    events: readonly JournalEvent[],
    factsJson: readonly string[],
    done: (fault: WriteFault | null) => void,
  ): void;
  openCalls(): OpenCall[];
  timeline(callId: CallId): JournalEvent[];
  readAfter(sequence: number, eventsMax: number): { sequence: number; json: string }[];
  acknowledge(sequence: number): void;
  /** Adds `by` to every sequence above `above`. */
  shift(above: number, by: number): void;
  /** Forgets what is acknowledged and older; null: acknowledged at all. */
  prune(beforeMs: number | null): void;
  close(): Promise<void>;
}

/** Whose timeline it stands in. */
export function callIdOf({ facts }: JournalEvent): CallId | null {
  return 'callId' in facts ? facts.callId : null;
}

/** The event as it travels. */
export function eventJson(
  event: Pick<JournalEvent, 'id' | 'sequence' | 'atMs' | 'tenantId'>,
  factsJson: string,
): string {
  const tenant = event.tenantId === null ? 'null' : `"${event.tenantId}"`;
  return `{"id":"${event.id}","sequence":${event.sequence},"atMs":${event.atMs},"tenantId":${tenant},"facts":${factsJson}}`;
}
