/** A node as operators see it: what the database knows of it, and what its link last said. */
import { inPlatform } from '@seatgrid/adapters/postgres/scopes.ts';
import { listNodes, type FleetNode } from '@seatgrid/adapters/postgres/stores/fleet-store.ts';
import type { NodeHealth } from '@seatgrid/contracts/realtime/frames.ts';
import type { Centre } from '../centre.ts';

export function nodeHealth(centre: Centre, node: FleetNode): NodeHealth {
  const pulse = centre.live.pulseOf(node.id);
  const link = node.publicKey === null ? 'never-enrolled' : centre.live.isLinkUp(node.id) ? 'up' : 'down';
  return {
    nodeId: node.id,
    name: node.name,
    link,
    heardAtMs: pulse?.heardAtMs ?? node.heardAtMs,
    generation: pulse?.generation ?? node.generationApplied,
    generationWanted: node.generationWanted,
    product: pulse?.product ?? node.product,
    calls: pulse?.calls ?? 0,
    agentsSignedIn: pulse?.agentsSignedIn ?? 0,
    load: pulse?.load ?? { main: 0, media: 0 },
    journalPending: pulse?.journalPending ?? 0,
    trunks: [...(pulse?.trunks ?? [])],
  };
}

export function nodeReply(centre: Centre, node: FleetNode) {
  const { id, siteId, name, deskUrl, sipAddress } = node;
  const isEnrolled = node.publicKey !== null;
  return { id, siteId, name, isEnrolled, deskUrl, sipAddress, health: nodeHealth(centre, node) };
}

export async function everyNodesHealth(centre: Centre): Promise<NodeHealth[]> {
  const nodes = await inPlatform(centre.database.platform, listNodes);
  return nodes.map((node) => nodeHealth(centre, node));
}
