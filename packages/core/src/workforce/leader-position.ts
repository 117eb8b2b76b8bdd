/** E-10: who holds the leader position of a group just now, and in which order its leaders are asked. */
import type { GroupId } from '../kernel/ids.ts';
import type { Agent } from './agent.ts';
import type { PresenceState } from './presence.ts';

export interface LeaderAtWork {
  readonly agent: Agent;
  readonly state: PresenceState;
  readonly sinceMs: number;
}

/** Leaders of the group: ready before paused, paused before busy, busy before gone; among equals the longest so. */
export function leadersInOrder<Leader extends LeaderAtWork>(
  leaders: readonly Leader[],
  groupId: GroupId,
): Leader[] {
  return leaders
    .filter(({ agent }) => agent.kind === 'leader' && agent.groupId === groupId)
    .sort((a, b) => rankOf[a.state] - rankOf[b.state] || a.sinceMs - b.sinceMs);
}

const rankOf: Readonly<Record<PresenceState, number>> = {
  ready: 0,
  paused: 1,
  reserved: 2,
  talking: 2,
  wrapping: 2,
  offline: 3,
};
