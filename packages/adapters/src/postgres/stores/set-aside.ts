/** Events of nodes that could not be read when they came, or belonged to nobody: listed, and taken from the heap once they are stored. */
import { sql } from 'kysely';
import type { NodeId } from '@seatgrid/core/kernel/ids.ts';
import type { PlatformTrx } from '../scopes.ts';

export interface SetAside {
  readonly nodeId: NodeId;
  readonly sequence: number;
  readonly raw: unknown;
}

/** By the database's own clock. */
export async function databaseNow(trx: PlatformTrx): Promise<Date> {
  const { rows } = await sql<{ at: Date }>`select clock_timestamp() as at`.execute(trx);
  return rows[0]!.at;
}

/** The next of those that lay there at an instant, in the order of nodes and of what each told. */
export async function listSetAside(
  trx: PlatformTrx,
  {
    atLatest,
    after,
    limit,
  }: { readonly atLatest: Date; readonly after: SetAside | null; readonly limit: number },
): Promise<SetAside[]> {
  let rows = trx
    .selectFrom('node_event_rejected')
    .select(['node_id', 'sequence', 'raw'])
    .where('received_at', '<', atLatest)
    .orderBy('node_id')
    .orderBy('sequence')
    .limit(limit);
  if (after)
    rows = rows.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('node_id', 'sequence'), '>', tuple(after.nodeId, after.sequence)),
    );
  return (await rows.execute()).map((row) => ({
    nodeId: row.node_id as NodeId,
    sequence: row.sequence,
    raw: row.raw,
  }));
}

/** A node enrolled anew counts from the beginning again: the event's own id says which is meant. */
export async function forgetSetAside(
  trx: PlatformTrx,
  aside: Pick<SetAside, 'nodeId' | 'sequence'> & { readonly eventId: string; readonly atLatest: Date },
): Promise<void> {
  const { nodeId, sequence, eventId, atLatest } = aside;
  await trx
    .deleteFrom('node_event_rejected')
    .where('node_id', '=', nodeId)
    .where('sequence', '=', sequence)
    .where(sql`raw ->> 'id'`, '=', eventId)
    .where('received_at', '<', atLatest)
    .execute();
}
