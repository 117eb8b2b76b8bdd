/**
 * Automatic call distribution of one tenant at one node: who is offered to whom, by the orders the tenant has set (F-09). Told of
 * calls and agents, it answers with reservations and why; it rings nobody. What a decision costs follows neither the number of
 * queues nor of agents: pools are shared and sorted (decision 0027).
 *
 * A `reserve` takes both out: the call waits no more, the agent is ready no more, until told otherwise. A queue that rings all
 * (F-22) reserves every ready agent for one call, and whoever becomes ready while it rings; whose answer is first is seen by
 * the one who rings them.
 */
import { plainSiteDistance, type SiteDistance } from '../fleet/site-distance.ts';
import { assert } from '../kernel/assert.ts';
import type { AgentId, CallId, QueueId, SiteId } from '../kernel/ids.ts';
import type { Random } from '../kernel/random.ts';
import type { Agent } from '../workforce/agent.ts';
import { callForAgent } from './call-for-agent.ts';
import { decisionForCall, type Decision } from './decision.ts';
import { outlookOf, type Outlook } from './outlook.ts';
import { compareAt, QueueState } from './queue-state.ts';
import type { Queue } from './queue.ts';
import { serviceClasses, targetKey, type ServiceClass, type ServiceTold } from './service-class.ts';
import type { ServiceFigures } from './service-window.ts';
import { StaffIndex } from './staff-index.ts';
import type { AgentState, StaffMember, TodayAtWork } from './staff-member.ts';
import { plainCallOrder, type CallStrategy } from './strategy.ts';
import {
  callComparison,
  callComparisonAt,
  compareArrival,
  type WaitingCall,
  type Wanting,
} from './waiting-call.ts';

export type AcdInput =
  | CallQueued
  /** Rang in vain: back at the place its arrival gives it, before everyone who came later. */
  | { readonly kind: 'call-returned'; readonly callId: CallId }
  /** An agent of another node is being rung for it; it comes back by `call-returned`. */
  | { readonly kind: 'call-claimed'; readonly callId: CallId }
  /** It has waited as long as a widening of its queue asks, by the timer of whoever keeps one. */
  | { readonly kind: 'call-aged'; readonly callId: CallId; readonly waitedMs: number }
  /** Answered by an agent, or given up, or led elsewhere. */
  | {
      readonly kind: 'call-left';
      readonly callId: CallId;
      readonly isAnswered?: boolean;
      /** The class of service hears of it by `service-told`. */
      readonly isCountedElsewhere?: boolean;
    }
  /** F-11: classes of service as they stand at all nodes. */
  | { readonly kind: 'service-told'; readonly classes: readonly ServiceTold[] }
  /** Nobody tells any more: from now on this node's own say more and more. */
  | { readonly kind: 'service-told-no-more' }
  | {
      readonly kind: 'agent-ready';
      readonly agentId: AgentId;
      /** Where it has been so for a while. */
      readonly sinceMs?: number;
      readonly today?: TodayAtWork;
      readonly siteId?: SiteId | null;
    }
  | { readonly kind: 'agent-unready'; readonly agentId: AgentId };

/** What is not said is not there; a contact is a call where nothing else is said. */
export type CallQueued = { readonly kind: 'call-queued' } & Pick<Wanting, 'callId' | 'queueId'> &
  Partial<Omit<Wanting, 'callId' | 'queueId'>> & {
    /** Where it keeps a place that it took earlier. */
    readonly sinceMs?: number;
  };

export interface AcdEffect {
  readonly kind: 'reserve';
  readonly callId: CallId;
  readonly agentId: AgentId;
  readonly queueId: QueueId;
  readonly decision: Decision;
}

export interface Distribution {
  readonly queues: readonly Queue[];
  readonly agents: readonly Agent[];
  /** Which call a free agent takes. */
  readonly callOrder?: readonly CallStrategy[];
  /** F-14: how far sites are from each other; absent: here, or elsewhere. */
  readonly distance?: SiteDistance;
}

const plainCall = { kind: 'call-queued', callId: '' as CallId } as const;
const nothingToday: TodayAtWork = { callsAnswered: 0, phoneMs: 0 };

