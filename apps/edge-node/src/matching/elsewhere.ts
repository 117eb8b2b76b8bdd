/** What the centre has told of a tenant's other nodes: who is signed in there, in which state, and how many wait; a second old at most. */
import type { MatchToNode } from '@seatgrid/contracts/link/match-messages.ts';
import type { AgentId, QueueId } from '@seatgrid/core/kernel/ids.ts';
import type { PresenceState } from '@seatgrid/core/workforce/presence.ts';

interface AgentElsewhere {
  readonly state: PresenceState;
  readonly sinceMs: number;
  readonly phoneMs: number;
}

export class Elsewhere {
  readonly #agents = new Map<AgentId, AgentElsewhere>();
  readonly #waiting = new Map<QueueId, number>();

  hear({ isWhole, agents, waiting }: Extract<MatchToNode, { kind: 'match-elsewhere' }>, nowMs: number): void {
    if (isWhole) {
      this.#agents.clear();
      this.#waiting.clear();
    }
    for (const { agentId, state, phoneMs = 0 } of agents)
      this.#agents.set(agentId, { state, sinceMs: nowMs, phoneMs });
    for (const { queueId, calls } of waiting) this.#waiting.set(queueId, calls);
  }

  stateOf(agentId: AgentId): PresenceState {
    return this.#agents.get(agentId)?.state ?? 'offline';
  }

  /** With customers, so far today. */
  phoneMs(agentId: AgentId): number {
    return this.#agents.get(agentId)?.phoneMs ?? 0;
  }

  /** Since when that was heard. */
  sinceMs(agentId: AgentId): number {
    return this.#agents.get(agentId)?.sinceMs ?? Infinity;
  }

  /** By queue. */
  get waiting(): ReadonlyMap<QueueId, number> {
    return this.#waiting;
  }

  /** Calls of the queue that wait at other nodes. */
  waitingIn(queueId: QueueId): number {
    return this.#waiting.get(queueId) ?? 0;
  }
}
