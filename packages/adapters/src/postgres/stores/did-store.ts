/** Public numbers: operators give them, tenants see their own. */
import type { DidId, TenantId } from '@seatgrid/core/kernel/ids.ts';
import type { PlatformTrx, TenantTrx } from '../scopes.ts';

export interface Did {
  readonly id: DidId;
  readonly number: string;
  readonly label: string;
}

export async function listDids(trx: TenantTrx): Promise<Did[]> {
  const rows = await trx.selectFrom('did').select(['id', 'number', 'label']).orderBy('number').execute();
  return rows.map((row) => ({ ...row, id: row.id as DidId }));
}

export async function listAllDids(trx: PlatformTrx): Promise<(Did & { tenantId: TenantId })[]> {
  const rows = await trx
    .selectFrom('did')
    .select(['id', 'number', 'label', 'tenant_id'])
    .orderBy('number')
    .execute();
  return rows.map(({ id, number, label, tenant_id }) => ({
    id: id as DidId,
    number,
    label,
    tenantId: tenant_id as TenantId,
  }));
}

export async function insertDid(
  trx: PlatformTrx,
  { tenantId, number, label }: { tenantId: TenantId; number: string; label: string },
): Promise<Did> {
  const row = await trx
    .insertInto('did')
    .values({ tenant_id: tenantId, number, label })
    .returning(['id', 'number', 'label'])
    .executeTakeFirstOrThrow();
  return { ...row, id: row.id as DidId };
}

export async function deleteDid(trx: PlatformTrx, id: string): Promise<void> {
  await trx.deleteFrom('did').where('id', '=', id).execute();
}
