/** What nodes hold of tenants' quotas: one writer of a tenant's at a time, so that their sum is true. */
import { sql, type Selectable } from 'kysely';
import type { NodeId, TenantId } from '@seatgrid/core/kernel/ids.ts';
import type { ShareRow } from '@seatgrid/core/tenancy/quota-shares.ts';
import type { Database } from '../database.ts';
import type { PlatformTrx, TenantTrx } from '../scopes.ts';

/** Nobody else changes them until the transaction ends. */
export async function takeShares(trx: TenantTrx, tenantId: TenantId): Promise<ShareRow[]> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${tenantId}, 1))`.execute(trx);
  const rows = await trx.selectFrom('quota_share').selectAll().orderBy('node_id').forUpdate().execute();
  return rows.map(shareOf);
}

export async function readShares(trx: TenantTrx): Promise<ShareRow[]> {
  return (await trx.selectFrom('quota_share').selectAll().orderBy('node_id').execute()).map(shareOf);
}

/** Of all tenants. */
export async function readAllShares(trx: PlatformTrx): Promise<Map<TenantId, ShareRow[]>> {
  const rows = await trx.selectFrom('quota_share').selectAll().orderBy('node_id').execute();
  const byTenant = Map.groupBy(rows, (row) => row.tenant_id as TenantId);
  return new Map([...byTenant].map(([tenantId, own]) => [tenantId, own.map(shareOf)]));
}

export async function writeShares(trx: TenantTrx, shares: readonly ShareRow[]): Promise<void> {
  if (shares.length === 0) return;
  const rows = shares.map(({ nodeId, number, told, held, used }) => ({
    node_id: nodeId,
    number,
    told_agents: told.agentsSignedIn,
    told_calls: told.concurrentCalls,
    held_agents: held.agentsSignedIn,
    held_calls: held.concurrentCalls,
    used_agents: used.agentsSignedIn,
    used_calls: used.concurrentCalls,
  }));
  await trx
    .insertInto('quota_share')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'node_id']).doUpdateSet((row) => ({
        number: row.ref('excluded.number'),
        told_agents: row.ref('excluded.told_agents'),
        told_calls: row.ref('excluded.told_calls'),
        held_agents: row.ref('excluded.held_agents'),
        held_calls: row.ref('excluded.held_calls'),
        used_agents: row.ref('excluded.used_agents'),
        used_calls: row.ref('excluded.used_calls'),
      })),
    )
    .execute();
}

/** A node that is believed no more holds nothing: the others may have it. */
export async function freeShares(trx: PlatformTrx, nodeId: string): Promise<void> {
  await trx.deleteFrom('quota_share').where('node_id', '=', nodeId).execute();
}

function shareOf(row: Selectable<Database['quota_share']>): ShareRow {
  return {
    nodeId: row.node_id as NodeId,
    number: row.number,
    told: { agentsSignedIn: row.told_agents, concurrentCalls: row.told_calls },
    held: { agentsSignedIn: row.held_agents, concurrentCalls: row.held_calls },
    used: { agentsSignedIn: row.used_agents, concurrentCalls: row.used_calls },
  };
}
