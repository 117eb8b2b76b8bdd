/**
 * At how many nodes a tenant lives now, by the floors they send: with agents, or with calls. One that lives at a single node needs no
 * matchmaker, and costs none; a node where it has been quiet for a while no longer counts.
 */
import type { Floor } from '@seatgrid/contracts/realtime/floor.ts';
import type { AgentId, NodeId, QueueId } from '@seatgrid/core/kernel/ids.ts';
import { spreadKeptMs } from '../limits.ts';

interface Life {
  atMs: number;
  agentIds: readonly AgentId[];
}

export class Spread {
  readonly #nodes = new Map<NodeId, Life>();

  note(nodeId: NodeId, { agents, calls }: Pick<Floor, 'agents' | 'calls'>, nowMs: number): void {
    const agentIds = agents.filter(({ state }) => state !== 'offline').map(({ agentId }) => agentId);
    const known = this.#nodes.get(nodeId);
    if (agentIds.length > 0 || calls.length > 0) this.#nodes.set(nodeId, { atMs: nowMs, agentIds });
    else if (known) known.agentIds = [];
  }

  gone(nodeId: NodeId): void {
    this.#nodes.delete(nodeId);
  }

  /** Empty: it lives at one node, or nobody is there to serve. */
  nodes(nowMs: number): readonly NodeId[] {
    for (const [nodeId, { atMs, agentIds }] of this.#nodes)
      if (agentIds.length === 0 && nowMs - atMs >= spreadKeptMs) this.#nodes.delete(nodeId);
    const isStaffed = [...this.#nodes.values()].some(({ agentIds }) => agentIds.length > 0);
    return this.#nodes.size > 1 && isStaffed ? [...this.#nodes.keys()] : [];
  }

  /** Where the agent is signed in, as it was told last. */
  nodeOf(agentId: AgentId): NodeId | undefined {
    for (const [nodeId, { agentIds }] of this.#nodes) if (agentIds.includes(agentId)) return nodeId;
    return undefined;
  }

  /** Queues served by agents who are signed in at other nodes than this one. */
  staffedBeside(nodeId: NodeId, queuesOf: (agentId: AgentId) => readonly QueueId[]): readonly QueueId[] {
    const staffed = new Set<QueueId>();
    for (const [other, { agentIds }] of this.#nodes)
      if (other !== nodeId)
        for (const agentId of agentIds) for (const id of queuesOf(agentId)) staffed.add(id);
    return [...staffed].sort();
  }
}
