/** What was ever published of a flow: by whom, when, and each version's content. */
import { bodyOf, type FlowBody } from '@seatgrid/core/flows/call-flow.ts';
import { flowVersionsListedMax } from '../../limits.ts';
import type { TenantTrx } from '../scopes.ts';
import type { FlowDraft } from './flow-store.ts';

export interface FlowVersion {
  readonly version: number;
  readonly name: string;
  readonly publishedAtMs: number;
  readonly publishedBy: string;
}

const columns = ['version', 'name', 'published_at', 'published_by'] as const;

function versionOf(row: {
  version: number;
  name: string;
  published_at: Date;
  published_by: string;
}): FlowVersion {
  const { version, name } = row;
  return { version, name, publishedAtMs: row.published_at.getTime(), publishedBy: row.published_by };
}

/** Newest first. */
export async function listFlowVersions(trx: TenantTrx, flowId: string): Promise<FlowVersion[]> {
  const rows = trx.selectFrom('flow_version').select(columns).where('flow_id', '=', flowId);
  return (await rows.orderBy('version', 'desc').limit(flowVersionsListedMax).execute()).map(versionOf);
}

export async function findFlowVersion(
  trx: TenantTrx,
  { flowId, version }: { readonly flowId: string; readonly version: number },
): Promise<(FlowVersion & FlowDraft) | undefined> {
  const rows = trx
    .selectFrom('flow_version')
    .select([...columns, 'body'])
    .where('flow_id', '=', flowId);
  const row = await rows.where('version', '=', version).executeTakeFirst();
  return row && { ...versionOf(row), ...bodyOf(row.body as unknown as FlowBody) };
}
