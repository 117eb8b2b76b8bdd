/**
 * The queues of one tenant at this node: performs what the distribution machine decides, by ringing agents and returning
 * callers. Counts what the floor shows of each queue since midnight.
 */
import type { EndReason } from '@seatgrid/core/calls/end-reason.ts';
import type { AgentId, CallId, QueueId } from '@seatgrid/core/kernel/ids.ts';
import type { Random } from '@seatgrid/core/kernel/random.ts';
import { AcdMachine, type AcdEffect, type CallQueued } from '@seatgrid/core/routing/acd-machine.ts';
import type { Decision } from '@seatgrid/core/routing/decision.ts';
import { expectedWait } from '@seatgrid/core/routing/expected-wait.ts';
import { overflowOf, type Overflow } from '@seatgrid/core/routing/overflow.ts';
import type { Queue } from '@seatgrid/core/routing/queue.ts';
import { ServicePace } from '@seatgrid/core/routing/service-pace.ts';
import type { AgentStrategy } from '@seatgrid/core/routing/strategy.ts';
import { isAtWork, type PresenceState } from '@seatgrid/core/workforce/presence.ts';
import { overflowCauses } from '@seatgrid/contracts/journal/journal-event.ts';
import type { FloorQueue } from '@seatgrid/contracts/realtime/floor.ts';
import type { AgentSeat } from '../agents/agent-seat.ts';
import { AgentRing, type RingOutcome } from '../calls/agent-ring.ts';
import type { CallServices } from '../calls/call-services.ts';
import type { Call } from '../calls/call.ts';
import { converse } from '../calls/converse.ts';
import { performNextStep } from '../calls/next-step.ts';
import { answerTargetMs } from '../limits.ts';
import type { TenantAtNode } from '../tenants/tenant-at-node.ts';
import { QueueEntry, type QueueCause } from './queue-entry.ts';

interface QueueCounts {
  offered: number;
  answered: number;
  answeredInTarget: number;
  abandoned: number;
  readonly overflowed: Partial<Record<OverflowCause, number>>;
}

type OverflowCause = (typeof overflowCauses)[number];

export class AcdRunner {
  readonly #services: CallServices;
  readonly #tenant: TenantAtNode;
  readonly #machine: AcdMachine;
  readonly #entries = new Map<CallId, QueueEntry>();
  readonly #counts = new Map<QueueId, QueueCounts>();
  #countsSinceMs = 0;
  #asksToday = false;
  /** Kept where a queue of the tenant asks for expected waits. */
  #pace: ServicePace | null = null;

  constructor(services: CallServices, tenant: TenantAtNode, random: Random) {
    this.#machine = new AcdMachine(random);
    this.#services = services;
    this.#tenant = tenant;
    this.configure();
  }

