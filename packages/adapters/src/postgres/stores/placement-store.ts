/** Where tenants are placed (C-12): operators say so, a tenant sees its own. */
import type { NodeId, TenantId } from '@seatgrid/core/kernel/ids.ts';
import { Placements, type Placement } from '@seatgrid/core/tenancy/placement.ts';
import type { PlatformTrx, TenantTrx } from '../scopes.ts';

/** Of every tenant, or of the transaction's own. */
export async function readPlacements(trx: PlatformTrx | TenantTrx): Promise<Placements> {
  const rows = await trx
    .selectFrom('tenant_node')
    .select(['tenant_id', 'node_id'])
    .orderBy('node_id')
    .execute();
  return new Placements(
    rows.map((row) => ({ tenantId: row.tenant_id as TenantId, nodeId: row.node_id as NodeId })),
  );
}

export async function setPlacement(
  trx: PlatformTrx,
  tenantId: TenantId,
  placement: Placement,
): Promise<void> {
  await trx.deleteFrom('tenant_node').where('tenant_id', '=', tenantId).execute();
  if (!placement) return;
  const rows = placement.map((nodeId) => ({ tenant_id: tenantId, node_id: nodeId }));
  await trx.insertInto('tenant_node').values(rows).execute();
}
