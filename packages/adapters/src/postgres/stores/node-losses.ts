/** What a tenant had at a node that the centre has not: named before a node is declared lost, kept and closed when it is. */
import { sql } from 'kysely';
import type { EndReason } from '@seatgrid/core/calls/end-reason.ts';
import type { LossKind } from '@seatgrid/core/fleet/node-loss.ts';
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
  const { rows } = await sql<{ kind: LossKind; count: number }>`
    select kind, count(*)::int as count from (${lyingAlone({ nodeId })}) as alone group by kind`.execute(trx);
  const count = (kind: LossKind) => rows.find((row) => row.kind === kind)?.count ?? 0;
  return {
    openCalls: count('record'),
    recordings: count('recording'),
    voiceMessages: count('voice-message'),
    faxes: count('fax'),
  };
}

/** Of an open call so much is known as was heard; what was lost with an earlier machine in the node's place is not lost again. */
function lyingAlone({ nodeId, heardAt = null }: { readonly nodeId: NodeId; readonly heardAt?: Date | null }) {
  return sql`
    select 'record' as kind, id, id as call_id, started_at,
      least(greatest(0, extract(epoch from ${heardAt}::timestamptz - started_at) * 1000), 2147483647)::int as duration_ms
    from call where node_id = ${nodeId} and ended_at is null
    union all
    select 'recording', id, call_id, started_at, duration_ms
    from recording where node_id = ${nodeId} and copied_at is null and ${isNotLost('recording', sql`recording.id`)}
    union all
    select 'voice-message', id, call_id, left_at, duration_ms
    from voice_message
    where node_id = ${nodeId} and purged_at is null and ${isNotLost('voice-message', sql`voice_message.id`)}
    union all
    select 'fax', id, call_id, received_at, duration_ms
    from fax where node_id = ${nodeId} and purged_at is null and ${isNotLost('fax', sql`fax.id`)}`;
}

const isNotLost = (kind: LossKind, id: ReturnType<typeof sql>) =>
  sql`not exists (select from node_loss where node_loss.kind = ${kind} and node_loss.id = ${id})`;

export interface LostNode {
  readonly nodeId: NodeId;
  readonly heardAtMs: number;
  readonly lostAtMs: number;
}

/** Each thing by its name, once; a recording that is gone is asked of no other machine in the node's place. */
export async function keepLosses(trx: TenantTrx, lost: LostNode): Promise<void> {
  const { nodeId } = lost;
  const [heardAt, lostAt] = [new Date(lost.heardAtMs), new Date(lost.lostAtMs)];
  await sql`
    insert into node_loss (kind, id, call_id, node_id, started_at, duration_ms, lost_at)
    select kind, id, call_id, ${nodeId}::uuid, started_at, duration_ms, ${lostAt}::timestamptz
    from (${lyingAlone({ nodeId, heardAt })}) as alone
    on conflict do nothing`.execute(trx);
  await trx
    .updateTable('recording')
    .set({ copied_octets: 0, copy_refused: 'it was lost with its node' })
    .where('node_id', '=', nodeId)
    .where('copied_at', 'is', null)
    .where('copy_refused', 'is', null)
    .execute();
}

const reason: EndReason = { party: 'platform', code: 'node-lost' };

/** At the last instant the node was heard; what was talked after it nobody can say, and nobody is billed for. */
export async function closeCallsOfLostNode(
  trx: TenantTrx,
  { nodeId, heardAtMs }: Pick<LostNode, 'nodeId' | 'heardAtMs'>,
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