export class AcdMachine {
  readonly #random: Random;
  readonly #queues = new Map<QueueId, QueueState>();
  readonly #agents = new Map<AgentId, AgentState>();
  /** Every call between `call-queued` and `call-left`, ringing ones too. */
  readonly #calls = new Map<CallId, WaitingCall>();
  /** Calls that wait for an agent of their own, where the tenant's order asks. */
  readonly #named = new Map<AgentId, Set<WaitingCall>>();
  /** By their targets. */
  #classes = new Map<string, ServiceClass>();
  #callOrder: readonly CallStrategy[] = plainCallOrder;
  #asksTargets = true;
  #distance: SiteDistance = plainSiteDistance;
  #compareCalls = callComparison(plainCallOrder);
  #arrivals = 0;
  #readinesses = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Takes changed queues and skills at once, for calls already waiting too. Returns the matches that became possible. */
  configure(distribution: Distribution, nowMs: number): readonly AcdEffect[] {
    const { queues, agents } = distribution;
    this.#callOrder = distribution.callOrder ?? plainCallOrder;
    this.#distance = distribution.distance ?? plainSiteDistance;
    this.#asksTargets = this.#callOrder.includes('service-target');
    this.#compareCalls = callComparison(this.#callOrder);
    this.#classes = serviceClasses(
      queues.map(({ serviceTarget }) => serviceTarget),
      this.#classes,
    );
    for (const agent of this.#agents.values()) {
      agent.memberships = [];
      agent.queueIds = null;
    }
    for (const { id } of agents) this.#agent(id);
    this.#configureQueues(queues, agents);
    for (const agent of this.#agents.values())
      if (agent.isReady) for (const member of agent.memberships) member.pool.agentReady(member);
    const effects: AcdEffect[] = [];
    this.#offerAll(this.#replaceCalls(nowMs), nowMs, effects);
    const idle = [...this.#agents.values()].filter((agent) => agent.isReady);
    for (const agent of idle.sort((a, b) => a.readySinceMs - b.readySinceMs || a.order - b.order))
      this.#joinOpen(agent, effects);
    return effects;
  }

  handle(input: AcdInput, nowMs: number): readonly AcdEffect[] {
    const effects: AcdEffect[] = [];
    switch (input.kind) {
      case 'call-queued':
        this.#offerCall(this.#arrive(input, nowMs), nowMs, effects);
        break;
      case 'call-returned': {
        const call = this.#calls.get(input.callId);
        if (!call || call.state === 'waiting') break;
        if (call.state === 'open') this.#close(call);
        call.state = 'ringing';
        this.#offerCall(call, nowMs, effects);
        break;
      }
      case 'call-claimed': {
        const call = this.#calls.get(input.callId);
        if (call?.state !== 'waiting') break;
        this.#takeCallOut(call);
        call.state = 'ringing';
        // Whoever becomes ready here rings beside those elsewhere.
        if (call.queue.ringsAll) this.#open(call);
        break;
      }
      case 'call-aged': {
        const call = this.#calls.get(input.callId);
        if (call?.state !== 'waiting') break;
        // A timer may be a millisecond early by the clock.
        if (call.queue.widen(call, Math.max(nowMs, call.sinceMs + input.waitedMs)))
          this.#offerWaiting(call, effects);
        break;
      }
      case 'call-left': {
        const call = this.#calls.get(input.callId);
        if (!call) break;
        this.#calls.delete(input.callId);
        call.queue.calls--;
        if (!input.isCountedElsewhere)
          call.queue.serviceClass?.callLeft(nowMs - call.sinceMs, input.isAnswered ?? false);
        if (call.state === 'waiting') this.#takeCallOut(call);
        if (call.state === 'open') this.#close(call);
        if (call.queue.calls === 0 && call.queue.pools.length === 0) this.#queues.delete(call.queueId);
        break;
      }
      case 'agent-ready': {
        const agent = this.#agent(input.agentId);
        if (agent.isReady) this.#takeAgentOut(agent);
        agent.readySinceMs = input.sinceMs ?? nowMs;
        agent.order = this.#readinesses++;
        agent.today = input.today ?? nothingToday;
        agent.siteId = input.siteId ?? null;
        this.#offerAgent(agent, nowMs, effects);
        break;
      }
      case 'agent-unready': {
        const agent = this.#agents.get(input.agentId);
        if (agent?.isReady) this.#takeAgentOut(agent);
        break;
      }
      case 'service-told':
        for (const told of input.classes) this.#classes.get(targetKey(told))?.told(told);
        this.#widenShort(nowMs, effects);
        break;
      case 'service-told-no-more':
        for (const one of this.#classes.values()) one.toldNoMore(nowMs);
        break;
    }
    return effects;
  }

  /** 1 for the next to be served; 0 when it does not wait (it rings, or is unknown). */
  position(callId: CallId, nowMs: number): number {
    const call = this.#calls.get(callId);
    return call?.state === 'waiting' ? call.queue.position(call, nowMs) : 0;
  }

  /** Calls waiting in a queue; those that ring an agent are not among them. */
  waitingIn(queueId: QueueId): number {
    return this.#queues.get(queueId)?.waiting.length ?? 0;
  }

  /** All that wait, of every queue; where all are rung, those that ring as well. */
  *wanting(): IterableIterator<WaitingCall> {
    for (const call of this.#calls.values()) if (call.state === 'waiting' || call.queue.ringsAll) yield call;
  }

  /** All who are ready and reserved for nobody. */
  *ready(): IterableIterator<Readonly<AgentState>> {
    for (const agent of this.#agents.values()) if (agent.isReady) yield agent;
  }

  /** Since when the oldest of them waits. */
  longestSinceMs(queueId: QueueId): number | null {
    return this.#queues.get(queueId)?.longestSinceMs ?? null;
  }

  /** Calls of the queue that wait or ring: what `waitingMax` is compared with. */
  load(queueId: QueueId): number {
    return this.#queues.get(queueId)?.calls ?? 0;
  }

  /** F-11: of the last calls of the queue's class of service, how many were answered in time, and of all that this node has served; null: it has no target. */
  service(queueId: QueueId, nowMs: number): (ServiceFigures & { readonly total: ServiceFigures }) | null {
    const one = this.#queues.get(queueId)?.serviceClass;
    return one ? { ...one.recentAt(nowMs), total: one.total } : null;
  }

  /** What is known from before: at start-up. */
  servedBefore(
    queueId: QueueId,
    { waitedMs, isAnswered }: { readonly waitedMs: number; readonly isAnswered: boolean },
  ): void {
    this.#queues.get(queueId)?.serviceClass?.callLeft(waitedMs, isAnswered);
  }

  /** Ready for a call that comes now. */
  readyIn(queueId: QueueId): number {
    const queue = this.#queues.get(queueId);
    let ready = 0;
    for (const pool of queue?.reachedNow(0) ?? []) ready += pool.ready.length;
    return ready;
  }

  /** Whoever a call that comes now may be given. */
  serversOf(queueId: QueueId): readonly AgentId[] {
    return (
      this.#queues
        .get(queueId)
        ?.reachedNow(0)
        .flatMap(({ members }) => [...members.keys()]) ?? []
    );
  }

  /** Of a call that waits, or that would come now. */
  outlook(call: CallQueued, nowMs: number): Outlook {
    const coming = (queue: QueueState, sinceMs: number) =>
      this.#waitingCall({ ...plainCall, queueId: queue.settings.id, sinceMs }, queue, nowMs);
    const waiting = this.#calls.get(call.callId) ?? this.#waitingCall(call, this.#known(call.queueId), nowMs);
    return outlookOf(waiting, this.#queues.values(), coming, this.#compareCalls, nowMs);
  }

  /** Those an agent serves, at whatever width. */
  queuesOf(agentId: AgentId): readonly QueueId[] {
    const agent = this.#agents.get(agentId);
    if (!agent) return [];
    return (agent.queueIds ??= agent.memberships.flatMap(({ pool }) => pool.queueIds));
  }

  // Settings

  #configureQueues(queues: readonly Queue[], agents: readonly Agent[]): void {
    const index = new StaffIndex(agents, this.#agents, this.#compareCalls, this.#distance);
    const before = new Map(this.#queues);
    this.#queues.clear();
    for (const settings of queues) {
      const pools = index.poolsOf(settings);
      for (const pool of pools) pool.queueIds.push(settings.id);
      const { serviceTarget } = settings;
      const serviceClass = serviceTarget ? this.#classes.get(targetKey(serviceTarget))! : null;
      const served = { pools, compareCalls: this.#compareCalls, serviceClass };
      const queue = before.get(settings.id) ?? new QueueState(settings, served);
      if (before.delete(settings.id)) queue.configure(settings, served);
      this.#queues.set(settings.id, queue);
    }
    // Removed: nobody serves it any more, and whoever waits in it waits as long as they would.
    for (const [id, queue] of before) {
      if (queue.calls === 0) continue;
      queue.configure(queue.settings, { pools: [], compareCalls: this.#compareCalls, serviceClass: null });
      this.#queues.set(id, queue);
    }
  }

  /** Puts every call where the new settings want it; returns those that wait. */
  #replaceCalls(nowMs: number): WaitingCall[] {
    const waiting: WaitingCall[] = [];
    this.#named.clear();
    for (const call of this.#calls.values()) {
      const { settings } = call.queue;
      call.overdueAtMs = call.sinceMs + call.queue.overtakenMaxMs;
      call.priority = call.queue.priority;
      call.serviceClass = this.#asksTargets ? call.queue.serviceClass : null;
      call.width = call.state === 'waiting' ? 0 : Math.min(call.width, settings.widenings.length);
      if (call.state === 'open') this.#open(call);
      if (call.state === 'waiting') waiting.push(call);
    }
    for (const call of waiting) this.#takeCallIn(call);
    for (const call of waiting) call.queue.widen(call, nowMs);
    return waiting;
  }

  // Calls

  #arrive(input: CallQueued, nowMs: number): WaitingCall {
    assert(!this.#calls.has(input.callId), 'a call waits in one queue');
    const call = this.#waitingCall(input, this.#known(input.queueId), nowMs);
    this.#arrivals++;
    this.#calls.set(call.callId, call);
    call.queue.calls++;
    return call;
  }

  #known(queueId: QueueId): QueueState {
    const queue = this.#queues.get(queueId);
    assert(queue, 'the queue is known');
    return queue;
  }

  #waitingCall(input: CallQueued, queue: QueueState, nowMs: number): WaitingCall {
    const sinceMs = input.sinceMs ?? nowMs;
    return {
      callId: input.callId,
      queueId: input.queueId,
      contact: input.contact ?? 'call',
      customerLevel: input.customerLevel ?? null,
      dedicatedAgentId: input.dedicatedAgentId ?? null,
      lastAgentId: input.lastAgentId ?? null,
      siteId: input.siteId ?? null,
      queue,
      sinceMs,
      order: this.#arrivals,
      state: 'ringing',
      width: 0,
      priority: queue.priority,
      serviceClass: this.#asksTargets ? queue.serviceClass : null,
      overdueAtMs: sinceMs + queue.overtakenMaxMs,
    };
  }

  /** No waiting call has a ready agent: so whoever is ready is for this one, or for nobody. */
  #offerCall(call: WaitingCall, nowMs: number, effects: AcdEffect[]): void {
    const { queue } = call;
    call.width = queue.widthOf(call, nowMs);
    const member = this.#findAgent(call);
    if (member) return this.#serve(call, member.agent, decisionForCall(call, member), effects);
    call.state = 'waiting';
    this.#takeCallIn(call);
    // One more waits: enough, perhaps, for reserve agents.
    if (queue.widensByOthers)
      this.#offerAll(
        queue.waiting.items.filter((one) => queue.widen(one, nowMs)),
        nowMs,
        effects,
      );
  }

  #offerAll(calls: WaitingCall[], nowMs: number, effects: AcdEffect[]): void {
    const compareCalls = callComparisonAt(this.#callOrder, nowMs);
    for (const call of calls.sort(compareAt(nowMs, compareCalls))) this.#offerWaiting(call, effects);
  }

  #offerWaiting(call: WaitingCall, effects: AcdEffect[]): void {
    const member = this.#findAgent(call);
    if (!member) return;
    this.#takeCallOut(call);
    this.#serve(call, member.agent, decisionForCall(call, member), effects);
  }

  /** A class that is short elsewhere draws agents here. */
  #widenShort(nowMs: number, effects: AcdEffect[]): void {
    const wider: WaitingCall[] = [];
    for (const queue of this.#queues.values())
      if (queue.widensByOthers && queue.serviceClass)
        wider.push(...queue.waiting.items.filter((one) => queue.widen(one, nowMs)));
    if (wider.length > 0) this.#offerAll(wider, nowMs, effects);
  }

  #findAgent(call: WaitingCall): StaffMember | undefined {
    for (const pool of call.queue.reached(call.width))
      if (pool.ready.length > 0) return pool.choose(call, this.#random);
    return undefined;
  }

  #takeCallIn(call: WaitingCall): void {
    call.queue.callWaits(call);
    if (!this.#callOrder.includes('own-customer')) return;
    for (const agentId of namedBy(call)) {
      const calls = this.#named.get(agentId);
      if (calls) calls.add(call);
      else this.#named.set(agentId, new Set([call]));
    }
  }

  #takeCallOut(call: WaitingCall): void {
    call.queue.callWaitsNot(call);
    for (const agentId of namedBy(call)) {
      const calls = this.#named.get(agentId);
      if (calls?.delete(call) && calls.size === 0) this.#named.delete(agentId);
    }
  }

  #open(call: WaitingCall): void {
    call.state = 'open';
    for (const pool of call.queue.reached(call.width)) pool.open.add(call);
  }

  #close(call: WaitingCall): void {
    for (const pool of call.queue.reached(call.width)) pool.open.remove(call);
  }

