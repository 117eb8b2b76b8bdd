/**
 * The queues of one tenant at this node: performs what the distribution machine decides, by ringing agents and returning
 * callers. Counts what the floor shows of each queue since midnight.
 */
import type { EndReason } from '@seatgrid/core/calls/end-reason.ts';
import type { AgentId, CallbackId, CallId, QueueId, SiteId } from '@seatgrid/core/kernel/ids.ts';
import type { Random } from '@seatgrid/core/kernel/random.ts';
import { AcdMachine, type AcdEffect, type CallQueued } from '@seatgrid/core/routing/acd-machine.ts';
import type { Decision } from '@seatgrid/core/routing/decision.ts';
import { mayCallOut } from '@seatgrid/core/routing/callback.ts';
import type { AgentFree, CallWanting } from '@seatgrid/core/matching/match.ts';
import { overflowOf, type Overflow } from '@seatgrid/core/routing/overflow.ts';
import type { Queue } from '@seatgrid/core/routing/queue.ts';
import type { PaceServed, PaceTold } from '@seatgrid/core/routing/queue-pace.ts';
import type { ServiceTold } from '@seatgrid/core/routing/service-class.ts';
import { ServicePace } from '@seatgrid/core/routing/service-pace.ts';
import type { AgentStrategy } from '@seatgrid/core/routing/strategy.ts';
import { isAtWork, type PresenceState } from '@seatgrid/core/workforce/presence.ts';
import type { FloorQueue } from '@seatgrid/contracts/realtime/floor.ts';
import type { AgentSeat } from '../agents/agent-seat.ts';
import type { KeptCallback } from '../callbacks/kept-callbacks.ts';
import { offerCallback } from '../callbacks/offer-callback.ts';
import { AgentRing, type RingOutcome } from '../calls/agent-ring.ts';
import { elsewhereRelease } from '../calls/call-leg.ts';
import type { CallServices } from '../calls/call-services.ts';
import type { Call } from '../calls/call.ts';
import { performNextStep } from '../calls/next-step.ts';
import { answerTargetMs } from '../limits.ts';
import type { TenantAtNode } from '../tenants/tenant-at-node.ts';
import { VisitRing, type VisitRingRequest } from '../visits/visit-ring.ts';
import type { AgentKept } from '../visits/visit-terms.ts';
import { Everywhere } from './everywhere.ts';
import { CallbackEntry } from './callback-entry.ts';
import { QueueCounts } from './queue-counts.ts';
import { QueueEntry, type QueueCause } from './queue-entry.ts';

type Waiting = QueueEntry | CallbackEntry;

export class AcdRunner {
  readonly #services: CallServices;
  readonly #tenant: TenantAtNode;
  readonly #machine: AcdMachine;
  readonly #entries = new Map<CallId, Waiting>();
  readonly #callbacks = new Map<CallbackId, CallbackEntry>();
  readonly #counts: QueueCounts;
  readonly #everywhere: Everywhere;
  #asksToday = false;
  #asksSite = false;
  /** Kept where a queue of the tenant asks for expected waits. */
  #pace: ServicePace | null = null;

  constructor(services: CallServices, tenant: TenantAtNode, random: Random) {
    this.#machine = new AcdMachine(random);
    this.#services = services;
    this.#tenant = tenant;
    this.#everywhere = new Everywhere(services, tenant, this.#machine);
    this.#counts = new QueueCounts(() => tenant.dayStartsMs(services.clock.nowMs()));
    this.configure();
  }

