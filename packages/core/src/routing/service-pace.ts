/**
 * How fast a tenant's calls have been served of late: how long an agent is taken by a call, how soon callers give up, how many come, and
 * how far off this node's earlier estimates were. Told of what happens here, and of what the other nodes have seen (`queue-pace.ts`);
 * asked by `expected-wait.ts`. An agent's own pace, and what corrects estimates, is this node's own.
 */
import type { AgentId, QueueId } from '../kernel/ids.ts';
import type { Pace } from './expected-wait.ts';
import { MeanLately } from './lately.ts';
import { agentCallsRemembered, callsBeforeEstimate } from './limits.ts';
import { QueuePace, type PaceCounts, type PaceServed, type PaceTold } from './queue-pace.ts';

/** What is kept over a restart. */
export interface PaceKept {
  readonly queues: readonly (PaceCounts & { readonly queueId: QueueId; readonly correction: number })[];
  readonly agents: readonly {
    readonly agentId: AgentId;
    readonly handled: number;
    readonly handledMs: number;
  }[];
}

export class ServicePace {
  readonly #queues = new Map<QueueId, QueuePace>();
  readonly #agents = new Map<AgentId, MeanLately>();
  readonly #taken = new Map<AgentId, { readonly queueId: QueueId; readonly sinceMs: number }>();

  constructor(kept: PaceKept = { queues: [], agents: [] }) {
    for (const { queueId, correction, ...counts } of kept.queues) {
      const pace = this.#queue(queueId);
      pace.window.replace(counts);
      pace.correction = correction;
    }
    for (const { agentId, handled, handledMs } of kept.agents)
      this.#agent(agentId).replace({ count: handled, sum: handledMs, weight: handled });
  }

  arrived(queueId: QueueId, nowMs: number): void {
    this.#queue(queueId).arrived(nowMs);
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
    this.#queue(taken.queueId).handled(handledMs);
    this.#agent(agentId).add(handledMs);
  }

  waitEnded(queueId: QueueId, waitedMs: number, hasGivenUp: boolean): void {
    this.#queue(queueId).waited(waitedMs, hasGivenUp);
  }

  /** What was first estimated for a caller who was served. */
  wasEstimated(queueId: QueueId, estimatedMs: number, cameMs: number): void {
    this.#queue(queueId).wasTooShort(cameMs > estimatedMs);
  }

  // Other nodes

  /** What this node tells of a queue that it has ever seen a call of. */
  served(queueId: QueueId, nowMs: number): PaceServed | undefined {
    return this.#queues.get(queueId)?.served(queueId, nowMs);
  }

  told(queues: readonly PaceTold[], nowMs: number): void {
    for (const { queueId, ...told } of queues) this.#queue(queueId).told(told, nowMs);
  }

  toldNoMore(): void {
    for (const pace of this.#queues.values()) pace.toldNoMore();
  }

  get kept(): PaceKept {
    return {
      queues: Array.from(this.#queues, ([queueId, { window, correction }]) => ({ queueId, correction, ...window.lately })), // prettier-ignore
      agents: Array.from(this.#agents, ([agentId, { lately }]) => ({ agentId, handled: lately.count, handledMs: Math.round(lately.sum) })), // prettier-ignore
    };
  }

  // Asked by estimates

  /** Null: too few calls of the queue were served to say. */
  handleMs(agentId: AgentId, queueId: QueueId): number | null {
    const { window } = this.#queue(queueId);
    if (window.handled < callsBeforeEstimate) return null;
    const own = this.#agents.get(agentId);
    if (!own) return window.handleMs;
    // An agent's few calls say little: the queue's mean counts as some of them.
    const weight = Math.min(own.seen, agentCallsRemembered);
    return (own.mean! * weight + window.handleMs! * callsBeforeEstimate) / (weight + callsBeforeEstimate);
  }

  givingUpPerMs(queueId: QueueId): number {
    return this.#queue(queueId).window.givingUpPerMs;
  }

  arrivalsPerMs(queueId: QueueId, nowMs: number): number {
    return this.#queue(queueId).arrivalsPerMs(nowMs);
  }

  /** Of callers who come to other nodes. */
  elsewherePerMs(nowMs: number): ReadonlyMap<QueueId, number> {
    return new Map(Array.from(this.#queues, ([queueId, pace]) => [queueId, pace.elsewherePerMs(nowMs)]));
  }

  /** The same, with the callers who come to this node alone. */
  get here(): Pace {
    return {
      handleMs: (agentId, queueId) => this.handleMs(agentId, queueId),
      givingUpPerMs: (queueId) => this.givingUpPerMs(queueId),
      arrivalsPerMs: (queueId, nowMs) =>
        this.#queue(queueId).arrivalsPerMs(nowMs) - this.#queue(queueId).elsewherePerMs(nowMs),
      correction: (queueId) => this.correction(queueId),
    };
  }

  correction(queueId: QueueId): number {
    return this.#queue(queueId).correction;
  }

  #queue(queueId: QueueId): QueuePace {
    let pace = this.#queues.get(queueId);
    if (!pace) this.#queues.set(queueId, (pace = new QueuePace()));
    return pace;
  }

  #agent(agentId: AgentId): MeanLately {
    let agent = this.#agents.get(agentId);
    if (!agent) this.#agents.set(agentId, (agent = new MeanLately(agentCallsRemembered)));
    return agent;
  }
}
