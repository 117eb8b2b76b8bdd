/** Trunks: the platform's own; a tenant sees by name those its calls may leave on. */
import type { SrtpUse, TrunkAccount, TrunkConfig } from '@seatgrid/contracts/link/node-config.ts';
import type { NodeId, TenantId, TrunkId } from '@seatgrid/core/kernel/ids.ts';
import type { ToneCountry } from '@seatgrid/core/kernel/tone-country.ts';
import { jsonb } from '../jsonb.ts';
import type { PlatformTrx, TenantTrx } from '../scopes.ts';

export interface Trunk extends Omit<TrunkConfig, 'account'> {
  readonly nodeId: NodeId;
  readonly account: Omit<TrunkAccount, 'password'> | null;
  /** Sealed for `trunk <id>`. */
  readonly sealedPassword: Uint8Array | null;
}

type Written = Omit<Trunk, 'id' | 'nodeId' | 'sealedPassword'>;

export async function listTrunks(trx: PlatformTrx): Promise<Trunk[]> {
  const rows = await trx.selectFrom('trunk').selectAll().orderBy('name').execute();
  const offers = await trx.selectFrom('trunk_tenant').selectAll().orderBy('tenant_id').execute();
  const tenantsOf = (id: string) =>
    offers.filter((offer) => offer.trunk_id === id).map((offer) => offer.tenant_id as TenantId);
  return rows.map((row) => ({
    id: row.id as TrunkId,
    nodeId: row.node_id as NodeId,
    name: row.name,
    sources: row.sources,
    target: row.target as TrunkConfig['target'],
    account: row.account as Trunk['account'],
    sealedPassword: row.account_password,
    isProbed: row.is_probed,
    followsRedirects: row.follows_redirects,
    channelsMax: row.channels_max,
    inboundChannelsMax: row.inbound_channels_max,
    outboundChannelsMax: row.outbound_channels_max,
    srtp: row.srtp as SrtpUse,
    toneCountry: row.tone_country as ToneCountry | null,
    tenantIds: row.is_for_every_tenant ? null : tenantsOf(row.id),
    numberFormat: row.number_format as TrunkConfig['numberFormat'],
  }));
}

export async function insertTrunk(trx: PlatformTrx, trunk: Written & Pick<Trunk, 'nodeId'>): Promise<string> {
  const values = { node_id: trunk.nodeId, account_password: null, ...columnsOf(trunk) };
  const { id } = await trx.insertInto('trunk').values(values).returning('id').executeTakeFirstOrThrow();
  await offerTrunk(trx, id, trunk.tenantIds);
  return id;
}

export async function updateTrunk(trx: PlatformTrx, trunk: Written & Pick<Trunk, 'id'>): Promise<void> {
  await trx.updateTable('trunk').set(columnsOf(trunk)).where('id', '=', trunk.id).execute();
  await offerTrunk(trx, trunk.id, trunk.tenantIds);
}

export async function setTrunkPassword(
  trx: PlatformTrx,
  { id, sealed }: { id: string; sealed: Uint8Array | null },
): Promise<void> {
  await trx.updateTable('trunk').set({ account_password: sealed }).where('id', '=', id).execute();
}

export async function deleteTrunk(trx: PlatformTrx, id: string): Promise<void> {
  await trx.deleteFrom('trunk').where('id', '=', id).execute();
}

/** What the tenant's outbound rules may name. */
export async function listUsableTrunks(
  trx: TenantTrx,
): Promise<{ id: TrunkId; name: string; nodeId: NodeId; nodeName: string; channelsMax: number }[]> {
  const rows = await trx
    .selectFrom('trunk')
    .innerJoin('node', 'node.id', 'trunk.node_id')
    .select(['trunk.id', 'trunk.name', 'trunk.node_id', 'node.name as node_name', 'trunk.channels_max'])
    .orderBy('node.name')
    .orderBy('trunk.name')
    .execute();
  return rows.map((row) => ({
    id: row.id as TrunkId,
    name: row.name,
    nodeId: row.node_id as NodeId,
    nodeName: row.node_name,
    channelsMax: row.channels_max,
  }));
}

async function offerTrunk(
  trx: PlatformTrx,
  id: string,
  tenantIds: readonly TenantId[] | null,
): Promise<void> {
  await trx.deleteFrom('trunk_tenant').where('trunk_id', '=', id).execute();
  if (!tenantIds || tenantIds.length === 0) return;
  const rows = [...new Set(tenantIds)].map((tenantId) => ({ tenant_id: tenantId, trunk_id: id }));
  await trx.insertInto('trunk_tenant').values(rows).execute();
}

function columnsOf(trunk: Written) {
  return {
    name: trunk.name,
    sources: jsonb(trunk.sources),
    target: trunk.target === null ? null : jsonb<unknown>(trunk.target),
    account: trunk.account === null ? null : jsonb<unknown>(trunk.account),
    is_probed: trunk.isProbed,
    follows_redirects: trunk.followsRedirects,
    channels_max: trunk.channelsMax,
    inbound_channels_max: trunk.inboundChannelsMax,
    outbound_channels_max: trunk.outboundChannelsMax,
    srtp: trunk.srtp,
    tone_country: trunk.toneCountry,
    is_for_every_tenant: trunk.tenantIds === null,
    number_format: trunk.numberFormat === null ? null : jsonb<unknown>(trunk.numberFormat),
  };
}
