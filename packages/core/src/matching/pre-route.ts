/**
 * B-06, pre-routing: to which nodes a call is led before it is taken anywhere. It stays where it came while it may and an agent is free
 * there, or none is free anywhere; else the nearest node with a free agent is the best.
 */
import type { SiteDistance } from '../fleet/site-distance.ts';
import type { NodeId, SiteId } from '../kernel/ids.ts';

export interface RouteNode {
  readonly nodeId: NodeId;
  readonly siteId: SiteId;
  /** Agents there who are free for the call. */
  readonly free: number;
  /** It is linked, takes calls, and carries the tenant. */
  readonly takesCalls: boolean;
}

export interface RouteQuestion {
  readonly nodeId: NodeId;
  /** Whether the call may wait for an agent at all. */
  readonly needsAgent: boolean;
  /** The node could take it itself. */
  readonly mayStay: boolean;
}

/** The best first; empty: it stays. */
export function preRoute<Node extends RouteNode>(
  question: RouteQuestion,
  nodes: readonly Node[],
  distance: SiteDistance,
): readonly Node[] {
  const asker = nodes.find(({ nodeId }) => nodeId === question.nodeId);
  const others = nodes.filter((node) => node !== asker && node.takesCalls);
  const staffed = question.needsAgent ? others.filter(({ free }) => free > 0) : [];
  const stays = question.mayStay && ((asker?.free ?? 0) > 0 || staffed.length === 0);
  if (stays) return [];
  const farOff = (node: Node) => (asker ? distance(asker.siteId, node.siteId) : 0);
  return (staffed.length > 0 ? staffed : others).toSorted(
    (one, other) =>
      farOff(one) - farOff(other) || other.free - one.free || (one.nodeId < other.nodeId ? -1 : 1),
  );
}
