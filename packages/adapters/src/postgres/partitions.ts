/**
 * Calls and events lie in one partition a month. Their ids are UUIDv7, which begin with the time, so a range of ids *is* a
 * range of time and the primary key needs no second column. Nothing is granted on a partition itself: read directly it
 * would show every tenant's rows, for row-level security is applied at the table that is named.
 */
import type { Sql } from 'postgres';
import { partitionMonthsAhead } from '../limits.ts';

export const partitionedTables = ['call', 'journal_event', 'presence_log', 'recording'] as const;

/** The smallest UUIDv7 of an instant. */
export function uuidFloor(atMs: number): string {
  const time = Math.max(0, Math.floor(atMs)).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`;
}

const checkViolation = '23514';

/** Idempotent: makes the present month's partition and those of the months ahead. What fits none lands in the default one. */
export async function ensurePartitions(sql: Sql, nowMs: number): Promise<void> {
  const present = await sql<{ relname: string }[]>`
    select relname from pg_class where relispartition and relkind = 'r'`;
  const existing = new Set(present.map((row) => row.relname));
  for (const table of partitionedTables)
    for (const { suffix, fromMs, toMs } of months(nowMs)) {
      if (existing.has(`${table}_${suffix}`)) continue;
      const bounds = `from ('${monthFloor(fromMs)}') to ('${monthFloor(toMs)}')`;
      try {
        await sql.unsafe(`create table "${table}_${suffix}" partition of "${table}" for values ${bounds}`);
      } catch (error) {
        // A centre that slept through a month left its rows in the default partition: they serve from there.
        if ((error as { code?: string }).code !== checkViolation) throw error;
      }
    }
}

/** Bounds carry no version or variant, so that they sort before every id of their month. */
function monthFloor(atMs: number): string {
  return `${uuidFloor(atMs).slice(0, 13)}-0000-0000-000000000000`;
}

function months(nowMs: number): { suffix: string; fromMs: number; toMs: number }[] {
  const now = new Date(nowMs);
  return Array.from({ length: partitionMonthsAhead + 2 }, (_, index) => {
    // One month back as well: a node may report last month's last call in this month's first minute.
    const at = (offset: number) => Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + offset);
    const fromMs = at(index - 1);
    const suffix = new Date(fromMs).toISOString().slice(0, 7).replace('-', '_');
    return { suffix, fromMs, toMs: at(index) };
  });
}
