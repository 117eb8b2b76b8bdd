/** Public numbers: operators give them, tenants see their own. */
import type { DidId, SiteId, TenantId } from '@seatgrid/core/kernel/ids.ts';
import type { PlatformTrx, TenantTrx } from '../scopes.ts';

export interface Did {
  readonly id: DidId;
  readonly number: string;
  readonly label: string;
  /** Where it is the local number. */
  readonly siteId: SiteId | null;
}

const columns = ['id', 'number', 'label', 'site_id'] as const;

interface DidRow {
  id: string;
  number: string;
  label: string;
  site_id: string | null;
}

function didOf({ id, number, label, site_id }: DidRow): Did {
  return { id: id as DidId, number, label, siteId: site_id as SiteId | null };
}

export async function listDids(trx: TenantTrx): Promise<Did[]> {
  return (await trx.selectFrom('did').select(columns).orderBy('number').execute()).map(didOf);
}

export async function listAllDids(trx: PlatformTrx): Promise<(Did & { tenantId: TenantId })[]> {
  const rows = await trx
    .selectFrom('did')
    .select([...columns, 'tenant_id'])
    .orderBy('number')
    .execute();
  return rows.map((row) => ({ ...didOf(row), tenantId: row.tenant_id as TenantId }));
}

export async function findTenantOfNumber(trx: PlatformTrx, number: string): Promise<TenantId | undefined> {
  const row = await trx.selectFrom('did').select('tenant_id').where('number', '=', number).executeTakeFirst();
  return row?.tenant_id as TenantId | undefined;
}

export async function insertDid(
  trx: PlatformTrx,
  { tenantId, number, label, siteId }: Omit<Did, 'id'> & { tenantId: TenantId },
): Promise<Did> {
  const row = await trx
    .insertInto('did')
    .values({ tenant_id: tenantId, number, label, site_id: siteId })
    .returning(columns)
    .executeTakeFirstOrThrow();
  return didOf(row);
}

export async function updateDid(
  trx: PlatformTrx,
  { id, label, siteId }: Pick<Did, 'id' | 'label' | 'siteId'>,
): Promise<void> {
  await trx.updateTable('did').set({ label, site_id: siteId }).where('id', '=', id).execute();
}

export async function deleteDid(trx: PlatformTrx, id: string): Promise<void> {
  await trx.deleteFrom('did').where('id', '=', id).execute();
}
