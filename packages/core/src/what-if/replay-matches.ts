/**
 * Callers of one node and agents of others on a replayed day, brought together by the matchmaker the centre runs. What messages take on
 * their way is left out, but for the moment nodes gather what they tell: it is little beside a ring. How classes of service and the pace
 * of queues stand at all nodes each is told once a second at most, as in life; who waits and who is ready it knows at once.
 */
import type { Clock } from '../kernel/clock.ts';
import type { AgentId, CallId, NodeId, QueueId } from '../kernel/ids.ts';
import type { Random } from '../kernel/random.ts';
import type { AgentFree, CallWanting } from '../matching/match.ts';
import { Matchmaker, type MatchmakerEffect } from '../matching/matchmaker.ts';
import type { Distribution } from '../routing/acd-machine.ts';
import { elsewhereEveryMs, matchGatherMs, matchWakeMs } from './limits.ts';
import type { Across, ReplayNode } from './replay-node.ts';

interface Side {
  readonly nodeId: NodeId;
  readonly node: ReplayNode;
  /** Changed since the last telling. */
  readonly calls: Set<CallId>;
  readonly agents: Set<AgentId>;
  /** What the matchmaker knows: each call's queue, each agent's last becoming free. */
  readonly toldCalls: Map<CallId, QueueId>;
  readonly toldAgents: Map<AgentId, number>;
  isDue: boolean;
  /** It has served since it told. */
  isServing: boolean;
}

export class ReplayMatches implements Across {
  readonly #clock: Clock;
  readonly #matchmaker: Matchmaker<null>;
  readonly #sides = new Map<ReplayNode, Side>();
  readonly #queueIds: readonly QueueId[];
  /** Something is judged by what other nodes have seen. */
  readonly #isJudged: boolean;
  #isTellingLater = false;
  #matches = 0;
  #isAwake = false;

  constructor({ clock, random, distribution }: { clock: Clock; random: Random; distribution: Distribution }) {
    this.#clock = clock;
    this.#matchmaker = new Matchmaker(random, () => String(++this.#matches));
    this.#matchmaker.configure(distribution, clock.nowMs());
    this.#queueIds = distribution.queues.map(({ id }) => id);
    this.#isJudged = distribution.queues.some(({ serviceTarget, onLongWait }) => serviceTarget ?? onLongWait);
  }

  join(nodeId: NodeId, node: ReplayNode): void {
    this.#sides.set(node, { nodeId, node, calls: new Set(), agents: new Set(), toldCalls: new Map(), toldAgents: new Map(), isDue: false, isServing: false }); // prettier-ignore
  }

  callChanged(node: ReplayNode, callId: CallId): void {
    const side = this.#sides.get(node)!;
    side.calls.add(callId);
    this.#gather(side, matchGatherMs);
    this.#tellElsewhereLater(side);
  }

  agentChanged(node: ReplayNode, agentId: AgentId): void {
    const side = this.#sides.get(node)!;
    side.agents.add(agentId);
    this.#gather(side, matchGatherMs);
    this.#tellElsewhereLater(side);
  }

  ask(node: ReplayNode, { agentId }: AgentFree): void {
    const side = this.#sides.get(node)!;
    side.agents.add(agentId);
    this.#clock.after(0, () => this.#tell(side));
  }

