/** What of a tenant's recordings lies at the centre as well as at the node that made them. */
import { sql } from 'kysely';
import type { TenantTrx } from '../scopes.ts';

export interface WantedCopy {
  readonly recordingId: string;
  readonly startedAtMs: number;
  /** At the node. */
  readonly path: string;
  readonly format: 'wav' | 'mp3';
  readonly octets: number;
  readonly sha256: string;
  /** So much is here already. */
  readonly from: number;
}

const columns = ['id', 'started_at', 'path', 'format', 'octets', 'sha256', 'copied_octets'] as const;

/** The oldest of a node that are not here whole. */
export async function wantedCopies(trx: TenantTrx, nodeId: string, max: number): Promise<WantedCopy[]> {
  const rows = await trx
    .selectFrom('recording')
    .select(columns)
    .where('node_id', '=', nodeId)
    .where('copied_at', 'is', null)
    .where('copy_refused', 'is', null)
    .where('octets', '>', 0)
    .orderBy('id')
    .limit(max)
    .execute();
  return rows.map(wantedOf);
}

/** One of them, which nobody else writes meanwhile. */
export async function holdWantedCopy(
  trx: TenantTrx,
  { nodeId, recordingId }: { readonly nodeId: string; readonly recordingId: string },
): Promise<WantedCopy | undefined> {
  const row = await trx
    .selectFrom('recording')
    .select(columns)
    .where('id', '=', recordingId)
    .where('node_id', '=', nodeId)
    .where('copied_at', 'is', null)
    .where('copy_refused', 'is', null)
    .forUpdate()
    .executeTakeFirst();
  return row && wantedOf(row);
}

function wantedOf(row: {
  id: string;
  started_at: Date;
  path: string;
  format: string;
  octets: number;
  sha256: string;
  copied_octets: number;
}): WantedCopy {
  const { id, started_at, path, format, octets, sha256, copied_octets } = row;
  return {
    recordingId: id,
    startedAtMs: started_at.getTime(),
    path,
    format: format as WantedCopy['format'],
    octets,
    sha256,
    from: copied_octets,
  };
}

export async function saveCopied(
  trx: TenantTrx,
  copied: { readonly recordingId: string; readonly octets: number; readonly wholeAtMs: number | null },
): Promise<void> {
  const { recordingId, octets, wholeAtMs } = copied;
  await trx
    .updateTable('recording')
    .set({ copied_octets: octets, copied_at: wholeAtMs === null ? null : new Date(wholeAtMs) })
    .where('id', '=', recordingId)
    .execute();
}

/** There will be none, and why. */
export async function refuseCopy(trx: TenantTrx, recordingId: string, why: string): Promise<void> {
  await trx
    .updateTable('recording')
    .set({ copied_octets: 0, copy_refused: why })
    .where('id', '=', recordingId)
    .execute();
}

export interface RecordedDay {
  readonly nodeId: string;
  /** `2026-11-26`. */
  readonly day: string;
  readonly recordings: number;
  readonly durationMs: number;
  readonly octets: number;
  /** Of all that was recorded on that day. */
  readonly copiedOctets: number;
  readonly waitingOctets: number;
  readonly refused: number;
}

/** By node and day, of days of the zone. */
export async function recordedDays(
  trx: TenantTrx,
  { timeZone, sinceMs }: { readonly timeZone: string; readonly sinceMs: number },
): Promise<RecordedDay[]> {
  const { rows } = await sql<RecordedDay>`
    select node_id as "nodeId", to_char(started_at at time zone ${timeZone}, 'YYYY-MM-DD') as day,
      count(*)::int as recordings, sum(duration_ms)::float8 as "durationMs", sum(octets)::float8 as octets,
      sum(copied_octets)::float8 as "copiedOctets",
      coalesce(sum(octets - copied_octets) filter (where copied_at is null and copy_refused is null), 0)::float8 as "waitingOctets",
      count(copy_refused)::int as refused
    from recording where started_at >= ${new Date(sinceMs)}
    group by 1, 2`.execute(trx);
  return rows;
}