  // Agents

  #offerAgent(agent: AgentState, nowMs: number, effects: AcdEffect[]): void {
    const chosen = callForAgent(agent, this.#named.get(agent.id), this.#callOrder, nowMs);
    if (chosen) {
      this.#takeCallOut(chosen.call);
      return this.#serve(chosen.call, agent, chosen.decision, effects);
    }
    agent.isReady = true;
    for (const member of agent.memberships) member.pool.agentReady(member);
    this.#joinOpen(agent, effects);
  }

  /** F-22: rings beside those who ring already. */
  #joinOpen(agent: AgentState, effects: AcdEffect[]): void {
    let oldest: { readonly call: WaitingCall; readonly width: number } | undefined;
    for (const { pool } of agent.memberships) {
      const call = pool.open.first;
      if (call && (!oldest || compareArrival(call, oldest.call) < 0)) oldest = { call, width: pool.width };
    }
    if (oldest)
      this.#reserve(
        oldest.call,
        agent,
        { came: 'agent', among: 1, width: oldest.width, passedOver: [] },
        effects,
      );
  }

  #serve(call: WaitingCall, agent: AgentState, decision: Decision, effects: AcdEffect[]): void {
    call.state = 'ringing';
    const { queue } = call;
    if (!queue.ringsAll) return this.#reserve(call, agent, decision, effects);
    const pools = queue.reached(call.width);
    const others = pools.flatMap(({ ready }) => ready.items.filter((member) => member.agent !== agent));
    const all = { ...decision, among: others.length + 1, passedOver: [] };
    this.#reserve(call, agent, all, effects);
    for (const other of others) this.#reserve(call, other.agent, all, effects);
    this.#open(call);
  }

  #reserve(call: WaitingCall, agent: AgentState, decision: Decision, effects: AcdEffect[]): void {
    if (agent.isReady) this.#takeAgentOut(agent);
    const { callId, queueId } = call;
    effects.push({ kind: 'reserve', callId, agentId: agent.id, queueId, decision });
  }

  #takeAgentOut(agent: AgentState): void {
    agent.isReady = false;
    for (const member of agent.memberships) member.pool.agentUnready(member);
  }

  #agent(id: AgentId): AgentState {
    let agent = this.#agents.get(id);
    if (!agent)
      this.#agents.set(
        id,
        (agent = {
          id,
          isReady: false,
          readySinceMs: 0,
          order: 0,
          today: nothingToday,
          siteId: null,
          memberships: [],
          queueIds: null,
        }),
      );
    return agent;
  }
}

function namedBy({ dedicatedAgentId, lastAgentId }: WaitingCall): AgentId[] {
  return [dedicatedAgentId, lastAgentId].filter((id) => id !== null);
}
