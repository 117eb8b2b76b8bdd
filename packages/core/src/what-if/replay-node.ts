/**
 * One node's queues on a replayed day: who is offered whom is decided by the distribution machine nodes use, what an agent's state
 * becomes by their presence machine, and what a call does that finds a queue full or unattended by their overflow. Here is only
 * what a node's phones and people do otherwise: ring, answer, talk, wrap up, hang up, as recorded or drawn.
 */
import type { Clock } from '../kernel/clock.ts';
import type { AgentId, CallId, QueueId } from '../kernel/ids.ts';
import type { Random } from '../kernel/random.ts';
import type { AgentFree, CallWanting } from '../matching/match.ts';
import type { NextStep } from '../numbers/inbound-rule.ts';
import { AcdMachine, type AcdEffect, type CallQueued } from '../routing/acd-machine.ts';
import { AnsweredBefore } from '../routing/answered-before.ts';
import type { ServiceServed } from '../matching/service-everywhere.ts';
import { expectedWait } from '../routing/expected-wait.ts';
import { expectedWaitAcross } from '../routing/expected-wait-across.ts';
import { overflowOf } from '../routing/overflow.ts';
import type { Queue } from '../routing/queue.ts';
import type { PaceServed, PaceTold } from '../routing/queue-pace.ts';
import { targetKey, type ServiceTold } from '../routing/service-class.ts';
import { ServicePace } from '../routing/service-pace.ts';
import { isAtWork } from '../workforce/presence.ts';
import type { PresenceInput } from '../workforce/presence-machine.ts';
import type { DayTally } from './day-tally.ts';
import type { Fate } from './fates.ts';
import { awayAfterMissMs } from './limits.ts';
import type { Duty, LeftCause, Miss, Visit } from './recorded-day.ts';
import { ReplayAgent, type Absence } from './replay-agent.ts';
import type { ReplayCall, ReplayEntry, ReplayRing } from './replay-call.ts';
import type { ReplaySettings } from './replay-day.ts';

export interface ReplayNodeParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly tally: DayTally;
  readonly settings: ReplaySettings;
  /** Where the tenant has other nodes. */
  readonly across: Across | null;
  fateOf(call: ReplayCall, visit: number, queueId: QueueId, recorded: Visit | undefined): Fate;
  missOf(call: ReplayCall, visit: number, ring: number, recorded: Visit | undefined): Miss | undefined;
}

/** What a node tells of itself, and hears of the others. */
export interface Across {
  callChanged(node: ReplayNode, callId: CallId): void;
  agentChanged(node: ReplayNode, agentId: AgentId): void;
  /** `serveOwn` once no older call waits elsewhere. */
  ask(node: ReplayNode, free: AgentFree): void;
  isStaffedElsewhere(node: ReplayNode, queueId: QueueId): boolean;
  /** Callers who wait there, by queue. */
  waitingElsewhere(node: ReplayNode): ReadonlyMap<QueueId, number>;
  isAtWorkElsewhere(node: ReplayNode, agentId: AgentId): boolean;
  /** Ready there, and serving the queue. */
  readyElsewhere(node: ReplayNode, queueId: QueueId): number;
}

export class ReplayNode {
  readonly #parts: ReplayNodeParts;
  readonly #machine: AcdMachine;
  readonly #queues: ReadonlyMap<QueueId, Queue>;
  readonly #agents = new Map<AgentId, ReplayAgent>();
  readonly #entries = new Map<CallId, ReplayEntry>();
  readonly #answeredBefore = new AnsweredBefore();
  readonly #asksToday: boolean;
  /** Strict order: agents who serve nobody yet, because an older call may wait elsewhere. */
  readonly #asking = new Map<AgentId, AgentFree>();
  /** Kept where a queue goes by expected waits. */
  readonly #pace: ServicePace | null;

  constructor(parts: ReplayNodeParts) {
    this.#parts = parts;
    const { queues, agents } = parts.settings;
    this.#pace = queues.some(({ onLongWait }) => onLongWait) ? new ServicePace() : null;
    this.#machine = new AcdMachine(parts.random);
    this.#machine.configure(parts.settings, this.#nowMs());
    this.#queues = new Map(queues.map((queue) => [queue.id, queue]));
    for (const { id } of agents) this.#agents.set(id, new ReplayAgent(id, this.#nowMs(), this));
    this.#asksToday = queues.some(({ agentOrder }) => agentOrder.some((one) => one === 'even' || one === 'least-phone-time')); // prettier-ignore
  }

