/** Connectors: a definition like others, with its secrets sealed beside it. */
import type { Connector } from '@seatgrid/core/connectors/connector.ts';
import type { TenantId } from '@seatgrid/core/kernel/ids.ts';
import { jsonb } from '../jsonb.ts';
import type { PlatformTrx, TenantTrx } from '../scopes.ts';

export interface SealedConnector {
  readonly connector: Connector;
  /** Sealed for `connector <id> <name of the secret>`. */
  readonly sealed: { readonly password: Uint8Array | null; readonly clientKey: Uint8Array | null };
}

export async function listConnectors(trx: TenantTrx): Promise<SealedConnector[]> {
  const rows = await trx
    .selectFrom('connector')
    .select(['id', 'body', 'password', 'client_key'])
    .where('retired_at', 'is', null)
    .orderBy('name')
    .orderBy('id')
    .execute();
  return rows.map(({ id, body, password, client_key: clientKey }) => ({
    connector: { ...body, id } as unknown as Connector,
    sealed: { password, clientKey },
  }));
}

export async function saveConnectorSecrets(
  trx: TenantTrx,
  id: string,
  { password, clientKey }: SealedConnector['sealed'],
): Promise<void> {
  await trx.updateTable('connector').set({ password, client_key: clientKey }).where('id', '=', id).execute();
}

/** The transaction's own tenant's. */
export async function ownInnerHosts(trx: TenantTrx): Promise<readonly string[]> {
  return (await trx.selectFrom('tenant').select('inner_hosts').executeTakeFirstOrThrow()).inner_hosts;
}

export async function innerHostsOf(trx: PlatformTrx, id: TenantId): Promise<readonly string[] | undefined> {
  const row = await trx.selectFrom('tenant').select('inner_hosts').where('id', '=', id).executeTakeFirst();
  return row?.inner_hosts;
}

export async function setInnerHosts(
  trx: PlatformTrx,
  { id, innerHosts }: { id: TenantId; innerHosts: readonly string[] },
): Promise<void> {
  await trx
    .updateTable('tenant')
    .set({ inner_hosts: jsonb([...innerHosts]) })
    .where('id', '=', id)
    .execute();
}
