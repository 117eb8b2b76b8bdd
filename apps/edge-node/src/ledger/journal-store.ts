/** What the event journal writes to and reads from: a SQLite file behind a thread, or memory. */
import type { CallId } from '@seatgrid/core/kernel/ids.ts';
import type { JournalEvent } from '@seatgrid/contracts/journal/journal-event.ts';
import type { OpenCall } from './event-journal.ts';
import type { SqliteFaultCode } from './sqlite-file.ts';

/** An event on its way to the disk. `sequence` alone may still change (`continueAbove`). */
export interface PendingEvent {
  sequence: number;
  readonly event: Omit<JournalEvent, 'sequence'>;
  readonly callId: CallId | null;
  readonly factsJson: string;
}

export interface WriteFault {
  readonly code: SqliteFaultCode;
  readonly detail: string;
}

export interface JournalStore {
  /** Highest sequence ever given out, and highest acknowledged, as found at opening. */
  readonly found: { readonly sequence: number; readonly acknowledged: number };
  /** One transaction; one at a time. `done` hears null when all is durable. */
  write(events: readonly PendingEvent[], done: (fault: WriteFault | null) => void): void;
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

/** The event as it travels. */
export function eventJson(event: {
  readonly id: string;
  readonly sequence: number;
  readonly atMs: number;
  readonly tenantId: string | null;
  readonly factsJson: string;
}): string {
  const tenant = event.tenantId === null ? 'null' : `"${event.tenantId}"`;
  return `{"id":"${event.id}","sequence":${event.sequence},"atMs":${event.atMs},"tenantId":${tenant},"facts":${event.factsJson}}`;
}