  isStaffedElsewhere(node: ReplayNode, queueId: QueueId): boolean {
    for (const other of this.#sides.keys()) if (other !== node && other.isStaffed(queueId)) return true;
    return false;
  }

  waitingElsewhere(node: ReplayNode): ReadonlyMap<QueueId, number> {
    const waiting = new Map<QueueId, number>();
    for (const other of this.#sides.keys())
      if (other !== node)
        for (const id of this.#queueIds) {
          const count = other.waitingIn(id);
          if (count > 0) waiting.set(id, (waiting.get(id) ?? 0) + count);
        }
    return waiting;
  }

  isAtWorkElsewhere(node: ReplayNode, agentId: AgentId): boolean {
    for (const other of this.#sides.keys()) if (other !== node && other.isAtWork(agentId)) return true;
    return false;
  }

  readyElsewhere(node: ReplayNode, queueId: QueueId): number {
    let ready = 0;
    for (const other of this.#sides.keys()) if (other !== node) ready += other.readyIn(queueId);
    return ready;
  }

  /** For as long as somebody waits: whoever waits late counts, too. */
  #tellElsewhereLater(side?: Side): void {
    if (side) side.isServing = true;
    if (!this.#isJudged || this.#isTellingLater) return;
    this.#isTellingLater = true;
    this.#clock.after(elsewhereEveryMs, () => {
      this.#isTellingLater = false;
      this.#tellElsewhere();
      if (this.#matchmaker.isBusy) this.#tellElsewhereLater();
    });
  }

  #tellElsewhere(): void {
    const nowMs = this.#clock.nowMs();
    for (const side of this.#sides.values()) {
      if (!side.isServing) continue;
      side.isServing = false;
      const { nodeId, node } = side;
      this.#hear({ kind: 'served', nodeId, classes: node.served() });
      this.#hear({ kind: 'paced', nodeId, queues: node.paced() });
    }
    for (const { nodeId, node } of this.#sides.values())
      node.told(
        this.#matchmaker.serviceFor(nodeId, nowMs),
        Array.from(this.#matchmaker.paceFor(nodeId, nowMs), ({ fact }) => fact),
      );
  }

  #gather(side: Side, afterMs: number): void {
    if (side.isDue) return;
    side.isDue = true;
    this.#clock.after(afterMs, () => {
      side.isDue = false;
      this.#tell(side);
    });
  }

  #tell(side: Side): void {
    const { nodeId, node } = side;
    const calls = { added: [] as CallWanting[], gone: [] as CallId[] };
    for (const callId of side.calls) {
      const wanting = node.wanting(callId);
      if (!wanting) {
        if (side.toldCalls.delete(callId)) calls.gone.push(callId);
      } else if (side.toldCalls.get(callId) !== wanting.queueId) {
        side.toldCalls.set(callId, wanting.queueId);
        calls.added.push(wanting);
      }
    }
    const agents = { added: [] as AgentFree[], gone: [] as AgentId[] };
    for (const agentId of side.agents) {
      const free = node.agentFree(agentId);
      if (!free) {
        if (side.toldAgents.delete(agentId)) agents.gone.push(agentId);
      } else if (side.toldAgents.get(agentId) !== free.sinceMs) {
        side.toldAgents.set(agentId, free.sinceMs);
        agents.added.push(free);
      }
    }
    side.calls.clear();
    side.agents.clear();
    if (calls.added.length > 0 || calls.gone.length > 0)
      this.#hear({ kind: 'calls-wanting', nodeId, isWhole: false, ...calls });
    if (agents.added.length > 0 || agents.gone.length > 0)
      this.#hear({ kind: 'agents-free', nodeId, siteId: null, isWhole: false, ...agents });
    this.#wakeLater();
  }

  #hear(input: Parameters<Matchmaker<null>['handle']>[0]): void {
    for (const effect of this.#matchmaker.handle(input, this.#clock.nowMs())) this.#perform(effect);
  }

  #perform(effect: MatchmakerEffect<null>): void {
    switch (effect.kind) {
      case 'reserve': {
        const { matchId, agentId } = effect.match;
        const host = this.#sideOf(effect.nodeId);
        host.toldAgents.delete(agentId);
        host.agents.add(agentId);
        const answer = host.node.keep(agentId) ? ({ kind: 'reserved', at: null } as const) : ({ kind: 'refused' } as const);
        return this.#hear({ ...answer, nodeId: effect.nodeId, matchId });
      }
      case 'claim': {
        const { matchId, callId, agentId, hostNodeId } = effect.match;
        const home = this.#sideOf(effect.nodeId);
        home.toldCalls.delete(callId);
        home.calls.add(callId);
        const agent = this.#sideOf(hostNodeId).node.keep(agentId);
        const isClaimed = agent !== undefined && home.node.claim(callId, agent);
        return this.#hear({ kind: isClaimed ? 'claimed' : 'given-away', nodeId: effect.nodeId, matchId });
      }
      case 'serve-own':
        return this.#sideOf(effect.nodeId).node.serveOwn(effect.agentId);
      // Nothing is held that nobody dials, and nothing is ever lost on the way.
      case 'release':
      case 'ask-picture':
        return;
    }
  }

  #sideOf(nodeId: NodeId): Side {
    for (const side of this.#sides.values()) if (side.nodeId === nodeId) return side;
    throw new Error(`node ${nodeId} is not of this day`);
  }

  /** Calls that wait reach wider with time. */
  #wakeLater(): void {
    if (this.#isAwake || !this.#matchmaker.isBusy) return;
    this.#isAwake = true;
    this.#clock.after(matchWakeMs, () => {
      this.#isAwake = false;
      this.#hear({ kind: 'wake' });
      this.#wakeLater();
    });
  }
} // prettier-ignore
