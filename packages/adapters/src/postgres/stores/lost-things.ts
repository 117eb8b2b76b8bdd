/** What was lost with nodes, thing by thing: for operators of all tenants, for a tenant by its calls. */
import { sql } from 'kysely';
import type { CallSummary, LostThing } from '@seatgrid/contracts/api/api.ts';
import type { LossKind } from '@seatgrid/core/fleet/node-loss.ts';
import type { NodeId, TenantId } from '@seatgrid/core/kernel/ids.ts';
import type { PlatformTrx, TenantTrx } from '../scopes.ts';

export interface LossFilter {
  readonly limit: number;
  /** Rows of the pages before. */
  readonly before?: string | undefined;
  readonly nodeId?: string | undefined;
  readonly tenantId?: string | undefined;
  readonly kind?: LossKind | undefined;
  readonly sort: keyof typeof sortColumns;
  readonly order: 'ascending' | 'descending';
}

const sortColumns = {
  time: 'node_loss.started_at',
  lost: 'node_loss.lost_at',
  tenant: 'tenant.name',
  node: 'node.name',
  kind: 'node_loss.kind',
  length: 'node_loss.duration_ms',
} as const;

/** Numbers aside: those stand in the calls, which are the tenant's. */
export type StoredLoss = Omit<LostThing, 'fromNumber' | 'toNumber'>;

export async function listLosses(
  trx: PlatformTrx,
  filter: LossFilter,
): Promise<{ items: StoredLoss[]; next: string | null }> {
  const isAscending = filter.order === 'ascending';
  const rowsBefore = Math.max(0, Number.parseInt(filter.before ?? '0', 10) || 0);
  let losses = trx
    .selectFrom('node_loss')
    .innerJoin('tenant', 'tenant.id', 'node_loss.tenant_id')
    .innerJoin('node', 'node.id', 'node_loss.node_id')
    .selectAll('node_loss')
    .select(['tenant.name as tenant_name', 'node.name as node_name'])
    .orderBy(sortColumns[filter.sort], isAscending ? 'asc' : 'desc')
    .orderBy('node_loss.id', 'desc')
    .offset(rowsBefore)
    .limit(filter.limit);
  if (filter.nodeId !== undefined) losses = losses.where('node_loss.node_id', '=', filter.nodeId);
  if (filter.tenantId !== undefined) losses = losses.where('node_loss.tenant_id', '=', filter.tenantId);
  if (filter.kind !== undefined) losses = losses.where('node_loss.kind', '=', filter.kind);
  const items = (await losses.execute()).map((row) => ({
    kind: row.kind as LossKind,
    id: row.id,
    callId: row.call_id as StoredLoss['callId'],
    tenantId: row.tenant_id as TenantId,
    tenantName: row.tenant_name,
    nodeId: row.node_id as NodeId,
    nodeName: row.node_name,
    startedAtMs: row.started_at.getTime(),
    durationMs: row.duration_ms,
    lostAtMs: row.lost_at.getTime(),
  }));
  return { items, next: items.length < filter.limit ? null : String(rowsBefore + items.length) };
}

export interface CallNumbers {
  readonly id: string;
  readonly fromNumber: string;
  readonly toNumber: string;
}

export async function numbersOfCalls(trx: TenantTrx, ids: readonly string[]): Promise<CallNumbers[]> {
  return trx
    .selectFrom('call')
    .select(['id', 'from_number as fromNumber', 'to_number as toNumber'])
    .where('id', 'in', ids)
    .execute();
}

type LostWithNode = NonNullable<CallSummary['lostWithNode']>;

/** What of these calls was lost, by the call. */
export async function lossesOfCalls(
  trx: TenantTrx,
  ids: readonly string[],
): Promise<ReadonlyMap<string, LostWithNode>> {
  const found = new Map<string, LostWithNode>();
  if (ids.length === 0) return found;
  const rows = await trx
    .selectFrom('node_loss')
    .innerJoin('node', 'node.id', 'node_loss.node_id')
    .select(['call_id', 'kind', 'lost_at', 'node.name as node_name'])
    .where('call_id', 'in', ids)
    .where('kind', 'in', ['record', 'recording'])
    .orderBy('lost_at')
    .execute();
  for (const row of rows) {
    const { what = [] } = found.get(row.call_id) ?? {};
    const kind = row.kind as LostWithNode['what'][number];
    found.set(row.call_id, {
      nodeName: row.node_name,
      atMs: row.lost_at.getTime(),
      what: what.includes(kind) ? what : [...what, kind],
    });
  }
  return found;
}

/** For a search among calls: of which something was lost. */
export const isLostWithNode = sql<boolean>`exists (
  select from node_loss where node_loss.call_id = call.id and node_loss.kind in ('record', 'recording'))`;
