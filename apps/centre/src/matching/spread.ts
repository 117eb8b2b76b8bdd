/**
 * At how many nodes a tenant lives now, by the floors they send: with agents, or with calls. One that lives at a single node needs no
 * matchmaker, and costs none; a node where it has been quiet for a while no longer counts.
 */
import type { Floor } from '@seatgrid/contracts/realtime/floor.ts';
import type { AgentId, NodeId, QueueId } from '@seatgrid/core/kernel/ids.ts';
import { spreadKeptMs } from '../limits.ts';
import type { AgentSeen, Elsewhere } from './told-elsewhere.ts';

interface Life {
  atMs: number;
  agents: ReadonlyMap<AgentId, AgentSeen>;
  waiting: ReadonlyMap<QueueId, number>;
}

type Lived = Pick<Floor, 'agents' | 'calls' | 'queues'>;

export class Spread {
  readonly #nodes = new Map<NodeId, Life>();

  note(nodeId: NodeId, floor: Lived, nowMs: number): void {
    const agents = new Map<AgentId, AgentSeen>();
    // Whether somebody is rung or talks is all the same to other nodes.
    for (const { agentId, state, figures } of floor.agents)
      if (state !== 'offline')
        agents.set(agentId, {
          state: state === 'reserved' ? 'talking' : state,
          phoneMs: figures.answeringMs + figures.outgoingMs,
        });
    const waiting = new Map<QueueId, number>();
    for (const { queueId, waiting: calls } of floor.queues) if (calls > 0) waiting.set(queueId, calls);
    const known = this.#nodes.get(nodeId);
    if (agents.size > 0 || floor.calls.length > 0) this.#nodes.set(nodeId, { atMs: nowMs, agents, waiting });
    else if (known) Object.assign(known, { agents, waiting });
  }

  gone(nodeId: NodeId): void {
    this.#nodes.delete(nodeId);
  }

  /** Empty: it lives at one node, or nobody is there to serve. */
  nodes(nowMs: number): readonly NodeId[] {
    for (const [nodeId, { atMs, agents }] of this.#nodes)
      if (agents.size === 0 && nowMs - atMs >= spreadKeptMs) this.#nodes.delete(nodeId);
    const isStaffed = [...this.#nodes.values()].some(({ agents }) => agents.size > 0);
    return this.#nodes.size > 1 && isStaffed ? [...this.#nodes.keys()] : [];
  }

  /** Where the agent is signed in, as it was told last. */
  nodeOf(agentId: AgentId): NodeId | undefined {
    for (const [nodeId, { agents }] of this.#nodes) if (agents.has(agentId)) return nodeId;
    return undefined;
  }

  /** All nodes but this. */
  beside(nodeId: NodeId): Elsewhere {
    const agents = new Map<AgentId, AgentSeen>();
    const waiting = new Map<QueueId, number>();
    for (const [other, life] of this.#nodes) {
      if (other === nodeId) continue;
      for (const [agentId, seen] of life.agents) agents.set(agentId, seen);
      for (const [queueId, calls] of life.waiting) waiting.set(queueId, (waiting.get(queueId) ?? 0) + calls);
    }
    return { agents, waiting };
  }

  /** Queues served by agents who are signed in at other nodes than this one. */
  staffedBeside(nodeId: NodeId, queuesOf: (agentId: AgentId) => readonly QueueId[]): readonly QueueId[] {
    const staffed = new Set<QueueId>();
    for (const [other, { agents }] of this.#nodes)
      if (other !== nodeId)
        for (const agentId of agents.keys()) for (const id of queuesOf(agentId)) staffed.add(id);
    return [...staffed].sort();
  }
}
