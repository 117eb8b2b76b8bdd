/** Flows: one draft each, and every version ever published. */
import { sql } from 'kysely';
import { bodyOf, type CallFlow, type FlowBody } from '@seatgrid/core/flows/call-flow.ts';
import type { FlowId } from '@seatgrid/core/kernel/ids.ts';
import { jsonb } from '../jsonb.ts';
import type { TenantTrx } from '../scopes.ts';

export type FlowDraft = Pick<CallFlow, 'name'> & FlowBody;

export interface StoredFlow extends CallFlow {
  readonly publishedVersion: number | null;
  readonly updatedAtMs: number;
  /** The draft differs from what is published. */
  readonly isChanged: boolean;
}

const columns = ['id', 'name', 'draft', 'is_changed', 'published_version', 'updated_at'] as const;

function flowOf(row: {
  id: string;
  name: string;
  draft: Record<string, unknown>;
  is_changed: boolean;
  published_version: number | null;
  updated_at: Date;
}): StoredFlow {
  return {
    id: row.id as FlowId,
    name: row.name,
    version: row.published_version ?? 0,
    ...bodyOf(row.draft as unknown as FlowBody),
    publishedVersion: row.published_version,
    updatedAtMs: row.updated_at.getTime(),
    isChanged: row.is_changed,
  };
}

export async function listFlows(trx: TenantTrx): Promise<StoredFlow[]> {
  const rows = trx.selectFrom('flow').select(columns).where('retired_at', 'is', null);
  return (await rows.orderBy('name').execute()).map(flowOf);
}

export async function findFlow(trx: TenantTrx, id: string): Promise<StoredFlow | undefined> {
  const rows = trx.selectFrom('flow').select(columns).where('retired_at', 'is', null);
  const row = await rows.where('id', '=', id).executeTakeFirst();
  return row && flowOf(row);
}

export async function insertFlow(trx: TenantTrx, flow: FlowDraft): Promise<string> {
  const row = await trx
    .insertInto('flow')
    .values({
      name: flow.name,
      draft: jsonb<Record<string, unknown>>({ ...bodyOf(flow) }),
      is_changed: true,
      published_version: null,
      retired_at: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

export async function saveFlowDraft(trx: TenantTrx, id: string, flow: FlowDraft): Promise<void> {
  const { name } = flow;
  const draft = jsonb<Record<string, unknown>>({ ...bodyOf(flow) });
  await trx
    .updateTable('flow')
    .set({ name, draft, is_changed: true, updated_at: sql<Date>`now()` })
    .where('id', '=', id)
    .execute();
}

export async function publishFlow(trx: TenantTrx, flow: StoredFlow, publishedBy: string): Promise<void> {
  await addVersion(trx, { ...flow, isChanged: false }, flow, publishedBy);
}

/** Publishes what was published before. A draft that holds more than the published flow is kept; any other follows. */
export async function restoreFlow(
  trx: TenantTrx,
  flow: StoredFlow,
  earlier: FlowDraft,
  publishedBy: string,
): Promise<void> {
  if (!flow.isChanged) await saveFlowDraft(trx, flow.id, earlier);
  await addVersion(trx, flow, earlier, publishedBy);
}

async function addVersion(
  trx: TenantTrx,
  flow: Pick<StoredFlow, 'id' | 'version' | 'isChanged'>,
  content: FlowDraft,
  publishedBy: string,
): Promise<void> {
  const version = flow.version + 1;
  const body = jsonb<Record<string, unknown>>({ ...bodyOf(content) });
  await trx
    .insertInto('flow_version')
    .values({ flow_id: flow.id, version, name: content.name, body, published_by: publishedBy })
    .execute();
  await trx
    .updateTable('flow')
    .set({ published_version: version, is_changed: flow.isChanged, updated_at: sql<Date>`now()` })
    .where('id', '=', flow.id)
    .execute();
}

/** What nodes run. */
export async function listPublishedFlows(trx: TenantTrx): Promise<CallFlow[]> {
  const rows = await trx
    .selectFrom('flow')
    .innerJoin('flow_version', (join) =>
      join
        .onRef('flow_version.flow_id', '=', 'flow.id')
        .onRef('flow_version.version', '=', 'flow.published_version'),
    )
    .select(['flow.id', 'flow_version.name', 'flow_version.version', 'flow_version.body'])
    .where('flow.retired_at', 'is', null)
    .orderBy('flow.id')
    .execute();
  return rows.map((row) => {
    const body = bodyOf(row.body as unknown as FlowBody);
    return { id: row.id as FlowId, name: row.name, version: row.version, ...body };
  });
}

export async function retireFlow(trx: TenantTrx, id: string): Promise<void> {
  await trx
    .updateTable('flow')
    .set({ retired_at: sql<Date>`now()` })
    .where('id', '=', id)
    .execute();
}
