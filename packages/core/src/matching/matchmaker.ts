/**
 * Matches across nodes, of one tenant: mirrors which calls wait and which agents are free, lets the distribution of `routing` choose,
 * and proposes its choice to the two who own what is matched: the agent's node first, then the call's. It owns neither: what a node says
 * last is so, and what it was asked and did not answer in time it did not do. Nothing is lost with it but proposals under way.
 *
 *     asked --reserved--> claiming --claimed, given away--> over
 *       +-- refused, call gone, too late --> the call goes on to the next
 *
 * A proposal takes call and agent out of the mirror; they come back by the word of their node alone. A call whose queue rings all (F-22) stays:
 * every agent elsewhere who is free is proposed beside the others, until its node says that it is gone.
 */
import type { AgentId, CallId, NodeId, QueueId, SiteId } from '../kernel/ids.ts';
import type { Random } from '../kernel/random.ts';
import { AcdMachine, type AcdEffect, type AcdInput, type Distribution } from '../routing/acd-machine.ts';
import type { Queue } from '../routing/queue.ts';
import type { PaceServed } from '../routing/queue-pace.ts';
import { isLate, targetKey, type ServiceTold } from '../routing/service-class.ts';
import { matchAnswerMaxMs } from './limits.ts';
import type { AgentFree, CallWanting, Match, MatchState } from './match.ts';
import { PaceEverywhere } from './pace-everywhere.ts';
import { ServiceEverywhere, type ServiceServed } from './service-everywhere.ts';

/** `Place`: where the home reaches the host; none of our business. */
export type MatchmakerInput<Place> =
  | {
      readonly kind: 'calls-wanting';
      readonly nodeId: NodeId;
      /** All there are: whoever is not named is gone. */
      readonly isWhole: boolean;
      readonly added: readonly CallWanting[];
      readonly gone: readonly CallId[];
    }
  | {
      readonly kind: 'agents-free';
      readonly nodeId: NodeId;
      readonly siteId: SiteId | null;
      readonly isWhole: boolean;
      readonly added: readonly AgentFree[];
      readonly gone: readonly AgentId[];
    }
  | { readonly kind: 'reserved'; readonly nodeId: NodeId; readonly matchId: string; readonly at: Place }
  | { readonly kind: 'refused'; readonly nodeId: NodeId; readonly matchId: string }
  | { readonly kind: 'claimed'; readonly nodeId: NodeId; readonly matchId: string }
  | { readonly kind: 'given-away'; readonly nodeId: NodeId; readonly matchId: string }
  /** F-11: what it has served of its classes of service. */
  | { readonly kind: 'served'; readonly nodeId: NodeId; readonly classes: readonly ServiceServed[] }
  /** F-25: what it has seen of the pace of its queues. */
  | { readonly kind: 'paced'; readonly nodeId: NodeId; readonly queues: readonly PaceServed[] }
  /** Its link is down. */
  | { readonly kind: 'node-gone'; readonly nodeId: NodeId }
  /** Now and then, while `isBusy`. */
  | { readonly kind: 'wake' };

export type MatchmakerEffect<Place> =
  | { readonly kind: 'reserve'; readonly nodeId: NodeId; readonly match: Match }
  | { readonly kind: 'claim'; readonly nodeId: NodeId; readonly match: Match; readonly at: Place }
  | { readonly kind: 'release'; readonly nodeId: NodeId; readonly matchId: string }
  /** No older call waits elsewhere for this agent. */
  | { readonly kind: 'serve-own'; readonly nodeId: NodeId; readonly agentId: AgentId }
  | { readonly kind: 'ask-picture'; readonly nodeId: NodeId };

interface Open extends Match {
  state: MatchState;
  untilMs: number;
}

interface CallMirror {
  readonly homeNodeId: NodeId;
  readonly wanting: CallWanting;
  /** It is in the machine: not while its queue is unknown here. */
  isQueued: boolean;
  agedMs: number;
  /** One; where all are rung, one for each agent who is asked. */
  readonly opens: Set<Open>;
}

interface AgentMirror {
  readonly hostNodeId: NodeId;
  open: Open | null;
}

export class Matchmaker<Place> {
  readonly #machine: AcdMachine;
  readonly #nextMatchId: () => string;
  #queues: ReadonlyMap<QueueId, Queue> = new Map();
  readonly #calls = new Map<CallId, CallMirror>();
  readonly #agents = new Map<AgentId, AgentMirror>();
  readonly #open = new Map<string, Open>();
  readonly #service = new ServiceEverywhere();
  readonly #pace = new PaceEverywhere();
  #effects: MatchmakerEffect<Place>[] = [];
  #nowMs = 0;