  /** Queues or skills changed: callers already waiting may now have somebody. */
  configure(): void {
    const { queues, agents, config } = this.#tenant;
    this.#asksToday = config.queues.some(({ agentOrder }) => agentOrder.some((one) => ofToday.has(one)));
    this.#asksSite = config.queues.some(({ agentOrder }) => agentOrder.includes('site'));
    const asksPace = config.queues.some(({ announceWait, onLongWait }) => announceWait ?? onLongWait);
    this.#pace = asksPace ? (this.#pace ?? this.#recalled()) : null;
    this.#perform(
      this.#machine.configure(
        { queues: [...queues.values()], agents: [...agents.values()], callOrder: config.callOrder },
        this.#nowMs(),
      ),
    );
    for (const entry of this.#entries.values()) entry.configured(queues.get(entry.queue.id));
    this.#services.matches.changed(this.#tenant);
  }

  /** Of queues and agents that are there still. */
  #recalled(): ServicePace {
    const { id, queues, agents } = this.#tenant;
    const kept = this.#services.paces.recall(id);
    return new ServicePace(
      kept && {
        queues: kept.queues.filter(({ queueId }) => queues.has(queueId)),
        agents: kept.agents.filter(({ agentId }) => agents.has(agentId)),
      },
    );
  }

  enqueue(
    call: Call,
    queueId: QueueId,
    flow: { readonly handlesFull: boolean; readonly handlesTimeout: boolean },
  ): void {
    const queue = this.#tenant.queues.get(queueId);
    if (!queue)
      return call.end(
        { party: 'platform', code: 'fault', detail: `queue ${queueId} is not in the configuration` },
        null,
      );
    call.queue = queue;
    this.#counts.offered(queueId);
    const number = call.facts.fromNumber;
    const keptSinceMs = this.#services.places.take({ tenantId: this.#tenant.id, queueId, number });
    this.#record(call, queue, this.#machine.waitingIn(queueId) + 1, keptSinceMs);
    const overflow = overflowOf(queue, {
      ready: this.readyIn(queueId),
      calls: this.#everywhere.load(queueId),
      isStaffed: () => this.isStaffed(queueId),
      expectedWaitMs: () => this.expectedWaitMs(call, queueId),
    });
    this.#pace?.arrived(queueId, this.#nowMs());
    if (overflow) return this.#overflow(call, queue, overflow, flow);
    const nowMs = this.#nowMs();
    this.#wait(call, queue, { ...flow, sinceMs: nowMs, placeSinceMs: keptSinceMs ?? nowMs });
  }

  #wait(call: Call, queue: Queue, how: ConstructorParameters<typeof QueueEntry>[3]): void {
    const { placeSinceMs: sinceMs } = how;
    const queueId = queue.id;
    const entry = new QueueEntry(this, call, queue, how);
    // Who keeps an older place stands before all who wait elsewhere.
    if (sinceMs === how.sinceMs) entry.cameBefore = this.#everywhere.waiting;
    this.#entries.set(call.id, entry);
    call.enter(entry);
    entry.expectedMs = this.expectedWaitMs(call, queueId);
    entry.begin();
    this.#perform(this.#machine.handle({ ...this.#wanting(call, queueId), sinceMs }, this.#nowMs()));
    this.#changed();
  }

  /** The caller has pressed the key: the place is kept, whatever the answer is. */
  offersCallback(entry: QueueEntry): void {
    const { call, queue, handlesTimeout, enteredAtMs: sinceMs, placeSinceMs } = entry;
    const waitMs = call.waitMs;
    this.#leave(entry, 'callback');
    offerCallback(call, { queue, sinceMs: placeSinceMs }, (outcome) => {
      if (outcome === 'accepted') return call.end({ party: 'platform', code: 'flow-ended' }, null);
      // Its wait began when it first came, and is counted from there.
      call.waitMs = waitMs;
      const present = this.#tenant.queues.get(queue.id) ?? queue;
      this.#record(call, present, this.#machine.waitingIn(queue.id) + 1);
      this.#wait(call, present, { handlesTimeout, sinceMs, placeSinceMs });
    });
  }

  /** In its old place; of the list, only while the queue's duty lets it (F-15). */
  callbackDue(callback: KeptCallback): void {
    const queue = this.#tenant.queues.get(callback.queueId);
    if (!queue || this.#callbacks.has(callback.id)) return;
    if (callback.origin === 'list' && !this.#mayCallOut(queue)) return;
    const entry = new CallbackEntry(this, this.#services, this.#tenant, callback, queue);
    this.#callbacks.set(callback.id, entry);
    this.#entries.set(entry.callId, entry);
    const { lists } = this.#tenant.entry;
    const wanting: CallQueued = {
      kind: 'call-queued',
      callId: entry.callId,
      queueId: queue.id,
      contact: 'callback',
      customerLevel: lists.factsOf(callback.number).level,
      dedicatedAgentId: lists.dedicatedAgentOf(callback.number) ?? null,
      lastAgentId: this.#tenant.answeredBefore.of(callback.number)[0] ?? null,
      sinceMs: callback.sinceMs,
    };
    this.#perform(this.#machine.handle(wanting, this.#nowMs()));
    this.#changed();
  }

  /** False where somebody is rung for it, or it is being made. */
  callbackCancelled(id: CallbackId): boolean {
    const entry = this.#callbacks.get(id);
    if (!entry) return !this.#services.callbacks.isBeingMade(id);
    if (!entry.isFresh) return false;
    this.#forget(entry);
    return true;
  }

  #mayCallOut({ id, duty }: Queue): boolean {
    const nowMs = this.#nowMs();
    const idleMs = this.#services.hub
      .seatsOf(this.#tenant)
      .filter(({ agentId, presence }) => presence.state === 'ready' && this.queuesOf(agentId).includes(id))
      .map(({ presence }) => nowMs - presence.sinceMs);
    const everywhere = this.#everywhere;
    const waiting = this.#machine.waitingIn(id) + everywhere.waitingElsewhere(id);
    return mayCallOut(duty, { waiting, idleMs: [...idleMs, ...everywhere.idleElsewhereMs(id, nowMs)] });
  }

  #forget(entry: Waiting, isAnswered = false): void {
    this.#entries.delete(entry.callId);
    if (entry instanceof CallbackEntry) this.#callbacks.delete(entry.callback.id);
    this.#machine.handle({ kind: 'call-left', callId: entry.callId, isAnswered }, this.#nowMs());
    entry.finish();
  }

  /** F-10, F-25. Null where it cannot be said, or somebody is free and there is no wait. */
  isStaffFree(queueId: QueueId): boolean {
    return this.#machine.readyIn(queueId) > 0;
  }

  expectedWaitMs(call: Call, queueId: QueueId): number | null {
    const pace = this.#pace;
    if (!pace || this.readyIn(queueId) > 0) return null;
    const cameBefore = this.#cameBefore(call.id);
    const nowMs = this.#nowMs();
    const here = this.#machine.outlook(this.#wanting(call, queueId), nowMs);
    return this.#everywhere.expectedWait(here, { pace, cameBefore }, nowMs);
  }

  /** Null: it does not wait yet. */
  #cameBefore(callId: CallId): ReadonlyMap<QueueId, number> | null {
    const entry = this.#entries.get(callId);
    return entry instanceof QueueEntry ? entry.cameBefore : null;
  }

  /** Callers at other nodes who came before. */
  #aheadOf(callId: CallId, queueId: QueueId): number {
    return this.#everywhere.ahead(queueId, this.#cameBefore(callId)?.get(queueId) ?? 0);
  }

  /** Of all nodes: free for a call that comes now. */
  readyIn(queueId: QueueId): number {
    return this.#everywhere.readyIn(queueId);
  }

  /** Told of every change of presence; the last thing done with one, since it may ring the agent at once. */
  agentChanged(agentId: AgentId, from: PresenceState, to: PresenceState): void {
    if (from === 'ready') {
      this.#services.matches.askNoMore(this.#tenant, agentId);
      this.#machine.handle({ kind: 'agent-unready', agentId }, this.#nowMs());
      this.#services.matches.changed(this.#tenant);
    }
    if (to === 'ready' || !isAtWork(to)) this.#pace?.free(agentId, this.#nowMs());
    this.#paceChanged();
    if (to === 'offline') this.#signedOut(agentId);
    if (to === 'ready') this.#ready(agentId);
  }

  /** A call of another node is about to ring this agent. */
  agentKept(agentId: AgentId): void {
    this.#machine.handle({ kind: 'agent-unready', agentId }, this.#nowMs());
    this.#services.matches.changed(this.#tenant);
  }

  agentLetGo(agentId: AgentId): void {
    this.#ready(agentId);
  }

  #ready(agentId: AgentId): void {
    if (this.#services.hub.seat(agentId)?.keptFor != null) return;
    const nowMs = this.#nowMs();
    const figures = this.#asksToday ? this.#services.hub.seat(agentId)?.todayFigures(nowMs) : undefined;
    const today = figures && {
      callsAnswered: figures.callsAnswered,
      phoneMs: figures.answeringMs + figures.outgoingMs,
    };
    const free: AgentFree = { agentId, sinceMs: nowMs, ...(today && { today }) };
    if (this.#asksElsewhere(agentId))
      this.#services.matches.ask(
        this.#tenant,
        free,
        () => this.#services.hub.readySeat(agentId) && this.#free(free),
      );
    else this.#free(free);
  }

  /** Strict order: an older call may wait at another node. */
  #asksElsewhere(agentId: AgentId): boolean {
    if (!this.#services.matches.isSpread(this.#tenant)) return false;
    return this.queuesOf(agentId).some((id) => this.#tenant.queues.get(id)?.reach === 'strict-order');
  }

  #free(free: AgentFree): void {
    const { siteId } = this.#services.directory;
    this.#perform(this.#machine.handle({ kind: 'agent-ready', siteId, ...free }, this.#nowMs()));
    this.#services.matches.changed(this.#tenant);
  }

  /** F-10: whoever waits for nobody any more goes where the queue says. */
  #signedOut(agentId: AgentId): void {
    this.#lookForStaff(this.#machine.queuesOf(agentId));
  }

  /** Agents of other nodes came, or went. */
  staffChanged(): void {
    this.#lookForStaff(this.#tenant.queues.keys());
  }

  /** F-11: how classes of service stand at all nodes; null: nobody tells any more. */
  serviceTold(classes: readonly ServiceTold[] | null): void {
    this.#perform(
      this.#machine.handle(
        classes ? { kind: 'service-told', classes } : { kind: 'service-told-no-more' },
        this.#nowMs(),
      ),
    );
    this.#services.matches.changed(this.#tenant);
  }

  /** The floor tells the other nodes more than it did. */
  spreadBegan(): void {
    this.#services.floor.changed(this.#tenant);
  }

  /** F-25: how fast queues are served at all nodes; null: nobody tells any more. */
  paceTold(queues: readonly PaceTold[] | null): void {
    if (queues) this.#pace?.told(queues, this.#nowMs());
    else this.#pace?.toldNoMore();
    this.#paceChanged();
  }

  #paceChanged(): void {
    if (this.#pace) this.#services.paces.changed(this.#tenant.id, this.#pace);
  }

  #lookForStaff(queueIds: Iterable<QueueId>): void {
    for (const queueId of queueIds) {
      if (!this.#tenant.queues.get(queueId)?.onNobody || this.isStaffed(queueId)) continue;
      for (const entry of this.#entries.values())
        if (entry instanceof QueueEntry && entry.queue.id === queueId)
          entry.call.run(() => this.#nobodyIsLeft(entry));
    }
  }

  #nobodyIsLeft(entry: QueueEntry): void {
    const { call, queue } = entry;
    // Those before may have led somebody back into the queue, or the call elsewhere.
    if (!queue.onNobody || entry.rings.size > 0 || this.#entries.get(call.id) !== entry) return;
    this.#leave(entry, 'nobody');
    this.#ownStep(call, queue.onNobody);
  }

  /** It has waited as long as a widening of its queue asks. */
  aged(callId: CallId, waitedMs: number): void {
    this.#perform(this.#machine.handle({ kind: 'call-aged', callId, waitedMs }, this.#nowMs()));
  }

  waitedTooLong(entry: QueueEntry): void {
    if (entry.rings.size > 0) {
      entry.isOverdue = true;
      return;
    }
    this.#leave(entry, 'timeout');
    const { call, queue } = entry;
    if (entry.handlesTimeout && call.flow) call.flow.queueLeft('timeout');
    else this.#ownStep(call, queue.onTimeout);
  }

  callEnded(entry: Waiting, reason: EndReason): void {
    const rings = [...entry.rings];
    entry.rings.clear();
    const isAbandoned = reason.party === 'caller';
    this.#leave(entry, isAbandoned ? 'abandoned' : 'ended');
    for (const ring of rings) ring.withdraw();
  }

  /** At start-up: what the journal says of the queue earlier today. */
  recount(
    queueId: QueueId,
    happened: { readonly offered: true } | { readonly left: QueueCause; readonly waitedMs: number },
  ): void {
    if ('offered' in happened) return this.#counts.offered(queueId);
    const { waitedMs, left } = happened;
    this.#machine.servedBefore(queueId, { waitedMs, isAnswered: left === 'agent' });
    this.#counts.left(queueId, left, { waitedMs, targetMs: targetMs(this.#tenant.queues.get(queueId)) });
  }

  /** 1 is next here; 0 rings, or does not wait here. */
  position(callId: CallId): number {
    return this.#machine.position(callId, this.#nowMs());
  }

  /** As the caller is told, with those of other nodes who are served before. */
  toldPosition({ callId, queue }: Pick<QueueEntry, 'callId' | 'queue'>): number {
    const position = this.position(callId);
    return position === 0 ? 0 : position + this.#aheadOf(callId, queue.id);
  }

  queuesOf(agentId: AgentId): readonly QueueId[] {
    return this.#machine.queuesOf(agentId);
  }

  /** Callers who wait and whom nobody of this node serves just now, and numbers that are owed a call. */
  *callsWanting(): IterableIterator<CallWanting> {
    for (const call of this.#machine.wanting()) {
      const { callId, queueId, sinceMs, contact, customerLevel, dedicatedAgentId, lastAgentId } = call;
      const entry = this.#entries.get(callId);
      yield {
        callId,
        queueId,
        sinceMs,
        ...(contact !== 'call' && { contact }),
        ...(customerLevel !== null && { customerLevel }),
        ...(dedicatedAgentId && { dedicatedAgentId }),
        ...(lastAgentId && { lastAgentId }),
        siteId: entry instanceof QueueEntry ? this.#siteOf(entry.call) : null,
      };
    }
  }

  *agentsFree(): IterableIterator<AgentFree> {
    for (const { id: agentId, readySinceMs: sinceMs, today } of this.#machine.ready())
      yield { agentId, sinceMs, ...(this.#asksToday && { today }) };
  }

  floorQueues(seats: readonly AgentSeat[]): FloorQueue[] {
    const signedIn = new Map<QueueId, number>();
    for (const seat of seats)
      for (const queueId of this.queuesOf(seat.agentId))
        signedIn.set(queueId, (signedIn.get(queueId) ?? 0) + 1);
    const nowMs = this.#nowMs();
    const spreadPace = this.#services.matches.isSpread(this.#tenant) ? this.#pace : null;
    return [...this.#tenant.queues].map(([queueId, { serviceTarget }]) => {
      const recent = this.#machine.service(queueId, nowMs);
      const served = spreadPace?.served(queueId, nowMs);
      return {
        queueId,
        waiting: this.#machine.waitingIn(queueId),
        longestSinceMs: this.#machine.longestSinceMs(queueId),
        agentsReady: this.#machine.readyIn(queueId),
        agentsSignedIn: signedIn.get(queueId) ?? 0,
        ...this.#counts.of(queueId),
        service: serviceTarget && recent ? { ...serviceTarget, ...recent } : null,
        ...(served && { pace: paceOf(served) }),
      };
    });
  }

  /** All of one call's rings stand before the first begins: one that fails at once is not the last. */
  #perform(effects: readonly AcdEffect[]): void {
    const begun: (() => void)[] = [];
    for (const { callId, agentId, decision } of effects) {
      const entry = this.#entries.get(callId);
      if (!entry || !this.#isOpen(entry)) {
        begun.push(() => this.#services.hub.readySeat(agentId) && this.#ready(agentId));
        continue;
      }
      const seat = this.#services.hub.seat(agentId);
      const ring = seat && this.#ringOf(entry, seat, decision);
      if (ring) entry.rings.add(ring);
      begun.push(() => entry.call.run(() => (ring ? this.#ring(entry, ring) : this.#returnedBy(entry))));
    }
    for (const begin of begun) begin();
  }

  /** False: there is no room for one more call just now, and the number is called later. */
  #isOpen(entry: Waiting): boolean {
    if (entry instanceof QueueEntry || entry.open()) return true;
    this.#forget(entry);
    this.#services.callbacks.postpone(entry.callback.id);
    return false;
  }

  /** E-06, F-22: one agent after the other, or all at once, each as long as the business allows. */
  #ringOf(entry: Waiting, seat: AgentSeat, decision: Decision): AgentRing | undefined {
    const { call, queue } = entry;
    const { agent } = seat;
    if (!agent) return undefined;
    const ring: AgentRing = new AgentRing(
      { call, agent, seat, queue, ringTimeoutMs: queue.ringTimeoutMs, decision },
      (outcome) => this.#rang(entry, ring, outcome),
    );
    return ring;
  }

  /** B-02: the agent of another node was found for a caller who waits here, or for a number that is owed a call, and is kept there. False: it waits no more. */
  claim(callId: CallId, to: AgentKept & Pick<VisitRingRequest, 'decision'>): boolean {
    const entry = this.#entries.get(callId);
    if (!entry || (entry.rings.size > 0 && entry.queue.ringing !== 'all')) return false;
    if (!this.#isOpen(entry)) return false;
    const { call, queue } = entry;
    const { ringTimeoutMs } = queue;
    const ring: VisitRing = new VisitRing({ call, queue, ringTimeoutMs, ...to }, (outcome) => {
      entry.rings.delete(ring);
      if (outcome.kind !== 'accepted') return this.#returnedBy(entry);
      this.#taken(entry);
      this.#pace?.taken(to.agentId, queue.id, ring.startedAtMs);
      entry.taken(outcome.leg, { id: to.agentId, seat: null });
      // What comes after a call is done at the agent's node, as long as the queue grants.
      if (call.partner)
        call.partner.onLeft = () => this.#pace?.free(to.agentId, this.#nowMs() + entry.queue.wrapUpMs);
    });
    entry.rings.add(ring);
    this.#machine.handle({ kind: 'call-claimed', callId }, this.#nowMs());
    call.run(() => this.#ring(entry, ring));
    return true;
  }

  /** Nobody serves the caller any more, through no fault of theirs: before all who came after. */
  takeBack(call: Call, { id }: Queue): void {
    const queue = this.#tenant.queues.get(id) ?? call.queue!;
    call.queue = queue;
    this.#counts.offered(id);
    this.#record(call, queue, 1);
    this.#wait(call, queue, {
      handlesTimeout: false,
      sinceMs: this.#nowMs(),
      placeSinceMs: call.startedAtMs,
    });
  }

  #ring(entry: Waiting, ring: AgentRing | VisitRing): void {
    entry.call.enter(entry);
    ring.start();
    this.#changed();
  }

  #rang(entry: Waiting, ring: AgentRing, outcome: RingOutcome): void {
    entry.rings.delete(ring);
    if (outcome.kind !== 'accepted') return this.#returnedBy(entry);
    this.#taken(entry);
    const { agent, seat } = ring.request;
    this.#pace?.taken(agent.id, entry.queue.id, ring.startedAtMs);
    if (seat) entry.taken(outcome.leg, { id: agent.id, seat });
  }

  /** The call is gone from the queue before the others are free again, so that none of them is rung for it anew. */
  #taken(entry: Waiting): void {
    const others = [...entry.rings];
    entry.rings.clear();
    this.#leave(entry, 'agent');
    for (const other of others) other.withdraw(elsewhereRelease);
  }

  /** One did not take it; the caller waits on where nobody is left who may. */
  #returnedBy(entry: Waiting): void {
    if (entry.rings.size === 0) this.#returned(entry);
    else this.#changed();
  }

  #returned(entry: Waiting): void {
    if (entry instanceof QueueEntry) {
      if (entry.isOverdue) return this.waitedTooLong(entry);
    } else if (entry.callback.origin === 'list')
      // It stands behind whoever calls: it comes back when it is quiet again.
      return entry.call.end({ party: 'agent', code: 'no-answer' }, null);
    entry.call.enter(entry);
    this.#perform(this.#machine.handle({ kind: 'call-returned', callId: entry.call.id }, this.#nowMs()));
    this.#changed();
  }

  #overflow(
    call: Call,
    queue: Queue,
    { cause, step, expectedMs }: Overflow,
    flow: { readonly handlesFull: boolean },
  ): void {
    this.#counts.left(queue.id, cause, { waitedMs: 0, targetMs: targetMs(queue) });
    call.record({
      kind: 'queue.left',
      callId: call.id,
      queueId: queue.id,
      cause,
      waitedMs: 0,
      position: this.#machine.waitingIn(queue.id) + 1,
      ...(expectedMs === undefined ? {} : { expectedMs: Math.round(expectedMs) }),
    });
    if (cause === 'full' && flow.handlesFull && call.flow) call.flow.queueLeft('full');
    else this.#ownStep(call, step);
  }

  #wanting(call: Call, queueId: QueueId): CallQueued {
    const level = Number(call.variables.get('customerLevel'));
    return {
      kind: 'call-queued',
      callId: call.id,
      queueId,
      contact: call.facts.webButton ? 'web-call' : 'call',
      customerLevel: level >= 1 ? level : null,
      dedicatedAgentId: this.#tenant.entry.lists.dedicatedAgentOf(call.facts.fromNumber) ?? null,
      lastAgentId: this.#tenant.answeredBefore.of(call.facts.fromNumber)[0] ?? null,
      siteId: this.#asksSite ? this.#siteOf(call) : null,
    };
  }

  /** Where the number dialled is the local one (F-14); of one that is nowhere's, this node's. */
  #siteOf({ facts: { didId } }: Call): SiteId | null {
    const did = didId === null ? undefined : this.#tenant.config.dids.find(({ id }) => id === didId);
    return did?.siteId ?? this.#services.directory.siteId;
  }

  isStaffed(queueId: QueueId): boolean {
    if (this.#services.matches.isStaffedElsewhere(this.#tenant, queueId)) return true;
    const seats = this.#services.hub.seatsOf(this.#tenant);
    return seats.some(({ agentId }) => this.queuesOf(agentId).includes(queueId));
  }

  #ownStep(call: Call, step: Queue['onFull']): void {
    const { flow } = call;
    call.flow = null;
    flow?.callLeft();
    performNextStep(call, step);
  }

  #leave(entry: Waiting, cause: QueueCause): void {
    const { call, queue } = entry;
    const position = Math.max(1, this.position(call.id));
    const waitedMs = this.#nowMs() - entry.enteredAtMs;
    const isServed = cause === 'agent';
    this.#forget(entry, isServed);
    this.#counts.left(queue.id, cause, { waitedMs, targetMs: targetMs(queue) });
    // Whoever is called back gives up nothing by waiting.
    if (entry instanceof QueueEntry) this.#pace?.waitEnded(queue.id, waitedMs, cause === 'abandoned');
    if (isServed && entry.expectedMs !== null) this.#pace?.wasEstimated(queue.id, entry.expectedMs, waitedMs);
    call.waitMs += waitedMs;
    call.record({ kind: 'queue.left', callId: call.id, queueId: queue.id, cause, waitedMs, position });
    this.#changed();
  }

  #record(call: Call, queue: Queue, position: number, keptSinceMs?: number): void {
    call.record({
      kind: 'queue.entered',
      callId: call.id,
      queueId: queue.id,
      queueName: queue.name,
      position,
      ...(keptSinceMs === undefined ? {} : { keptSinceMs }),
    });
  }

  #changed(): void {
    this.#services.floor.changed(this.#tenant);
    this.#services.matches.changed(this.#tenant);
  }

  #nowMs(): number {
    return this.#services.clock.nowMs();
  }
}

function paceOf({ lately, total, arrivalsPerHour }: PaceServed): NonNullable<FloorQueue['pace']> {
  return { lately, total, arrivalsPerHour };
}

/** Of a queue that promises nothing, what everybody's is measured by. */
function targetMs(queue: Queue | undefined): number {
  return queue?.serviceTarget?.withinMs ?? answerTargetMs;
}

/** Strategies that ask what an agent has done today. */
const ofToday: ReadonlySet<AgentStrategy> = new Set(['even', 'least-phone-time']);
