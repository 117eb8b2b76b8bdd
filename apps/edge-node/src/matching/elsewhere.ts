/** What the centre has told of a tenant's other nodes: who is signed in there, in which state, and how many wait; a second old at most. */
import type { MatchToNode } from '@seatgrid/contracts/link/match-messages.ts';
import type { AgentId, QueueId } from '@seatgrid/core/kernel/ids.ts';
import type { PresenceState } from '@seatgrid/core/workforce/presence.ts';

export class Elsewhere {
  readonly #states = new Map<AgentId, PresenceState>();
  readonly #waiting = new Map<QueueId, number>();

  hear({ isWhole, agents, waiting }: Extract<MatchToNode, { kind: 'match-elsewhere' }>): void {
    if (isWhole) this.forget();
    for (const { agentId, state } of agents) this.#states.set(agentId, state);
    for (const { queueId, calls } of waiting) this.#waiting.set(queueId, calls);
  }

  forget(): void {
    this.#states.clear();
    this.#waiting.clear();
  }

  stateOf(agentId: AgentId): PresenceState {
    return this.#states.get(agentId) ?? 'offline';
  }

  /** Calls of the queue that wait at other nodes. */
  waitingIn(queueId: QueueId): number {
    return this.#waiting.get(queueId) ?? 0;
  }
}
