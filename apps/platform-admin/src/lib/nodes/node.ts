import type { ApiReply } from '@seatgrid/contracts/api/client.ts';
import type { NodeHealth } from '@seatgrid/contracts/realtime/frames.ts';

/** A node with its last known health, as the API tells it. */
export type Node = ApiReply<'GET /api/platform/nodes'>['items'][number];

/** The nodes with the newest health that was pushed since they were fetched. */
export function withLiveHealth(nodes: readonly Node[], live: readonly NodeHealth[] | undefined): Node[] {
  return nodes.map((node) => {
    const health = live?.find((each) => each.nodeId === node.id);
    return health ? { ...node, health: { ...health } } : node;
  });
}

export const stateRoles = { serving: 'green', draining: 'amber', lost: 'red' } as const;

export const linkMarks = {
  up: { shape: 'dot', role: 'green' },
  down: { shape: 'broken-link', role: 'red' },
  revoked: { shape: 'broken-link', role: 'neutral' },
  'never-enrolled': { shape: 'ring', role: 'neutral' },
} as const;
