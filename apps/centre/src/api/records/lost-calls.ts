/** Open calls whose node has fallen silent: shown as lost from then on, until the node is back and tells how they ended. */
import { inPlatform } from '@seatgrid/adapters/postgres/scopes.ts';
import { listNodes } from '@seatgrid/adapters/postgres/stores/fleet-store.ts';
import type { StoredCall } from '@seatgrid/adapters/postgres/stores/call-store.ts';
import type { Centre } from '../../centre.ts';

export async function withLost<Call extends StoredCall>(
  centre: Centre,
  calls: readonly Call[],
): Promise<(Call & { lostSinceMs: number | null })[]> {
  const isLost = ({ endedAtMs, nodeId }: Call) => endedAtMs === null && !centre.live.isLinkUp(nodeId);
  if (!calls.some(isLost)) return calls.map((call) => ({ ...call, lostSinceMs: null }));
  const nodes = await inPlatform(centre.database.platform, listNodes);
  const heardAtMs = ({ nodeId, startedAtMs }: Call) =>
    centre.live.pulseOf(nodeId)?.heardAtMs ?? nodes.find(({ id }) => id === nodeId)?.heardAtMs ?? startedAtMs;
  return calls.map((call) => ({ ...call, lostSinceMs: isLost(call) ? heardAtMs(call) : null }));
}