  constructor(random: Random, nextMatchId: () => string) {
    this.#machine = new AcdMachine(random);
    this.#nextMatchId = nextMatchId;
  }

  /** Whether time alone may change something. */
  get isBusy(): boolean {
    return this.#calls.size > 0 || this.#open.size > 0;
  }

  /** Who serves the queue, at whatever width. */
  queuesOf(agentId: AgentId): readonly QueueId[] {
    return this.#machine.queuesOf(agentId);
  }

  /** F-11: classes of service at all nodes, as this node is to know them. */
  serviceFor(nodeId: NodeId, nowMs: number): readonly ServiceTold[] {
    const late = new Map<string, number>();
    for (const { homeNodeId, wanting, opens } of this.#calls.values()) {
      const target = this.#queues.get(wanting.queueId)?.serviceTarget;
      if (homeNodeId === nodeId || opens.size > 0 || !target || !isLate(wanting, target, nowMs)) continue;
      late.set(targetKey(target), (late.get(targetKey(target)) ?? 0) + 1);
    }
    return Array.from(this.#service.figures(), (one) => ({ ...one, late: late.get(targetKey(one)) ?? 0 }));
  }

  /** F-25: the pace of queues at all nodes, as this node is to know it. */
  paceFor(nodeId: NodeId, nowMs: number): ReturnType<PaceEverywhere['toldTo']> {
    return this.#pace.toldTo(nodeId, nowMs);
  }

  configure(distribution: Distribution, nowMs: number): readonly MatchmakerEffect<Place>[] {
    return this.#during(nowMs, () => {
      this.#queues = new Map(distribution.queues.map((queue) => [queue.id, queue]));
      this.#propose(this.#machine.configure(distribution, nowMs));
      this.#judgeService();
      for (const call of this.#calls.values()) if (!call.isQueued) this.#queue(call);
    });
  }