  onDuty(duty: Duty): void {
    const agent = this.#agents.get(duty.agentId);
    if (!agent) return;
    if (duty.kind === 'off') return this.#goesOff(agent, duty);
    const { absence } = agent;
    if (!absence) return this.#comesOn(agent);
    absence.lengthMs = this.#nowMs() - absence.askedAtMs;
    absence.comesOn = () => this.#comesOn(agent);
    if (absence.beganAtMs !== null) this.#comesBack(agent, absence);
  }

  #comesOn(agent: ReplayAgent): void {
    agent.duty = 'on';
    agent.isSignedIn = true;
    agent.isOnCall = false;
    agent.absence = null;
    if (agent.presence.state === 'offline') this.apply(agent, { kind: 'sign-in', device: 'browser' });
    // What is in hand is finished first, as recorded.
    else if (agent.presence.state !== 'wrapping') this.apply(agent, { kind: 'ready' });
  }

  #goesOff(agent: ReplayAgent, { isSignedIn, isOnCall }: Extract<Duty, { kind: 'off' }>): void {
    agent.duty = 'off';
    agent.isOnCall = isOnCall;
    agent.isSignedIn = isSignedIn;
    const { state } = agent.presence;
    const isAway = state === 'paused' || state === 'offline';
    const nowMs = this.#nowMs();
    // Signed out of a pause: it is the same absence.
    if (agent.absence && isAway) {
      if (!isSignedIn) this.#signedOut(agent);
      return;
    }
    agent.absence = { askedAtMs: nowMs, beganAtMs: isAway ? nowMs : null, lengthMs: null, comesOn: () => {} };
    if (state !== 'wrapping') this.apply(agent, { kind: 'not-ready', reasonId: null });
    if (isAway && !isSignedIn) this.#signedOut(agent);
  }

  #comesBack(agent: ReplayAgent, absence: Absence): void {
    const backAtMs = absence.beganAtMs! + absence.lengthMs!;
    if (backAtMs <= this.#nowMs()) return absence.comesOn();
    this.#parts.clock.after(backAtMs - this.#nowMs(), () => {
      if (agent.absence === absence) absence.comesOn();
    });
  }

  /** Known from days before. */
  remembers(caller: string, agentId: AgentId): void {
    this.#answeredBefore.note(caller, agentId);
  }

  /** The call comes to a queue. */
  enter(call: ReplayCall, queueId: QueueId): void {
    const nowMs = this.#nowMs();
    const visit = call.visits++;
    const queue = this.#queues.get(queueId);
    // Removed since: nobody can say what would have become of it.
    if (!queue) return this.#parts.tally.visit({ queueId, enteredAtMs: nowMs, cause: 'ended', waitedMs: 0 });
    const wanting = this.#wanting(call, queueId);
    const expectedMs = this.#expectedWaitMs(wanting);
    const overflow = overflowOf(queue, {
      ready: this.#readyIn(queueId),
      calls: this.#machine.load(queueId) + this.#waitingElsewhere(queueId),
      isStaffed: () => this.#isStaffed(queueId),
      expectedWaitMs: () => expectedMs,
    });
    this.#pace?.arrived(queueId, nowMs);
    const recorded = this.#recorded(call, visit);
    const fate = this.#parts.fateOf(call, visit, queueId, recorded);
    const entry: ReplayEntry = { call, queue, visit, enteredAtMs: nowMs, fate, rings: new Set(), rung: 0, isOverdue: false, expectedMs, cancels: [] }; // prettier-ignore
    if (overflow) return this.#left(entry, overflow.cause, overflow.step);
    this.#entries.set(call.id, entry);
    this.#startTimers(entry);
    this.#perform(this.#machine.handle(wanting, nowMs));
    this.#parts.across?.callChanged(this, call.id);
  }

  #wanting({ id: callId, recorded: { caller, customerLevel } }: ReplayCall, queueId: QueueId): CallQueued {
    return {
      kind: 'call-queued',
      callId,
      queueId,
      customerLevel,
      dedicatedAgentId: this.#parts.settings.dedicatedAgentOf?.(caller) ?? null,
      lastAgentId: this.#answeredBefore.of(caller)[0] ?? null,
    };
  }

  #expectedWaitMs(wanting: CallQueued): number | null {
    const pace = this.#pace;
    if (!pace || this.#readyIn(wanting.queueId) > 0) return null;
    const { across } = this.#parts;
    const isHere = (agentId: AgentId) => this.isAtWork(agentId);
    const around = {
      isAtWork: (agentId: AgentId) => isHere(agentId) || (across?.isAtWorkElsewhere(this, agentId) ?? false),
      serversOf: (other: QueueId) => this.#machine.serversOf(other),
    };
    const nowMs = this.#nowMs();
    const here = this.#machine.outlook(wanting, nowMs);
    if (!across) return expectedWait(here, { ...around, pace }, nowMs);
    const servesOwnFirst = (agentId: AgentId) => !this.#asksFirst(agentId);
    const waiting = across.waitingElsewhere(this);
    return expectedWaitAcross(
      here,
      around,
      { pace, waiting, cameBefore: null, isHere, servesOwnFirst },
      nowMs,
    );
  }

  /** Of all nodes: free for a call that comes now. */
  #readyIn(queueId: QueueId): number {
    const here = this.#machine.readyIn(queueId);
    const { across } = this.#parts;
    if (here > 0 || !across) return here;
    const waiting = this.#machine.waitingIn(queueId) + this.#waitingElsewhere(queueId);
    return Math.max(0, across.readyElsewhere(this, queueId) - waiting);
  }

  #waitingElsewhere(queueId: QueueId): number {
    return this.#parts.across?.waitingElsewhere(this).get(queueId) ?? 0;
  }

  #asksFirst(agentId: AgentId): boolean {
    return this.#machine.queuesOf(agentId).some((id) => this.#queues.get(id)?.reach === 'strict-order');
  }

  /** The day is over: what agents on duty did last is counted. */
  finish(): void {
    for (const agent of this.#agents.values()) this.#time(agent);
  }

  // Waiting

  #startTimers(entry: ReplayEntry): void {
    const { clock } = this.#parts;
    const { queue, fate, call } = entry;
    if (fate.patienceMs < queue.waitMaxMs + queue.ringTimeoutMs)
      entry.cancels.push(clock.after(fate.patienceMs, () => this.#leaves(entry)));
    entry.cancels.push(clock.after(queue.waitMaxMs, () => this.#waitedTooLong(entry)));
    for (const { afterMs } of queue.widenings)
      if (afterMs !== null && afterMs > 0)
        entry.cancels.push(
          clock.after(afterMs, () =>
            this.#perform(
              this.#machine.handle({ kind: 'call-aged', callId: call.id, waitedMs: afterMs }, this.#nowMs()),
            ),
          ),
        );
  }

  /** The caller hangs up, or is taken out. */
  #leaves(entry: ReplayEntry): void {
    const rings = [...entry.rings];
    entry.rings.clear();
    this.#leave(entry, entry.fate.leavesAs === 'abandoned' ? 'gave-up' : 'led-on');
    this.#left(entry, entry.fate.leavesAs, null);
    for (const ring of rings) this.#withdraw(ring);
  }

  #waitedTooLong(entry: ReplayEntry): void {
    if (entry.rings.size > 0) {
      entry.isOverdue = true;
      return;
    }
    this.#leave(entry);
    this.#left(entry, 'timeout', entry.queue.onTimeout);
  }

  #leave(entry: ReplayEntry, how: 'answered' | 'gave-up' | 'led-on' = 'led-on'): void {
    const { id: callId } = entry.call;
    this.#entries.delete(callId);
    this.#parts.across?.callChanged(this, callId);
    this.#pace?.waitEnded(entry.queue.id, this.#nowMs() - entry.enteredAtMs, how === 'gave-up');
    for (const cancel of entry.cancels) cancel();
    const isAnswered = how === 'answered';
    this.#machine.handle({ kind: 'call-left', callId, isAnswered }, this.#nowMs());
  }

  /** F-10: whoever waits for nobody any more goes where the queue says. */
  #signedOut(agent: ReplayAgent): void {
    for (const queueId of this.#machine.queuesOf(agent.id)) {
      const onNobody = this.#queues.get(queueId)?.onNobody;
      if (!onNobody || this.#isStaffed(queueId)) continue;
      for (const entry of this.#entries.values()) {
        const isThere = this.#entries.get(entry.call.id) === entry;
        if (entry.queue.id !== queueId || !isThere || entry.rings.size > 0) continue;
        this.#leave(entry);
        this.#left(entry, 'nobody', onNobody);
      }
    }
  }

  /** Counted, and on its way: as it went in life where the same happened there, or else as the settings say. */
  #left(entry: ReplayEntry, cause: LeftCause, step: NextStep | null): void {
    const { call, queue, enteredAtMs, visit } = entry;
    const nowMs = this.#nowMs();
    const waitedMs = nowMs - enteredAtMs;
    this.#parts.tally.visit({ queueId: queue.id, enteredAtMs, cause, waitedMs });
    if (cause === 'agent' && entry.expectedMs !== null)
      this.#pace?.wasEstimated(queue.id, entry.expectedMs, waitedMs);
    if (cause === 'abandoned') return;
    const { visits } = call.recorded;
    const recorded = this.#recorded(call, visit);
    const isAsRecorded = recorded?.left?.cause === cause && !this.#parts.settings.changedSteps?.has(step!);
    if (!isAsRecorded) call.isElsewhere = true;
    const next = isAsRecorded ? visits[visit + 1] : undefined;
    if (next && recorded?.left) {
      const leftAtMs = recorded.enteredAtMs + recorded.left.waitedMs;
      this.#parts.clock.after(next.enteredAtMs - leftAtMs, () => this.enter(call, next.queueId));
    } else if (!isAsRecorded && step?.kind === 'queue') this.enter(call, step.queueId);
  }

  /** What was in life, while the call goes the way it went there. */
  #recorded({ isElsewhere, recorded }: ReplayCall, visit: number): Visit | undefined {
    return isElsewhere ? undefined : recorded.visits[visit];
  }

  #isStaffed(queueId: QueueId): boolean {
    return this.isStaffed(queueId) || (this.#parts.across?.isStaffedElsewhere(this, queueId) ?? false);
  }

  // Ringing

  #perform(effects: readonly AcdEffect[]): void {
    this.#ringEach(
      effects.flatMap(({ callId, agentId }) => {
        const entry = this.#entries.get(callId);
        const agent = this.#agents.get(agentId);
        return entry && agent ? [[entry, agent] as const] : [];
      }),
    );
  }

  /** All of one call's rings stand before the first begins. */
  #ringEach(pairs: readonly (readonly [ReplayEntry, ReplayAgent])[]): void {
    const rings = pairs.map(([entry, agent]) => {
      const ring: ReplayRing = { entry, agent, startedAtMs: this.#nowMs(), cancel: () => {} };
      entry.rings.add(ring);
      return ring;
    });
    for (const ring of rings) this.#ring(ring);
  }

  #ring(ring: ReplayRing): void {
    const { entry, agent } = ring;
    const { queue, fate, call } = entry;
    agent.ring = ring;
    entry.rung++;
    this.#parts.across?.callChanged(this, call.id);
    agent.host.apply(agent, { kind: 'reserve', callId: call.id });
    const { clock } = this.#parts;
    const rangMs = this.#answersAfterMs(ring);
    const miss = this.#missOf(ring);
    if (!miss && rangMs < queue.ringTimeoutMs)
      ring.cancel = clock.after(rangMs, () => this.#accepted(ring, fate));
    else {
      const endsAfterMs = Math.min(miss?.declinesAfterMs ?? Infinity, queue.ringTimeoutMs);
      ring.cancel = clock.after(endsAfterMs, () => this.#rangInVain(ring, miss?.awayMs ?? awayAfterMissMs));
    }
  }

  #missOf({ entry: { call, visit, rung } }: ReplayRing): Miss | undefined {
    return this.#parts.missOf(call, visit, rung - 1, this.#recorded(call, visit));
  }

  /** Of several who ring, the one who answered in life is first. */
  #answersAfterMs({ entry, agent }: ReplayRing): number {
    const { call, fate, visit, queue } = entry;
    const answered = this.#recorded(call, visit)?.service?.agentId;
    return queue.ringing === 'all' && agent.id !== answered ? fate.rangMs + 1 : fate.rangMs;
  }

  #accepted(ring: ReplayRing, fate: Fate): void {
    const { entry, agent } = ring;
    const { call } = entry;
    agent.ring = null;
    entry.rings.delete(ring);
    const others = [...entry.rings];
    entry.rings.clear();
    agent.host.apply(agent, { kind: 'talk', callId: call.id });
    this.#leave(entry, 'answered');
    this.#pace?.taken(agent.id, entry.queue.id, ring.startedAtMs);
    this.#answeredBefore.note(call.recorded.caller, agent.id);
    this.#left(entry, 'agent', null);
    for (const other of others) this.#withdraw(other);
    const talkMs = Math.round(fate.talkMs * this.#parts.settings.talk);
    this.#parts.clock.after(talkMs, () => this.#talked(agent, entry));
  }

  #talked(agent: ReplayAgent, { queue, fate, call }: ReplayEntry): void {
    const { ms, excessMs } = fate.wrap;
    const wrapUpMs = excessMs === null ? Math.min(ms, queue.wrapUpMs) : queue.wrapUpMs + excessMs;
    agent.host.apply(agent, { kind: 'call-ended', wrapUpMs });
    // As at a node: how long after-call work takes elsewhere is not known.
    if (agent.host !== this) {
      this.#pace?.free(agent.id, this.#nowMs() + queue.wrapUpMs);
      this.#parts.across?.callChanged(this, call.id);
    }
    if (agent.presence.state !== 'wrapping') return;
    const { sinceMs } = agent.presence;
    this.#parts.clock.after(wrapUpMs, () => {
      const { state, sinceMs: nowSinceMs, callId } = agent.presence;
      if (state !== 'wrapping' || nowSinceMs !== sinceMs || callId !== call.id) return;
      agent.host.apply(
        agent,
        agent.duty === 'off' ? { kind: 'not-ready', reasonId: null } : { kind: 'wrap-ended' },
      );
    });
  }

  #rangInVain(ring: ReplayRing, awayMs: number): void {
    const { entry, agent } = ring;
    agent.ring = null;
    entry.rings.delete(ring);
    agent.host.apply(agent, { kind: 'ring-no-answer' });
    const { sinceMs } = agent.presence;
    this.#parts.clock.after(awayMs, () => {
      const isAwayStill = agent.presence.state === 'paused' && agent.presence.sinceMs === sinceMs;
      if (agent.duty === 'on' && isAwayStill) agent.host.apply(agent, { kind: 'ready' });
    });
    if (entry.rings.size > 0) return;
    if (entry.isOverdue) return this.#waitedTooLong(entry);
    this.#perform(this.#machine.handle({ kind: 'call-returned', callId: entry.call.id }, this.#nowMs()));
    this.#parts.across?.callChanged(this, entry.call.id);
  }

  #withdraw(ring: ReplayRing): void {
    ring.cancel();
    ring.agent.ring = null;
    ring.agent.host.apply(ring.agent, { kind: 'release' });
  }

  // Agents

  /** Every change of presence goes through here, as at a node. */
  apply(agent: ReplayAgent, input: PresenceInput): void {
    const before = agent.presence.state;
    const sinceMs = agent.presence.sinceMs;
    const nowMs = this.#nowMs();
    const outcome = agent.presence.handle(input, nowMs);
    if (!outcome.ok || !outcome.change) return;
    this.#count(before, sinceMs);
    if (this.#asksToday) agent.figures.onPresence(outcome.change, 'inbound', nowMs);
    if (before === 'ready') {
      this.#asking.delete(agent.id);
      this.#machine.handle({ kind: 'agent-unready', agentId: agent.id }, nowMs);
      this.#parts.across?.agentChanged(this, agent.id);
    }
    const { to } = outcome.change;
    if (to === 'ready' || !isAtWork(to)) this.#pace?.free(agent.id, nowMs);
    // A pause asked for during a call that was over before the call was.
    if (to === 'paused' && agent.duty !== 'off' && input.kind !== 'ring-no-answer')
      return this.apply(agent, { kind: 'ready' });
    if (to === 'paused' && agent.absence?.beganAtMs === null) {
      agent.absence.beganAtMs = nowMs;
      if (!agent.isSignedIn) this.#signedOut(agent);
      if (agent.absence.lengthMs !== null) this.#comesBack(agent, agent.absence);
    }
    if (to === 'ready') this.#ready(agent);
  }

  #ready(agent: ReplayAgent): void {
    const nowMs = this.#nowMs();
    const figures = this.#asksToday ? agent.figures.read(nowMs) : undefined;
    const today = figures && {
      callsAnswered: figures.callsAnswered,
      phoneMs: figures.answeringMs + figures.outgoingMs,
    };
    const free: AgentFree = { agentId: agent.id, sinceMs: nowMs, ...(today && { today }) };
    const { across } = this.#parts;
    if (!across || !this.#asksFirst(agent.id)) return this.#free(free);
    this.#asking.set(agent.id, { ...free, asks: true });
    across.ask(this, free);
  }

  #free(free: AgentFree): void {
    this.#perform(this.#machine.handle({ kind: 'agent-ready', ...free }, this.#nowMs()));
    this.#parts.across?.agentChanged(this, free.agentId);
  }

  // Other nodes

  isAtWork(agentId: AgentId): boolean {
    const agent = this.#agents.get(agentId);
    return agent !== undefined && (agent.isOnCall || isAtWork(agent.presence.state));
  }

  waitingIn(queueId: QueueId): number {
    return this.#machine.waitingIn(queueId);
  }

  readyIn(queueId: QueueId): number {
    return this.#machine.readyIn(queueId);
  }

  /** F-11: what it has served of its classes of service. */
  served(): ServiceServed[] {
    const classes = new Map<string, ServiceServed>();
    for (const { id, serviceTarget } of this.#queues.values()) {
      const service = serviceTarget && this.#machine.service(id, this.#nowMs());
      if (service) classes.set(targetKey(serviceTarget), { ...serviceTarget, ...service });
    }
    return [...classes.values()];
  }

  /** F-25 */
  paced(): PaceServed[] {
    const nowMs = this.#nowMs();
    return [...this.#queues.keys()].flatMap((id) => this.#pace?.served(id, nowMs) ?? []);
  }

  told(service: readonly ServiceTold[], pace: readonly PaceTold[]): void {
    this.#pace?.told(pace, this.#nowMs());
    if (service.length > 0)
      this.#perform(this.#machine.handle({ kind: 'service-told', classes: service }, this.#nowMs()));
  }

  /** Undefined: it waits no more, or is being rung for. */
  wanting(callId: CallId): CallWanting | undefined {
    const entry = this.#entries.get(callId);
    if (!entry || entry.rings.size > 0) return undefined;
    const { kind: _, ...wanting } = this.#wanting(entry.call, entry.queue.id);
    return { ...wanting, sinceMs: entry.enteredAtMs };
  }

  agentFree(agentId: AgentId): AgentFree | undefined {
    const asking = this.#asking.get(agentId);
    if (asking) return asking;
    const { presence } = this.#agents.get(agentId)!;
    return presence.state === 'ready' ? { agentId, sinceMs: presence.sinceMs } : undefined;
  }

  serveOwn(agentId: AgentId): void {
    const free = this.#asking.get(agentId);
    if (!free) return;
    this.#asking.delete(agentId);
    this.#free({ ...free, asks: false });
  }

  /** Undefined: not free. */
  keep(agentId: AgentId): ReplayAgent | undefined {
    return this.agentFree(agentId) && this.#agents.get(agentId);
  }

  /** A caller of ours is offered an agent of another node. */
  claim(callId: CallId, agent: ReplayAgent): boolean {
    const entry = this.#entries.get(callId);
    if (!entry || entry.rings.size > 0) return false;
    this.#machine.handle({ kind: 'call-claimed', callId }, this.#nowMs());
    this.#ringEach([[entry, agent]]);
    return true;
  }

  isStaffed(queueId: QueueId): boolean {
    for (const agent of this.#agents.values())
      if (
        (agent.isSignedIn || isAtWork(agent.presence.state)) &&
        this.#machine.queuesOf(agent.id).includes(queueId)
      )
        return true;
    return false;
  }

  #time({ presence }: ReplayAgent): void {
    this.#count(presence.state, presence.sinceMs);
  }

  #count(state: ReplayAgent['presence']['state'], sinceMs: number): void {
    if (state === 'ready') this.#parts.tally.time('free', sinceMs, this.#nowMs());
    else if (state === 'reserved' || state === 'talking' || state === 'wrapping')
      this.#parts.tally.time('busy', sinceMs, this.#nowMs());
  }

  #nowMs(): number {
    return this.#parts.clock.nowMs();
  }
}
