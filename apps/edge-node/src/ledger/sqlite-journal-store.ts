/**
 * The journal's file: written by a thread of its own (a commit waits for the disk), read here. Reads see what is committed
 * (WAL), and never wait for the writer.
 */
import { Worker } from 'node:worker_threads';
import type { DatabaseSync } from 'node:sqlite';
import type { JournalEvent } from '@seatgrid/contracts/journal/journal-event.ts';
import type { CallId, TenantId } from '@seatgrid/core/kernel/ids.ts';
import type { NodeLog } from '../node-log.ts';
import type { OpenCall } from './event-journal.ts';
import { callIdOf, eventJson, type JournalStore, type WriteFault } from './journal-store.ts';
import type { FromThread, ThreadData, ToThread } from './runtime/journal-thread.ts';
import { openSqliteFile } from './sqlite-file.ts';

export function openSqliteJournalStore(
  path: string,
  options: { readonly octetsMax: number; readonly log: NodeLog },
): JournalStore {
  const database = openSqliteFile(path, prepareJournal, options.log);
  const openCallRows = database.prepare(openCallsSql);
  const timelineRows = database.prepare(`${eventSql} where call_id = ? order by sequence`);
  const laterRows = database.prepare(`${eventSql} where sequence > ? order by sequence limit ?`);
  const workerData: ThreadData = { path, octetsMax: options.octetsMax };
  let done: ((fault: WriteFault | null) => void) | undefined;
  let closed: (() => void) | undefined;
  let worker: Worker | undefined;

  function thread(): Worker {
    if (worker !== undefined) return worker;
    const started = new Worker(new URL('./runtime/journal-thread.ts', import.meta.url), { workerData });
    started.unref();
    started.on('message', (message: FromThread) => {
      if (message.kind === 'closed') closed?.();
      else settle(message.fault);
    });
    started.on('error', (error) => {
      options.log.error({ err: error }, 'the journal thread died and is started again');
      worker = undefined;
      settle({ code: 'failed', detail: `the journal thread died: ${String(error)}` });
    });
    started.on('exit', () => {
      if (worker === started) worker = undefined;
      closed?.();
    });
    return (worker = started);
  }

  function settle(fault: WriteFault | null): void {
    const settled = done;
    done = undefined;
    worker?.unref();
    settled?.(fault);
  }

  function tell(message: ToThread): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
    thread().postMessage(message);
  }

  thread();
  return {
    found: foundIn(database),
    write(events, factsJson, whenDone) {
      done = whenDone;
      thread().ref();
      tell({ kind: 'write', lines: linesOf(events, factsJson) });
    },
    openCalls: () => (openCallRows.all() as unknown as OpenCallRow[]).map(toOpenCall),
    timeline: (callId) => (timelineRows.all(callId) as unknown as EventRow[]).map(toEvent),
    readAfter: (sequence, eventsMax) =>
      (laterRows.all(sequence, eventsMax) as unknown as EventRow[]).map((row) => ({
        sequence: row.sequence,
        json: eventJson(headOf(row), row.facts),
      })),
    acknowledge: (sequence) => tell({ kind: 'acknowledge', sequence }),
    shift: (above, by) => tell({ kind: 'shift', above, by }),
    prune: (beforeMs) => tell({ kind: 'prune', beforeMs }),
    async close() {
      await new Promise<void>((resolve) => {
        closed = resolve;
        thread().ref();
        tell({ kind: 'close' });
      });
      database.close();
    },
  };
}

/** As the thread takes them apart; joined at once, as each text on the way would be a copy more. */
function linesOf(events: readonly JournalEvent[], factsJson: readonly string[]): string {
  const parts: (string | number)[] = [];
  for (let at = 0; at < events.length; at++) {
    const event = events[at]!;
    const { sequence, id, atMs, tenantId, facts } = event;
    if (at > 0) parts.push('\n');
    parts.push(sequence, '\t', id, '\t', atMs, '\t', tenantId ?? '', '\t', facts.kind, '\t');
    parts.push(callIdOf(event) ?? '', '\t', factsJson[at]!);
  }
  return parts.join('');
}

export const journalFormat = 1;

function prepareJournal(database: DatabaseSync): void {
  const format = Number(database.prepare('pragma user_version').get()?.['user_version']);
  if (format > journalFormat)
    throw new Error(
      `the journal has format ${format}, newer than this node writes (${journalFormat}); update the node`,
    );
  database.exec(`
    pragma journal_mode = wal;
    create table if not exists event (
      sequence integer primary key,
      id text not null,
      at_ms integer not null,
      tenant_id text,
      kind text not null,
      call_id text,
      facts text not null
    ) strict;
    create index if not exists event_call on event (call_id, kind) where call_id is not null;
    create table if not exists cursor (name text primary key, sequence integer not null) strict;
    pragma user_version = ${journalFormat};
  `);
}

function foundIn(database: DatabaseSync): JournalStore['found'] {
  const newest = Number(
    database.prepare('select max(sequence) as sequence from event').get()?.['sequence'] ?? 0,
  );
  const acknowledged = Number(
    database.prepare(`select sequence from cursor where name = 'acknowledged'`).get()?.['sequence'] ?? 0,
  );
  // Everything acknowledged may have been pruned away; its numbers are not given out again.
  return { sequence: Math.max(newest, acknowledged), acknowledged };
}

const eventSql = 'select sequence, id, at_ms, tenant_id, facts from event';

/** The inner part needs nothing but the index. */
const openCallsSql = `
  with open_call as (
    select call_id from event where call_id is not null
    group by call_id
    having max(kind = 'call.started') = 1 and max(kind = 'call.ended') = 0
  )
  select call_id, max(tenant_id) as tenant_id,
    min(case when kind = 'call.started' then at_ms end) as started_at_ms,
    min(case when kind = 'call.answered' then at_ms end) as answered_at_ms,
    max(at_ms) as last_event_at_ms
  from event join open_call using (call_id) group by call_id order by call_id`;

interface EventRow {
  readonly sequence: number;
  readonly id: string;
  readonly at_ms: number;
  readonly tenant_id: string | null;
  readonly facts: string;
}

function toEvent(row: EventRow): JournalEvent {
  return { ...headOf(row), facts: JSON.parse(row.facts) as JournalEvent['facts'] };
}

function headOf({ id, sequence, at_ms: atMs, tenant_id: tenantId }: EventRow): Omit<JournalEvent, 'facts'> {
  return { id: id as JournalEvent['id'], sequence, atMs, tenantId: tenantId as TenantId | null };
}

interface OpenCallRow {
  readonly call_id: string;
  readonly tenant_id: string;
  readonly started_at_ms: number;
  readonly answered_at_ms: number | null;
  readonly last_event_at_ms: number;
}

function toOpenCall(row: OpenCallRow): OpenCall {
  return {
    callId: row.call_id as CallId,
    tenantId: row.tenant_id as TenantId,
    startedAtMs: row.started_at_ms,
    answeredAtMs: row.answered_at_ms,
    lastEventAtMs: row.last_event_at_ms,
  };
}
