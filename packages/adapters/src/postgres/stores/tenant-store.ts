import { sql, type Selectable } from 'kysely';
import type { ScreenPop } from '@seatgrid/contracts/nouns/screen-pop.ts';
import type { Quotas, Tenant, TenantState } from '@seatgrid/core/tenancy/tenant.ts';
import type { TenantId } from '@seatgrid/core/kernel/ids.ts';
import type { Locale } from '@seatgrid/core/kernel/locale.ts';
import type { ToneCountry } from '@seatgrid/core/kernel/tone-country.ts';
import type { NextStep } from '@seatgrid/core/numbers/inbound-rule.ts';
import type { CallStrategy } from '@seatgrid/core/routing/strategy.ts';
import type { Database } from '../database.ts';
import { jsonb } from '../jsonb.ts';
import type { PlatformTrx, TenantTrx } from '../scopes.ts';

const columns = [
  'id', 'slug', 'name', 'locale', 'time_zone', 'state', 'agents_signed_in_max', 'concurrent_calls_max', 'flows_max',
] as const; // prettier-ignore
type TenantRow = Pick<Selectable<Database['tenant']>, (typeof columns)[number]>;

export function tenantOf(row: TenantRow): Tenant {
  return {
    id: row.id as TenantId,
    slug: row.slug,
    name: row.name,
    locale: row.locale as Locale,
    timeZone: row.time_zone,
    state: row.state as TenantState,
    quotas: {
      agentsSignedIn: row.agents_signed_in_max,
      concurrentCalls: row.concurrent_calls_max,
      flows: row.flows_max,
    },
  };
}

export interface TenantSettings {
  readonly name: string;
  readonly locale: Locale;
  readonly timeZone: string;
  readonly toneCountry: ToneCountry | null;
  readonly forcedHandling: NextStep | null;
  readonly music: readonly string[];
  readonly screenPop: ScreenPop;
  readonly callOrder: readonly CallStrategy[];
}

/** The transaction's own tenant. */
export async function ownTenant(trx: TenantTrx): Promise<Tenant> {
  return tenantOf(await trx.selectFrom('tenant').select(columns).executeTakeFirstOrThrow());
}

export async function ownSettings(trx: TenantTrx): Promise<TenantSettings> {
  const row = await trx
    .selectFrom('tenant')
    .select([
      'name',
      'locale',
      'time_zone',
      'tone_country',
      'forced_handling',
      'music',
      'screen_pop',
      'call_order',
    ])
    .executeTakeFirstOrThrow();
  return {
    name: row.name,
    locale: row.locale as Locale,
    timeZone: row.time_zone,
    toneCountry: row.tone_country as ToneCountry | null,
    forcedHandling: row.forced_handling as NextStep | null,
    music: row.music,
    screenPop: row.screen_pop,
    callOrder: row.call_order as CallStrategy[],
  };
}

export async function updateOwnSettings(trx: TenantTrx, settings: TenantSettings): Promise<void> {
  await trx
    .updateTable('tenant')
    .set({
      name: settings.name,
      locale: settings.locale,
      time_zone: settings.timeZone,
      tone_country: settings.toneCountry,
      forced_handling: settings.forcedHandling === null ? null : jsonb<unknown>(settings.forcedHandling),
      music: jsonb([...settings.music]),
      screen_pop: jsonb(settings.screenPop),
      call_order: jsonb([...settings.callOrder]),
    })
    .execute();
}

/** One writer of a tenant's configuration at a time, so that "nothing uses it" is still true when it is removed. */
export async function lockTenant(trx: TenantTrx, tenantId: TenantId): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${tenantId}, 0))`.execute(trx);
}

export async function listTenants(trx: PlatformTrx): Promise<Tenant[]> {
  return (await trx.selectFrom('tenant').select(columns).orderBy('slug').execute()).map(tenantOf);
}

export async function findTenant(trx: PlatformTrx, id: string): Promise<Tenant | undefined> {
  const row = await trx.selectFrom('tenant').select(columns).where('id', '=', id).executeTakeFirst();
  return row && tenantOf(row);
}

export async function insertTenant(trx: PlatformTrx, tenant: Omit<Tenant, 'id' | 'state'>): Promise<Tenant> {
  const row = await trx
    .insertInto('tenant')
    .values({
      slug: tenant.slug,
      name: tenant.name,
      locale: tenant.locale,
      time_zone: tenant.timeZone,
      suspended_reason: null,
      forced_handling: null,
      ...quotaColumns(tenant.quotas),
    })
    .returning(columns)
    .executeTakeFirstOrThrow();
  return tenantOf(row);
}

export async function updateTenant(
  trx: PlatformTrx,
  { id, name, quotas }: Pick<Tenant, 'id' | 'name' | 'quotas'>,
): Promise<void> {
  await trx
    .updateTable('tenant')
    .set({ name, ...quotaColumns(quotas) })
    .where('id', '=', id)
    .execute();
}

export async function setTenantState(
  trx: PlatformTrx,
  { id, state, reason }: { id: string; state: TenantState; reason: string | null },
): Promise<void> {
  await trx.updateTable('tenant').set({ state, suspended_reason: reason }).where('id', '=', id).execute();
}

/** Flows by tenant; a tenant without any is missing. */
export async function countFlows(trx: PlatformTrx): Promise<Map<string, number>> {
  const rows = await trx
    .selectFrom('flow')
    .select(['tenant_id', sql<number>`count(*)::int`.as('count')])
    .where('retired_at', 'is', null)
    .groupBy('tenant_id')
    .execute();
  return new Map(rows.map((row) => [row.tenant_id, row.count]));
}

function quotaColumns(quotas: Quotas) {
  return {
    agents_signed_in_max: quotas.agentsSignedIn,
    concurrent_calls_max: quotas.concurrentCalls,
    flows_max: quotas.flows,
  };
}
