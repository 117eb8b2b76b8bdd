/** Where a recording lies: at its node, at the centre as well, or nowhere, since it was lost with its node. */
import type { NodeId } from '@seatgrid/core/kernel/ids.ts';
import type { TenantTrx } from '../scopes.ts';

export type StoredPlace = { readonly nodeId: NodeId; readonly nodeName: string } & (
  | { readonly at: 'node' }
  | { readonly at: 'centre'; readonly sinceMs: number }
  | { readonly at: 'lost'; readonly lostAtMs: number }
);

export async function findRecordingPlace(trx: TenantTrx, id: string): Promise<StoredPlace | undefined> {
  const row = await trx
    .selectFrom('recording')
    .innerJoin('node', 'node.id', 'recording.node_id')
    .leftJoin('node_loss', (loss) =>
      loss.onRef('node_loss.id', '=', 'recording.id').on('node_loss.kind', '=', 'recording'),
    )
    .select(['recording.node_id', 'node.name', 'recording.copied_at', 'node_loss.lost_at'])
    .where('recording.id', '=', id)
    .executeTakeFirst();
  if (!row) return undefined;
  const node = { nodeId: row.node_id as NodeId, nodeName: row.name };
  if (row.copied_at) return { at: 'centre', ...node, sinceMs: row.copied_at.getTime() };
  if (row.lost_at) return { at: 'lost', ...node, lostAtMs: row.lost_at.getTime() };
  return { at: 'node', ...node };
}
