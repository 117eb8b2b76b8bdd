/** What a tenant had at a node that the centre has not: named before a node is declared lost, closed when it is. */
import { sql } from 'kysely';
import type { EndReason } from '@seatgrid/core/calls/end-reason.ts';
import type { NodeId } from '@seatgrid/core/kernel/ids.ts';
import { jsonb } from '../jsonb.ts';
import type { TenantTrx } from '../scopes.ts';

export interface NodeLosses {
  /** Calls whose end nobody has told. */
  readonly openCalls: number;
  /** Sounds and faxes lie at the node that made them; recordings that were brought to the centre are not lost with it. */
  readonly recordings: number;
  readonly voiceMessages: number;
  readonly faxes: number;
}

export async function lossesAt(trx: TenantTrx, nodeId: NodeId): Promise<NodeLosses> {
  const count = async (table: 'voice_message' | 'fax') =>
    (
      await trx
        .selectFrom(table)
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('node_id', '=', nodeId)
        .executeTakeFirstOrThrow()
    ).count;
  const recordings = await trx
    .selectFrom('recording')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('node_id', '=', nodeId)
    .where('copied_at', 'is', null)
    .executeTakeFirstOrThrow();
  const open = await trx
    .selectFrom('call')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('node_id', '=', nodeId)
    .where('ended_at', 'is', null)
    .executeTakeFirstOrThrow();
  return {
    openCalls: Number(open.count),
    recordings: Number(recordings.count),
    voiceMessages: Number(await count('voice_message')),
    faxes: Number(await count('fax')),
  };
}

const reason: EndReason = { party: 'platform', code: 'node-lost' };

/** At the last instant the node was heard; what was talked after it nobody can say, and nobody is billed for. */
export async function closeCallsOfLostNode(
  trx: TenantTrx,
  { nodeId, heardAtMs }: { readonly nodeId: NodeId; readonly heardAtMs: number },
): Promise<void> {
  const heardAt = new Date(heardAtMs);
  await trx
    .updateTable('call')
    .set({
      ended_at: sql<Date>`greatest(started_at, answered_at, ${heardAt}::timestamptz)`,
      end_reason: jsonb(reason),
    })
    .where('node_id', '=', nodeId)
    .where('ended_at', 'is', null)
    .execute();
}
