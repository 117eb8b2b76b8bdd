/**
 * The two doors to the rows. `inTenant`: one tenant's, as a role to which row-level security shows nothing else.
 * `inPlatform`: the platform's own tables and the few columns of tenants' that operators work on, as a second role.
 * There is no third: a statement outside either has no transaction to run in.
 */
import { Kysely, type Transaction } from 'kysely';
import { assert } from '@seatgrid/core/kernel/assert.ts';
import { isUuid, type TenantId } from '@seatgrid/core/kernel/ids.ts';
import type { ConnectionPool } from './connection-pool.ts';
import type { Database } from './database.ts';
import { scopedDialect } from './scoped-dialect.ts';

/** A pool that logs in as `seatgrid_app`, and one that logs in as `seatgrid_platform`. */
export interface TenantPool {
  readonly role: 'seatgrid_app';
  readonly connections: ConnectionPool;
}
export interface PlatformPool {
  readonly role: 'seatgrid_platform';
  readonly connections: ConnectionPool;
}

declare const scope: unique symbol;
/** The transaction carries its scope in its type, so a tenant's store cannot be handed the platform's by mistake. */
export type TenantTrx = Transaction<Database> & { readonly [scope]: 'tenant' };
export type PlatformTrx = Transaction<Database> & { readonly [scope]: 'platform' };

export function inTenant<Outcome>(
  pool: TenantPool,
  tenantId: TenantId,
  work: (trx: TenantTrx) => Promise<Outcome>,
): Promise<Outcome> {
  // The id stands inside a statement, so it is looked at here, whatever the type says.
  assert(isUuid(tenantId), 'a tenant id is a lower-case UUID');
  const opening = `begin; set local app.tenant_id = '${tenantId}'`;
  const db = new Kysely<Database>({ dialect: scopedDialect(pool.connections, opening) });
  return db.transaction().execute((trx) => work(trx as TenantTrx));
}

export function inPlatform<Outcome>(
  pool: PlatformPool,
  work: (trx: PlatformTrx) => Promise<Outcome>,
): Promise<Outcome> {
  const db = new Kysely<Database>({ dialect: scopedDialect(pool.connections, 'begin') });
  return db.transaction().execute((trx) => work(trx as PlatformTrx));
}
