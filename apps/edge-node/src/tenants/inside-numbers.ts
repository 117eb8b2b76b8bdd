/** E-05, E-10: what a number inside a tenant means: an extension, a staff ID, a leader position. An extension is told by itself alone. */
import type { Agent } from '@seatgrid/core/workforce/agent.ts';
import type { Group } from '@seatgrid/core/workforce/group.ts';

export type InsideNumber =
  { readonly kind: 'agent'; readonly agent: Agent } | { readonly kind: 'leader'; readonly group: Group };

/** Where one number could mean two, an extension goes before a staff ID, and a person before a position. */
export function insideNumbers(tenant: {
  readonly agents: readonly Agent[];
  readonly groups: readonly Group[];
}): ReadonlyMap<string, InsideNumber> {
  const numbers = new Map<string, InsideNumber>();
  for (const group of tenant.groups)
    if (group.leaderNumber !== null) numbers.set(group.leaderNumber, { kind: 'leader', group });
  for (const agent of tenant.agents) numbers.set(agent.staffId, { kind: 'agent', agent });
  for (const agent of tenant.agents) numbers.set(agent.extension, { kind: 'agent', agent });
  return numbers;
}
