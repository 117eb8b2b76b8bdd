/** The thread that writes the journal: one transaction a message, synced before it is answered. Started by `sqlite-journal-store.ts`. */
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import type { WriteFault } from '../journal-store.ts';
import { pruneRowsMax } from '../limits.ts';
import { sqliteFault } from '../sqlite-file.ts';

export interface ThreadData {
  readonly path: string;
  readonly octetsMax: number;
}

export type ToThread =
  /** A line an event, its seven values parted by tabs (JSON holds neither): one text is the cheapest thing to hand to a thread. */
  | { readonly kind: 'write'; readonly lines: string }
  | { readonly kind: 'acknowledge'; readonly sequence: number }
  | { readonly kind: 'shift'; readonly above: number; readonly by: number }
  | { readonly kind: 'prune'; readonly beforeMs: number | null }
  | { readonly kind: 'close' };

export type FromThread =
  { readonly kind: 'written'; readonly fault: WriteFault | null } | { readonly kind: 'closed' };

const { path, octetsMax } = workerData as ThreadData;
const database = new DatabaseSync(path);
database.exec('pragma journal_mode = wal; pragma synchronous = full; pragma busy_timeout = 5000');
const pageOctets = Number(database.prepare('pragma page_size').get()?.['page_size']);
database.exec(`pragma max_page_count = ${Math.max(16, Math.floor(octetsMax / pageOctets))}`);

const begin = database.prepare('begin immediate');
const commit = database.prepare('commit');
const insert = database.prepare(
  'insert into event (sequence, id, at_ms, tenant_id, kind, call_id, facts) values (?, ?, ?, ?, ?, ?, ?)',
);
const setAcknowledged = database.prepare(
  `insert into cursor (name, sequence) values ('acknowledged', ?)
   on conflict (name) do update set sequence = excluded.sequence`,
);
const oldest = database.prepare(
  `delete from event where sequence in (
     select sequence from event
     where sequence <= (select sequence from cursor where name = 'acknowledged') and at_ms < ?
     order by sequence limit ?)`,
);
/** Not worth a sync of its own: what is told again after a crash is stored once by its id. */
let acknowledged: number | undefined;
/** Stays until a transaction has carried it. */
let shift: { readonly above: number; readonly by: number } | undefined;

parentPort?.on('message', (message: ToThread) => {
  switch (message.kind) {
    case 'write':
      return answer({ kind: 'written', fault: write(message.lines) });
    case 'acknowledge':
      acknowledged = message.sequence;
      return;
    case 'shift':
      shift = message;
      return void transaction(() => {});
    case 'prune':
      return prune(message.beforeMs);
    case 'close':
      if (acknowledged !== undefined) transaction(() => {});
      database.close();
      answer({ kind: 'closed' });
      parentPort?.close();
  }
});

function answer(message: FromThread): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
  parentPort?.postMessage(message);
}

function write(lines: string): WriteFault | null {
  return transaction(() => {
    for (const line of lines.split('\n')) {
      const [sequence, id, atMs, tenantId, kind, callId, facts] = line.split('\t');
      insert.run(Number(sequence), id!, Number(atMs), tenantId || null, kind!, callId || null, facts!);
    }
  });
}

function transaction(work: () => void): WriteFault | null {
  try {
    begin.run();
    if (shift !== undefined) renumber(shift);
    work();
    if (acknowledged !== undefined) setAcknowledged.run(acknowledged);
    commit.run();
    acknowledged = undefined;
    shift = undefined;
    return null;
  } catch (error) {
    if (database.isTransaction) database.exec('rollback');
    return { code: sqliteFault(error), detail: (error as Error).message };
  }
}

function renumber({ above, by }: { readonly above: number; readonly by: number }): void {
  // By way of negative numbers, so that no row lands on one that has not moved yet.
  database.prepare('update event set sequence = -(sequence + ?) where sequence > ?').run(by, above);
  database.exec('update event set sequence = -sequence where sequence < 0');
}

function prune(beforeMs: number | null): void {
  let deleted = 0;
  const fault = transaction(() => {
    if (acknowledged !== undefined) setAcknowledged.run(acknowledged);
    deleted = Number(oldest.run(beforeMs ?? Number.MAX_SAFE_INTEGER, pruneRowsMax).changes);
  });
  // The rest in another turn, behind the writes that wait meanwhile.
  if (fault === null && deleted === pruneRowsMax) setImmediate(() => prune(beforeMs));
}
