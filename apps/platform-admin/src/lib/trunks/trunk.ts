import type { ApiReply } from '@seatgrid/contracts/api/client.ts';
import type { NodeHealth } from '@seatgrid/contracts/realtime/frames.ts';

/** A carrier's line into a node, as the API tells it. */
export type Trunk = ApiReply<'GET /api/platform/trunks'>['items'][number];

/** How it stands now, as its node said last. */
export type TrunkPulse = NodeHealth['trunks'][number];

/** Undefined where the node's link is down: nobody knows. */
export function pulseOf(trunk: Trunk, nodes: readonly NodeHealth[]): TrunkPulse | undefined {
  const health = nodes.find((node) => node.nodeId === trunk.nodeId && node.link === 'up');
  return health?.trunks.find((pulse) => pulse.trunkId === trunk.id);
}

export function targetText({ host, port, protocol }: NonNullable<Trunk['target']>): string {
  return `${protocol === null ? '' : `${protocol.toUpperCase()} `}${host}${port === null ? '' : `:${port}`}`;
}

export const trunkMarks = {
  up: { shape: 'dot', role: 'green' },
  down: { shape: 'broken-link', role: 'red' },
  unknown: { shape: 'ring', role: 'neutral' },
} as const;