  handle(input: MatchmakerInput<Place>, nowMs: number): readonly MatchmakerEffect<Place>[] {
    return this.#during(nowMs, () => {
      switch (input.kind) {
        case 'calls-wanting':
          return this.#takeCalls(input);
        case 'agents-free':
          return this.#takeAgents(input);
        case 'reserved':
          return this.#reserved(input);
        case 'refused': {
          const open = this.#opened(input.matchId, 'asked');
          if (open?.hostNodeId === input.nodeId) this.#goOn(open);
          return;
        }
        case 'claimed':
        case 'given-away': {
          const open = this.#opened(input.matchId, 'claiming');
          if (open?.homeNodeId !== input.nodeId) return;
          if (input.kind === 'given-away') return this.#callGone(open.callId);
          return this.#over(open);
        }
        case 'served':
          if (this.#service.note(input.nodeId, input.classes)) this.#judgeService();
          return;
        case 'node-gone':
          this.#service.gone(input.nodeId);
          this.#pace.gone(input.nodeId);
          return this.#nodeGone(input.nodeId);
        case 'wake':
          return this.#wake();
        case 'paced':
          return this.#pace.note(input.nodeId, input.queues, nowMs);
      }
    });
  }

  #during(nowMs: number, work: () => void): readonly MatchmakerEffect<Place>[] {
    this.#nowMs = nowMs;
    this.#effects = [];
    work();
    return this.#effects;
  }

  /** Whoever waits late is in the mirror, wherever they wait. */
  #judgeService(): void {
    const classes = Array.from(this.#service.figures(), (one) => ({ ...one, late: 0 }));
    if (classes.length > 0) this.#ask({ kind: 'service-told', classes });
  }

  // What nodes tell

  #takeCalls(input: Extract<MatchmakerInput<Place>, { kind: 'calls-wanting' }>): void {
    const { nodeId } = input;
    const named = new Set(input.added.map(({ callId }) => callId));
    const gone = input.isWhole
      ? [...this.#calls]
          .filter(([id, call]) => call.homeNodeId === nodeId && !named.has(id))
          .map(([id]) => id)
      : input.gone;
    for (const callId of gone) if (this.#calls.get(callId)?.homeNodeId === nodeId) this.#callGone(callId);
    for (const wanting of input.added) this.#callWants(nodeId, wanting);
  }

  #callWants(homeNodeId: NodeId, wanting: CallWanting): void {
    const known = this.#calls.get(wanting.callId);
    if (known) {
      const isOwn = [...known.opens].some(({ state }) => state === 'own');
      const isSame = known.wanting.queueId === wanting.queueId && !isOwn;
      // It was said before the home heard of the match, or only once more.
      if (isSame || known.homeNodeId !== homeNodeId) return;
      this.#callGone(wanting.callId);
    }
    const call = { homeNodeId, wanting, isQueued: false, agedMs: 0, opens: new Set<Open>() };
    this.#calls.set(wanting.callId, call);
    this.#queue(call);
  }

  #queue(call: CallMirror): void {
    if (!this.#queues.has(call.wanting.queueId)) return;
    call.isQueued = true;
    this.#ask({ kind: 'call-queued', ...call.wanting });
  }

  #callGone(callId: CallId): void {
    for (const open of this.#calls.get(callId)?.opens ?? []) {
      if (open.state !== 'own') this.#tell({ kind: 'release', ...atHost(open) });
      this.#close(open);
    }
    this.#forgetCall(callId);
  }

  #takeAgents(input: Extract<MatchmakerInput<Place>, { kind: 'agents-free' }>): void {
    const { nodeId, siteId } = input;
    const named = new Set(input.added.map(({ agentId }) => agentId));
    const gone = input.isWhole
      ? [...this.#agents]
          .filter(([id, agent]) => agent.hostNodeId === nodeId && !named.has(id))
          .map(([id]) => id)
      : input.gone;
    for (const agentId of gone) {
      const agent = this.#agents.get(agentId);
      // Of one in a match the host's answer says the same.
      if (agent?.hostNodeId === nodeId && !agent.open) this.#forgetAgent(agentId);
    }
    for (const free of input.added) {
      this.#agentFree({ nodeId, siteId }, free);
      if (free.asks && !this.#agents.get(free.agentId)?.open)
        this.#tell({ kind: 'serve-own', nodeId, agentId: free.agentId });
    }
  }

  #agentFree({ nodeId, siteId }: { nodeId: NodeId; siteId: SiteId | null }, free: AgentFree): void {
    const { agentId, sinceMs, today } = free;
    const known = this.#agents.get(agentId);
    if (known?.open && known.hostNodeId === nodeId) {
      // Said before the host heard of the match, which takes the agent out, or refuses.
      if (known.open.state === 'asked') return;
      // Said after it was kept: the hold is over.
      if (known.open.state === 'own') this.#over(known.open);
    } else if (known?.open?.state === 'asked') {
      // Signed in elsewhere now.
      this.#tell({ kind: 'release', ...atHost(known.open) });
      this.#goOn(known.open);
    }
    this.#agents.set(agentId, { hostNodeId: nodeId, open: null });
    this.#ask({ kind: 'agent-ready', agentId, siteId, sinceMs, ...(today && { today }) });
  }

  // Proposals

  #reserved({ nodeId, matchId, at }: Extract<MatchmakerInput<Place>, { kind: 'reserved' }>): void {
    const open = this.#opened(matchId, 'asked');
    // Too late: nobody will dial.
    if (open?.hostNodeId !== nodeId) return this.#tell({ kind: 'release', nodeId, matchId });
    open.state = 'claiming';
    open.untilMs = this.#nowMs + matchAnswerMaxMs;
    this.#tell({ kind: 'claim', nodeId: open.homeNodeId, match: matchOf(open), at });
  }

  #propose(effects: readonly AcdEffect[]): void {
    for (const { callId, agentId, queueId, decision } of effects) {
      const call = this.#calls.get(callId)!;
      const agent = this.#agents.get(agentId)!;
      const { homeNodeId } = call;
      const { hostNodeId } = agent;
      const isOwn = homeNodeId === hostNodeId;
      if (isOwn && this.#ringsAll(call)) {
        // It rings them by itself, beside whoever is brought to it.
        this.#tell({ kind: 'serve-own', nodeId: hostNodeId, agentId });
        continue;
      }
      const matchId = this.#nextMatchId();
      const match = { matchId, callId, queueId, agentId, homeNodeId, hostNodeId, decision };
      const untilMs = this.#nowMs + matchAnswerMaxMs;
      const open: Open = { ...match, state: isOwn ? 'own' : 'asked', untilMs };
      this.#open.set(matchId, open);
      call.opens.add(open);
      agent.open = open;
      this.#tell(
        isOwn
          ? { kind: 'serve-own', nodeId: hostNodeId, agentId }
          : { kind: 'reserve', nodeId: hostNodeId, match },
      );
    }
  }

  #nodeGone(nodeId: NodeId): void {
    for (const [callId, { homeNodeId, opens }] of this.#calls) {
      if (homeNodeId !== nodeId) continue;
      // Of one it was told to claim it may be dialling the host by now.
      for (const open of opens) if (open.state === 'claiming') this.#close(open);
      this.#callGone(callId);
    }
    const opened: Open[] = [];
    for (const [agentId, { hostNodeId, open }] of this.#agents) {
      if (hostNodeId !== nodeId) continue;
      if (open) opened.push(open);
      else this.#forgetAgent(agentId);
    }
    for (const open of opened)
      if (open.state === 'asked') this.#goOn(open);
      else this.#over(open);
  }

  #wake(): void {
    for (const open of this.#open.values()) {
      if (open.untilMs > this.#nowMs) continue;
      // Whoever did not answer has not heard, or was not heard: what we hold of it is not to be relied on.
      if (open.state === 'asked') {
        this.#tell({ kind: 'release', ...atHost(open) });
        this.#tell({ kind: 'ask-picture', nodeId: open.hostNodeId });
        this.#goOn(open);
      } else {
        this.#tell({ kind: 'ask-picture', nodeId: open.homeNodeId });
        this.#close(open);
        this.#callGone(open.callId);
      }
    }
    for (const call of this.#calls.values()) if (call.isQueued && call.opens.size === 0) this.#age(call);
  }

  /** A call that has waited as long as a widening of its queue asks. */
  #age(call: CallMirror): void {
    const { callId, queueId, sinceMs } = call.wanting;
    const waitedMs = this.#nowMs - sinceMs;
    const due = (this.#queues.get(queueId)?.widenings ?? [])
      .map(({ afterMs }) => afterMs ?? Infinity)
      .filter((afterMs) => afterMs > call.agedMs && afterMs <= waitedMs);
    if (due.length === 0) return;
    call.agedMs = Math.max(...due);
    this.#ask({ kind: 'call-aged', callId, waitedMs: call.agedMs });
  }

  /** The agent is out; the call is offered to the next. */
  #goOn(open: Open): void {
    const { callId } = open;
    this.#close(open);
    if (this.#calls.get(callId)?.opens.size === 0) this.#ask({ kind: 'call-returned', callId });
  }

  /** Both are with their nodes; a call that rings all may ring more. */
  #over(open: Open): void {
    this.#close(open);
    const call = this.#calls.get(open.callId);
    if (call && !this.#ringsAll(call)) this.#forgetCall(open.callId);
  }

  #ringsAll({ wanting }: CallMirror): boolean {
    return this.#queues.get(wanting.queueId)?.ringing === 'all';
  }

  /** An agent who has been free again since is in no match, and stays. */
  #close(open: Open): void {
    this.#open.delete(open.matchId);
    this.#calls.get(open.callId)?.opens.delete(open);
    if (this.#agents.get(open.agentId)?.open === open) this.#forgetAgent(open.agentId);
  }

  #forgetCall(callId: CallId): void {
    const call = this.#calls.get(callId);
    if (!this.#calls.delete(callId) || !call?.isQueued) return;
    // Of a node that does not tell how it served them they count as answered, by their wait alone.
    const isCountedElsewhere = this.#service.isToldBy(call.homeNodeId);
    this.#ask({ kind: 'call-left', callId, isAnswered: true, isCountedElsewhere });
  }

  #forgetAgent(agentId: AgentId): void {
    this.#agents.delete(agentId);
    this.#ask({ kind: 'agent-unready', agentId });
  }

  #opened(matchId: string, state: MatchState): Open | undefined {
    const open = this.#open.get(matchId);
    return open?.state === state ? open : undefined;
  }

  #ask(input: AcdInput): void {
    this.#propose(this.#machine.handle(input, this.#nowMs));
  }

  #tell(effect: MatchmakerEffect<Place>): void {
    this.#effects.push(effect);
  }
}

const atHost = ({ hostNodeId, matchId }: Match) => ({ nodeId: hostNodeId, matchId });

function matchOf({ matchId, callId, queueId, agentId, homeNodeId, hostNodeId, decision }: Open): Match {
  return { matchId, callId, queueId, agentId, homeNodeId, hostNodeId, decision };
}