  /** Queues or skills changed: callers already waiting may now have somebody. */
  configure(): void {
    const { queues, agents, config } = this.#tenant;
    this.#asksToday = config.queues.some(({ agentOrder }) => agentOrder.some((one) => ofToday.has(one)));
    const asksPace = config.queues.some(({ announceWait, onLongWait }) => announceWait ?? onLongWait);
    this.#pace = asksPace ? (this.#pace ?? new ServicePace()) : null;
    this.#perform(
      this.#machine.configure(
        { queues: [...queues.values()], agents: [...agents.values()], callOrder: config.callOrder },
        this.#nowMs(),
      ),
    );
    for (const entry of this.#entries.values()) entry.configured(queues.get(entry.queue.id));
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
    this.#count(queueId).offered++;
    this.#record(call, queue, this.#machine.waitingIn(queueId) + 1);
    const overflow = overflowOf(queue, {
      ready: this.#machine.readyIn(queueId),
      calls: this.#machine.load(queueId),
      isStaffed: () => this.#isStaffed(queueId),
      expectedWaitMs: () => this.expectedWaitMs(call, queueId),
    });
    this.#pace?.arrived(queueId, this.#nowMs());
    if (overflow) return this.#overflow(call, queue, overflow, flow);
    const entry = new QueueEntry(this, call, queue, flow.handlesTimeout);
    this.#entries.set(call.id, entry);
    call.enter(entry);
    entry.expectedMs = this.expectedWaitMs(call, queueId);
    entry.begin();
    this.#perform(this.#machine.handle(this.#wanting(call, queueId), this.#nowMs()));
    this.#changed();
  }

  /** F-10, F-25. Null where it cannot be said, or somebody is free and there is no wait. */
  expectedWaitMs(call: Call, queueId: QueueId): number | null {
    const pace = this.#pace;
    if (!pace || this.#machine.readyIn(queueId) > 0) return null;
    const around = {
      pace,
      isAtWork: (agentId: AgentId) => isAtWork(this.#services.hub.seat(agentId)?.presence.state),
      serversOf: (other: QueueId) => this.#machine.serversOf(other),
    };
    const nowMs = this.#nowMs();
    return expectedWait(this.#machine.outlook(this.#wanting(call, queueId), nowMs), around, nowMs);
  }

  /** Told of every change of presence; the last thing done with one, since it may ring the agent at once. */
  agentChanged(agentId: AgentId, from: PresenceState, to: PresenceState): void {
    if (from === 'ready') this.#machine.handle({ kind: 'agent-unready', agentId }, this.#nowMs());
    if (to === 'ready' || !isAtWork(to)) this.#pace?.free(agentId, this.#nowMs());
    if (to === 'offline') this.#signedOut(agentId);
    if (to === 'ready') this.#ready(agentId);
  }

  #ready(agentId: AgentId): void {
    const nowMs = this.#nowMs();
    const figures = this.#asksToday ? this.#services.hub.seat(agentId)?.todayFigures(nowMs) : undefined;
    const today = figures && {
      callsAnswered: figures.callsAnswered,
      phoneMs: figures.answeringMs + figures.outgoingMs,
    };
    this.#perform(this.#machine.handle({ kind: 'agent-ready', agentId, ...(today && { today }) }, nowMs));
  }

  /** F-10: whoever waits for nobody any more goes where the queue says. */
  #signedOut(agentId: AgentId): void {
    for (const queueId of this.#machine.queuesOf(agentId)) {
      if (!this.#tenant.queues.get(queueId)?.onNobody || this.#isStaffed(queueId)) continue;
      for (const entry of this.#entries.values())
        if (entry.queue.id === queueId) entry.call.run(() => this.#nobodyIsLeft(entry));
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
  aged(entry: QueueEntry, waitedMs: number): void {
    const { id: callId } = entry.call;
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

  callEnded(entry: QueueEntry, reason: EndReason): void {
    const rings = [...entry.rings];
    entry.rings.clear();
    const isAbandoned = reason.party === 'caller';
    if (isAbandoned) this.#count(entry.queue.id).abandoned++;
    this.#leave(entry, isAbandoned ? 'abandoned' : 'ended');
    for (const ring of rings) ring.withdraw();
  }

  /** At start-up: what the journal says of the queue earlier today. */
  recount(
    queueId: QueueId,
    happened: { readonly offered: true } | { readonly left: QueueCause; readonly waitedMs: number },
  ): void {
    const counts = this.#count(queueId);
    if ('offered' in happened) counts.offered++;
    else {
      const { waitedMs, left } = happened;
      this.#machine.servedBefore(queueId, { waitedMs, isAnswered: left === 'agent' });
      if (left === 'abandoned') counts.abandoned++;
      if (isOverflow(left)) countOverflow(counts, left);
      if (left !== 'agent') return;
      counts.answered++;
      if (waitedMs <= targetMs(this.#tenant.queues.get(queueId))) counts.answeredInTarget++;
    }
  }

  /** 1 is next; 0 rings, or does not wait here. */
  position(callId: CallId): number {
    return this.#machine.position(callId, this.#nowMs());
  }

  queuesOf(agentId: AgentId): readonly QueueId[] {
    return this.#machine.queuesOf(agentId);
  }

  floorQueues(seats: readonly AgentSeat[]): FloorQueue[] {
    this.#newDay();
    const signedIn = new Map<QueueId, number>();
    for (const seat of seats)
      for (const queueId of this.queuesOf(seat.agentId))
        signedIn.set(queueId, (signedIn.get(queueId) ?? 0) + 1);
    return [...this.#tenant.queues].map(([queueId, { serviceTarget }]) => {
      const counts = this.#counts.get(queueId);
      const recent = this.#machine.recentService(queueId);
      return {
        queueId,
        waiting: this.#machine.waitingIn(queueId),
        longestSinceMs: this.#machine.longestSinceMs(queueId),
        agentsReady: this.#machine.readyIn(queueId),
        agentsSignedIn: signedIn.get(queueId) ?? 0,
        offered: counts?.offered ?? 0,
        answered: counts?.answered ?? 0,
        answeredInTarget: counts?.answeredInTarget ?? 0,
        abandoned: counts?.abandoned ?? 0,
        overflowed: counts?.overflowed ?? {},
        service: serviceTarget && recent ? { ...serviceTarget, ...recent } : null,
      };
    });
  }

  /** All of one call's rings stand before the first begins: one that fails at once is not the last. */
  #perform(effects: readonly AcdEffect[]): void {
    const begun: (() => void)[] = [];
    for (const { callId, agentId, decision } of effects) {
      const entry = this.#entries.get(callId);
      if (!entry) continue;
      const seat = this.#services.hub.seat(agentId);
      const ring = seat && this.#ringOf(entry, seat, decision);
      if (ring) entry.rings.add(ring);
      begun.push(() => entry.call.run(() => (ring ? this.#ring(entry, ring) : this.#returnedBy(entry))));
    }
    for (const begin of begun) begin();
  }

  /** E-06, F-22: one agent after the other, or all at once, each as long as the business allows. */
  #ringOf(entry: QueueEntry, seat: AgentSeat, decision: Decision): AgentRing | undefined {
    const { call, queue } = entry;
    const { agent } = seat;
    if (!agent) return undefined;
    const ring: AgentRing = new AgentRing(
      { call, agent, seat, queue, ringTimeoutMs: queue.ringTimeoutMs, decision },
      (outcome) => this.#rang(entry, ring, outcome),
    );
    return ring;
  }

  #ring(entry: QueueEntry, ring: AgentRing): void {
    entry.call.enter(entry);
    ring.start();
    this.#changed();
  }

  #rang(entry: QueueEntry, ring: AgentRing, outcome: RingOutcome): void {
    entry.rings.delete(ring);
    if (outcome.kind !== 'accepted') return this.#returnedBy(entry);
    const counts = this.#count(entry.queue.id);
    counts.answered++;
    if (this.#nowMs() - entry.enteredAtMs <= targetMs(entry.queue)) counts.answeredInTarget++;
    const others = [...entry.rings];
    entry.rings.clear();
    // The call is gone from the queue before the others are free again, so that none of them is rung for it anew.
    this.#leave(entry, 'agent');
    for (const other of others) other.withdraw();
    const { agent, seat } = ring.request;
    this.#pace?.taken(agent.id, entry.queue.id, ring.startedAtMs);
    converse(entry.call, outcome.leg, { id: agent.id, seat });
  }

  /** One did not take it; the caller waits on where nobody is left who may. */
  #returnedBy(entry: QueueEntry): void {
    if (entry.rings.size === 0) this.#returned(entry);
    else this.#changed();
  }

  #returned(entry: QueueEntry): void {
    if (entry.isOverdue) return this.waitedTooLong(entry);
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
    countOverflow(this.#count(queue.id), cause);
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
    };
  }

  #isStaffed(queueId: QueueId): boolean {
    const seats = this.#services.hub.seatsOf(this.#tenant);
    return seats.some(({ agentId }) => this.queuesOf(agentId).includes(queueId));
  }

  #ownStep(call: Call, step: Queue['onFull']): void {
    const { flow } = call;
    call.flow = null;
    flow?.callLeft();
    performNextStep(call, step);
  }

  #leave(entry: QueueEntry, cause: QueueCause): void {
    const { call, queue } = entry;
    const position = Math.max(1, this.position(call.id));
    const waitedMs = this.#nowMs() - entry.enteredAtMs;
    this.#entries.delete(call.id);
    const isServed = cause === 'agent';
    if (isOverflow(cause)) countOverflow(this.#count(queue.id), cause);
    this.#machine.handle({ kind: 'call-left', callId: call.id, isAnswered: isServed }, this.#nowMs());
    entry.finish();
    this.#pace?.waitEnded(queue.id, waitedMs, cause === 'abandoned');
    if (isServed && entry.expectedMs !== null) this.#pace?.wasEstimated(queue.id, entry.expectedMs, waitedMs);
    call.waitMs += waitedMs;
    call.record({ kind: 'queue.left', callId: call.id, queueId: queue.id, cause, waitedMs, position });
    this.#changed();
  }

  #record(call: Call, queue: Queue, position: number): void {
    call.record({
      kind: 'queue.entered',
      callId: call.id,
      queueId: queue.id,
      queueName: queue.name,
      position,
    });
  }

  #count(queueId: QueueId): QueueCounts {
    this.#newDay();
    let counts = this.#counts.get(queueId);
    if (!counts)
      this.#counts.set(
        queueId,
        (counts = { offered: 0, answered: 0, answeredInTarget: 0, abandoned: 0, overflowed: {} }),
      );
    return counts;
  }

  #newDay(): void {
    const dayStartsMs = this.#tenant.dayStartsMs(this.#nowMs());
    if (dayStartsMs === this.#countsSinceMs) return;
    this.#countsSinceMs = dayStartsMs;
    this.#counts.clear();
  }

  #changed(): void {
    this.#services.floor.changed(this.#tenant);
  }

  #nowMs(): number {
    return this.#services.clock.nowMs();
  }
}

function isOverflow(cause: QueueCause): cause is OverflowCause {
  return (overflowCauses as readonly string[]).includes(cause);
}

function countOverflow({ overflowed }: QueueCounts, cause: OverflowCause): void {
  overflowed[cause] = (overflowed[cause] ?? 0) + 1;
}

/** Of a queue that promises nothing, what everybody's is measured by. */
function targetMs(queue: Queue | undefined): number {
  return queue?.serviceTarget?.withinMs ?? answerTargetMs;
}

/** Strategies that ask what an agent has done today. */
const ofToday: ReadonlySet<AgentStrategy> = new Set(['even', 'least-phone-time']);
