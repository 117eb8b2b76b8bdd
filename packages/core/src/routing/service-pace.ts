/**
 * How fast a tenant's calls have been served of late at this node: how long an agent is taken by a call, how soon callers give up, how
 * many come, and how far off earlier estimates were. Told of what happens; asked by `expected-wait.ts`.
 */
import type { AgentId, QueueId } from '../kernel/ids.ts';
import { MeanLately, RateLately } from './lately.ts';
import {
  agentCallsRemembered,
  arrivalsMemoryMs,
  callsBeforeEstimate,
  correctionMax,
  correctionStep,
  queueCallsRemembered,
} from './limits.ts';

interface QueuePace {
  readonly handleMs: MeanLately;
  /** Callers who gave up, to the time that callers waited. */
  readonly givingUp: MeanLately;
  readonly arrivals: RateLately;
  /** What estimates are multiplied by, so that as many are too long as are too short. */
  correction: number;
}

export class ServicePace {
  readonly #queues = new Map<QueueId, QueuePace>();
  readonly #agents = new Map<AgentId, MeanLately>();
  readonly #taken = new Map<AgentId, { readonly queueId: QueueId; readonly sinceMs: number }>();

  arrived(queueId: QueueId, nowMs: number): void {
    this.#queue(queueId).arrivals.note(nowMs);
  }

  /** An agent has taken a call that rang since then. */
  taken(agentId: AgentId, queueId: QueueId, sinceMs: number): void {
    this.#taken.set(agentId, { queueId, sinceMs });
  }

  /** The call and what came after it are over: the agent is ready, paused or gone. */
  free(agentId: AgentId, nowMs: number): void {
    const taken = this.#taken.get(agentId);
    if (!taken) return;
    this.#taken.delete(agentId);
    const handledMs = nowMs - taken.sinceMs;
    this.#queue(taken.queueId).handleMs.add(handledMs);
    let agent = this.#agents.get(agentId);
    if (!agent) this.#agents.set(agentId, (agent = new MeanLately(agentCallsRemembered)));
    agent.add(handledMs);
  }

  waitEnded(queueId: QueueId, waitedMs: number, hasGivenUp: boolean): void {
    this.#queue(queueId).givingUp.add(Number(hasGivenUp), Math.max(1, waitedMs));
  }

  /** What was first estimated for a caller who was served. */
  wasEstimated(queueId: QueueId, estimatedMs: number, cameMs: number): void {
    const pace = this.#queue(queueId);
    const corrected = pace.correction * (cameMs > estimatedMs ? 1 + correctionStep : 1 - correctionStep);
    pace.correction = Math.min(correctionMax, Math.max(1 / correctionMax, corrected));
  }

  /** Null: too few calls of the queue were served to say. */
  handleMs(agentId: AgentId, queueId: QueueId): number | null {
    const { handleMs } = this.#queue(queueId);
    if (handleMs.seen < callsBeforeEstimate) return null;
    const own = this.#agents.get(agentId);
    if (!own) return handleMs.mean;
    // An agent's few calls say little: the queue's mean counts as some of them.
    const weight = Math.min(own.seen, agentCallsRemembered);
    return (own.mean! * weight + handleMs.mean! * callsBeforeEstimate) / (weight + callsBeforeEstimate);
  }

  givingUpPerMs(queueId: QueueId): number {
    return this.#queue(queueId).givingUp.mean ?? 0;
  }

  arrivalsPerMs(queueId: QueueId, nowMs: number): number {
    return this.#queue(queueId).arrivals.perMs(nowMs);
  }

  correction(queueId: QueueId): number {
    return this.#queue(queueId).correction;
  }

  #queue(queueId: QueueId): QueuePace {
    let pace = this.#queues.get(queueId);
    if (!pace)
      this.#queues.set(
        queueId,
        (pace = {
          handleMs: new MeanLately(queueCallsRemembered),
          givingUp: new MeanLately(queueCallsRemembered),
          arrivals: new RateLately(arrivalsMemoryMs),
          correction: 1,
        }),
      );
    return pace;
  }
}
