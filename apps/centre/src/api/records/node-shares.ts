/** Shares of a tenant's quotas as pages show them: by the nodes' names. */
import type { ApiReply } from '@seatgrid/contracts/api/client.ts';
import type { NodeId } from '@seatgrid/core/kernel/ids.ts';
import type { ShareRow } from '@seatgrid/core/tenancy/quota-shares.ts';
import type { Centre } from '../../centre.ts';

export type NodeShare = ApiReply<'GET /api/quota'>['shares'][number];

export function nodeShares(
  { live }: Pick<Centre, 'live'>,
  rows: readonly ShareRow[],
  nodes: readonly { readonly id: NodeId; readonly name: string }[],
): NodeShare[] {
  const byNode = new Map(rows.map((row) => [row.nodeId, row]));
  return nodes.flatMap(({ id: nodeId, name }) => {
    const row = byNode.get(nodeId);
    return row ? [{ nodeId, name, isLinked: live.isLinkUp(nodeId), ...row.held }] : [];
  });
}
