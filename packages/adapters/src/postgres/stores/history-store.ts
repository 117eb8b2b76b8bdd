/** The presence log and the refusals, newest first. */
import { sql } from 'kysely';
import type { PresenceState } from '@seatgrid/core/workforce/presence.ts';
import { uuidFloor } from '../partitions.ts';
import type { PlatformTrx, TenantTrx } from '../scopes.ts';

export interface PresenceEntry {
  readonly id: string;
  readonly atMs: number;
  readonly agentId: string;
  readonly agentName: string | null;
  readonly from: PresenceState;
  readonly to: PresenceState;
  readonly lastedMs: number;
  readonly pauseCause: string | null;
  readonly pauseReasonId: string | null;
}

export async function listPresence(
  trx: TenantTrx,
  filter: {
    limit: number;
    before?: string | undefined;
    agentId?: string | undefined;
    fromMs?: number | undefined;
    toMs?: number | undefined;
  },
): Promise<PresenceEntry[]> {
  let query = trx
    .selectFrom('presence_log')
    .leftJoin('agent', 'agent.id', 'presence_log.agent_id')
    .selectAll('presence_log')
    .select('agent.name as agent_name')
    .orderBy('presence_log.id', 'desc')
    .limit(filter.limit);
  if (filter.before !== undefined) query = query.where('presence_log.id', '<', filter.before);
  if (filter.agentId !== undefined) query = query.where('presence_log.agent_id', '=', filter.agentId);
  if (filter.fromMs !== undefined) query = query.where('presence_log.id', '>=', uuidFloor(filter.fromMs));
  if (filter.toMs !== undefined) query = query.where('presence_log.id', '<', uuidFloor(filter.toMs));
  return (await query.execute()).map((row) => ({
    id: row.id,
    atMs: row.at.getTime(),
    agentId: row.agent_id,
    agentName: row.agent_name,
    from: row.from_state as PresenceState,
    to: row.to_state as PresenceState,
    lastedMs: row.lasted_ms,
    pauseCause: row.pause_cause,
    pauseReasonId: row.pause_reason_id,
  }));
}

export interface RefusalEntry {
  readonly id: string;
  readonly atMs: number;
  readonly tenantId: string | null;
  readonly nodeId: string;
  readonly what: 'call' | 'sign-in';
  readonly reason: string;
  readonly fromNumber: string | null;
  readonly toNumber: string | null;
  readonly agentId: string | null;
}

export async function listRefusals(
  trx: TenantTrx | PlatformTrx,
  { limit, before }: { limit: number; before?: string | undefined },
): Promise<RefusalEntry[]> {
  let query = trx.selectFrom('refusal').selectAll().orderBy('id', 'desc').limit(limit);
  if (before !== undefined) query = query.where('id', '<', before);
  return (await query.execute()).map((row) => ({
    id: row.id,
    atMs: row.at.getTime(),
    tenantId: row.tenant_id,
    nodeId: row.node_id,
    what: row.what as RefusalEntry['what'],
    reason: row.reason,
    fromNumber: row.from_number,
    toNumber: row.to_number,
    agentId: row.agent_id,
  }));
}

/** Refusals since an instant, by tenant. */
export async function countRefusalsByTenant(trx: PlatformTrx, sinceMs: number): Promise<Map<string, number>> {
  const rows = await trx
    .selectFrom('refusal')
    .select(['tenant_id', sql<number>`count(*)::int`.as('count')])
    .where('at', '>=', new Date(sinceMs))
    .where('tenant_id', 'is not', null)
    .groupBy('tenant_id')
    .execute();
  return new Map(rows.map((row) => [row.tenant_id!, row.count]));
}
