/** A node as operators see it: what the database knows of it, and what its link last said. */
import { inPlatform } from '@seatgrid/adapters/postgres/scopes.ts';
import { listNodes, type FleetNode } from '@seatgrid/adapters/postgres/stores/fleet-store.ts';
import type { NodeHealth } from '@seatgrid/contracts/realtime/frames.ts';
import type { Centre } from '../centre.ts';

export function nodeHealth(centre: Centre, node: FleetNode): NodeHealth {
  const pulse = centre.live.pulseOf(node.id);
  return {
    nodeId: node.id,
    name: node.name,
    link: linkOf(centre, node),
    heardAtMs: pulse?.heardAtMs ?? node.heardAtMs,
    generation: pulse?.generation ?? node.generationApplied,
    generationWanted: node.generationWanted,
    product: pulse?.product ?? node.product,
    calls: pulse?.calls ?? 0,
    agentsSignedIn: pulse?.agentsSignedIn ?? 0,
    load: pulse?.load ?? { main: 0, media: 0 },
    journalPending: pulse?.journalPending ?? 0,
    intruders: pulse?.intruders ?? 0,
    trunks: [...(pulse?.trunks ?? [])],
  };
}

function linkOf(centre: Centre, { id, publicKey, revokedAtMs }: FleetNode): NodeHealth['link'] {
  if (revokedAtMs !== null) return 'revoked';
  if (publicKey === null) return 'never-enrolled';
  return centre.live.isLinkUp(id) ? 'up' : 'down';
}

export function nodeReply(centre: Centre, node: FleetNode) {
  const { id, siteId, name, state, deskUrl, sipAddress, keySinceMs, revokedAtMs } = node;
  const isEnrolled = node.publicKey !== null;
  const isKeyChanging = node.isKeyWanted || node.nextPublicKey !== null;
  const key = { isEnrolled, keySinceMs, isKeyChanging, revokedAtMs };
  return { id, siteId, name, state, ...key, deskUrl, sipAddress, health: nodeHealth(centre, node) };
}

export async function everyNodesHealth(centre: Centre): Promise<NodeHealth[]> {
  const nodes = await inPlatform(centre.database.platform, listNodes);
  return nodes.map((node) => nodeHealth(centre, node));
}
