/**
 * A day of one tenant at one node in virtual time, told as the node's journal tells it: callers come by the hour, wait, give up, overflow
 * and are transferred; agents keep shifts, take breaks, miss and decline rings, place calls of their own. By the machines a node
 * runs; chance from one seed. For whoever needs records of a long day without living through it.
 */
import type { EventFacts, JournalEvent } from '@seatgrid/contracts/journal/journal-event.ts';
import type { Cancel } from '@seatgrid/core/kernel/clock.ts';
import { hourMs, minuteMs, secondMs } from '@seatgrid/core/kernel/duration.ts';
import { createIdSource, type AgentId, type CallId, type QueueId, type ReservationId, type TenantId } from '@seatgrid/core/kernel/ids.ts'; // prettier-ignore
import { randomInteger } from '@seatgrid/core/kernel/random.ts';
import { createSeededRandom } from '@seatgrid/core/kernel/seeded-random.ts';
import { VirtualClock } from '@seatgrid/core/kernel/virtual-clock.ts';
import { AcdMachine, type AcdEffect, type Distribution } from '@seatgrid/core/routing/acd-machine.ts';
import { AnsweredBefore } from '@seatgrid/core/routing/answered-before.ts';
import { expectedWait } from '@seatgrid/core/routing/expected-wait.ts';
import { overflowOf } from '@seatgrid/core/routing/overflow.ts';
import type { Queue } from '@seatgrid/core/routing/queue.ts';
import { ServicePace } from '@seatgrid/core/routing/service-pace.ts';
import { isAtWork } from '@seatgrid/core/workforce/presence.ts';
import { PresenceMachine, type PresenceInput } from '@seatgrid/core/workforce/presence-machine.ts';

export interface DayAtNode {
  readonly tenantId: TenantId;
  readonly seed: number;
  readonly fromMs: number;
  readonly hours: { readonly opens: number; readonly closes: number };
  readonly distribution: Distribution;
  readonly callsPerDay: number;
  /** Means. */
  readonly talkMs: number;
  readonly patienceMs: number;
  /** Of rings that nobody answers, that are declined; of calls that are transferred to another queue. */
  readonly missed: number;
  readonly declined: number;
  readonly transferred: number;
  /** So many numbers call, each again and again; absent: hardly any calls twice. */
  readonly callers?: number;
  /** Answered on the days before, the oldest first. */
  readonly answered?: readonly { readonly caller: string; readonly agentId: AgentId }[];
}

interface Call {
  readonly id: CallId;
  readonly from: string;
  readonly level: number | null;
  stage: 'waiting' | 'ringing' | 'gone';
  expectedMs: number | null;
  queue: Queue;
  enteredAtMs: number;
  ring: { readonly seat: Seat; readonly reservationId: ReservationId; readonly sinceMs: number; cancel: Cancel } | null; // prettier-ignore
  isOverdue: boolean;
  cancels: Cancel[];
}

interface Seat {
  readonly id: AgentId;
  readonly presence: PresenceMachine;
  /** Wants a break or to go home as soon as the call in hand is over. */
  wants: 'break' | 'home' | null;
}

export function liveDay(day: DayAtNode): JournalEvent[] {
  const clock = new VirtualClock(day.fromMs);
  const random = createSeededRandom(day.seed);
  const ids = createIdSource(clock, createSeededRandom(day.seed + 1));
  const machine = new AcdMachine(createSeededRandom(day.seed + 2));
  const events: JournalEvent[] = [];
  const calls = new Map<CallId, Call>();
  const pace = new ServicePace();
  const answeredBefore = new AnsweredBefore();
  for (const { caller, agentId } of day.answered ?? []) answeredBefore.note(caller, agentId);
  const queues = new Map(day.distribution.queues.map((queue) => [queue.id, queue]));
  const seats = new Map<AgentId, Seat>();
  const now = () => clock.nowMs();
  const chance = () => randomInteger(random, 1_000_000) / 1_000_000;
  const exponential = (meanMs: number) => Math.round(-Math.log(1 - chance()) * meanMs);
  const record = (facts: EventFacts) =>
    events.push({ id: ids.next<'event'>(), sequence: events.length + 1, atMs: now(), tenantId: day.tenantId, facts }); // prettier-ignore

  const around = {
    pace,
    isAtWork: (id: AgentId) => isAtWork(seats.get(id)?.presence.state),
    serversOf: (queueId: QueueId) => machine.serversOf(queueId),
  };
  machine.configure(day.distribution, now());

  function apply(seat: Seat, input: PresenceInput): void {
    const outcome = seat.presence.handle(input, now());
    if (!outcome.ok || !outcome.change) return;
    const { from, to, lastedMs, pause, device, callId } = outcome.change;
    record({
      kind: 'agent.presence',
      agentId: seat.id,
      from,
      to,
      lastedMs,
      pauseCause: pause?.kind ?? null,
      pauseReasonId: null,
      device,
      callId,
    });
    if (from === 'ready') machine.handle({ kind: 'agent-unready', agentId: seat.id }, now());
    if (to === 'ready' || !isAtWork(to)) pace.free(seat.id, now());
    if (to === 'offline') signedOut(seat);
    if (to === 'ready') perform(machine.handle({ kind: 'agent-ready', agentId: seat.id }, now()));
  }

  /** At a moment of the agent's own choosing: mostly between calls, else once the one in hand is over. */
  function wishes(seat: Seat, what: 'break' | 'home'): void {
    seat.wants = what;
    const { state } = seat.presence;
    if (state === 'talking' || state === 'reserved') apply(seat, { kind: 'not-ready', reasonId: null });
    else leaves(seat);
  }

  function leaves(seat: Seat): void {
    const { wants } = seat;
    seat.wants = null;
    if (wants === 'home') apply(seat, { kind: 'sign-out' });
    if (wants !== 'break') return;
    apply(seat, { kind: 'not-ready', reasonId: null });
    const [awayMs, dials] = [2 * minuteMs + exponential(8 * minuteMs), chance() < 0.3];
    // A call of the agent's own, out of the pause and back into it.
    if (dials) {
      const callId = ids.next<'call'>();
      apply(seat, { kind: 'talk', callId });
      clock.after(minuteMs, () => apply(seat, { kind: 'call-ended', wrapUpMs: 0 }));
    }
    clock.after(awayMs + minuteMs, () => comesBack(seat));
  }

  function comesBack(seat: Seat): void {
    if (seat.wants === null && seat.presence.state === 'paused') apply(seat, { kind: 'ready' });
  }

  function perform(effects: readonly AcdEffect[]): void {
    for (const { callId, agentId } of effects) {
      const call = calls.get(callId)!;
      const seat = seats.get(agentId)!;
      apply(seat, { kind: 'reserve', callId });
      const reservationId = ids.next<'reservation'>();
      record({ kind: 'reservation.made', callId, reservationId, agentId, queueId: call.queue.id });
      call.stage = 'ringing';
      const luck = chance();
      const isMissed = luck < day.missed;
      const isDeclined = !isMissed && luck < day.missed + day.declined;
      const rangMs = isMissed ? call.queue.ringTimeoutMs : secondMs + exponential(2 * secondMs);
      const outcome = isMissed || rangMs >= call.queue.ringTimeoutMs ? 'expired' : isDeclined ? 'declined' : 'accepted'; // prettier-ignore
      const cancel = clock.after(Math.min(rangMs, call.queue.ringTimeoutMs), () => rang(call, outcome));
      call.ring = { seat, reservationId, sinceMs: now(), cancel };
    }
  }

  function rang(call: Call, outcome: 'accepted' | 'declined' | 'expired' | 'withdrawn'): void {
    const { seat, reservationId, sinceMs } = call.ring!;
    call.ring = null;
    record({ kind: 'reservation.ended', callId: call.id, reservationId, agentId: seat.id, outcome, rangMs: now() - sinceMs }); // prettier-ignore
    if (outcome === 'accepted') return serve(call, seat, sinceMs);
    if (outcome === 'declined') apply(seat, { kind: 'not-ready', reasonId: null });
    apply(seat, { kind: outcome === 'expired' ? 'ring-no-answer' : 'release' });
    if (outcome !== 'withdrawn') clock.after(30 * secondMs + exponential(minuteMs), () => comesBack(seat));
    if (seat.wants !== null && seat.presence.state === 'paused') leaves(seat);
    if (outcome === 'withdrawn') return;
    if (call.isOverdue) return timedOut(call);
    call.stage = 'waiting';
    perform(machine.handle({ kind: 'call-returned', callId: call.id }, now()));
  }

  function serve(call: Call, seat: Seat, rangSinceMs: number): void {
    apply(seat, { kind: 'talk', callId: call.id });
    left(call, 'agent');
    answeredBefore.note(call.from, seat.id);
    pace.taken(seat.id, call.queue.id, rangSinceMs);
    if (call.expectedMs !== null) pace.wasEstimated(call.queue.id, call.expectedMs, now() - call.enteredAtMs);
    record({ kind: 'call.bridged', callId: call.id, agentId: seat.id, queueId: call.queue.id });
    const { queue } = call;
    clock.after(20 * secondMs + exponential(day.talkMs - 20 * secondMs), () => {
      const other = [...queues.values()].find(({ id }) => id !== queue.id);
      if (other && chance() < day.transferred) enter(call, other.id);
      else calls.delete(call.id);
      const wrapUpMs = queue.wrapUpMs;
      apply(seat, { kind: 'call-ended', wrapUpMs });
      const isEarly = chance() < 0.5;
      const wrappedMs = isEarly ? Math.round(wrapUpMs * chance()) : wrapUpMs;
      const ended = () => {
        if (seat.presence.state === 'wrapping') apply(seat, { kind: 'wrap-ended' });
        if (seat.wants !== null) leaves(seat);
      };
      if (wrapUpMs > 0) clock.after(wrappedMs, ended);
      else ended();
    });
  }

  function enter(call: Call, queueId: QueueId): void {
    const queue = queues.get(queueId)!;
    Object.assign(call, { queue, enteredAtMs: now(), stage: 'waiting', isOverdue: false, cancels: [] });
    record({ kind: 'queue.entered', callId: call.id, queueId, queueName: queue.name, position: machine.waitingIn(queueId) + 1 }); // prettier-ignore
    const wanting = {
      kind: 'call-queued',
      callId: call.id,
      queueId,
      customerLevel: call.level,
      lastAgentId: answeredBefore.of(call.from)[0] ?? null,
    } as const;
    call.expectedMs =
      machine.readyIn(queueId) > 0 ? null : expectedWait(machine.outlook(wanting, now()), around, now());
    const overflow = overflowOf(queue, {
      ready: machine.readyIn(queueId),
      calls: machine.load(queueId),
      expectedWaitMs: () => call.expectedMs,
      isStaffed: () => isStaffed(queueId),
    });
    pace.arrived(queueId, now());
    if (overflow) {
      record({
        kind: 'queue.left',
        callId: call.id,
        queueId,
        cause: overflow.cause,
        waitedMs: 0,
        position: 1,
      });
      if (overflow.step.kind === 'queue') enter(call, overflow.step.queueId);
      return;
    }
    call.cancels.push(
      clock.after(exponential(day.patienceMs), () => gaveUp(call)),
      clock.after(queue.waitMaxMs, () => (call.ring ? (call.isOverdue = true) : timedOut(call))),
      ...queue.widenings.flatMap(
        ({ afterMs }) =>
        afterMs === null || afterMs === 0
          ? []
          : [clock.after(afterMs, () => perform(machine.handle({ kind: 'call-aged', callId: call.id, waitedMs: afterMs }, now())))], // prettier-ignore
      ),
    );
    perform(machine.handle(wanting, now()));
  }

  function isStaffed(queueId: QueueId): boolean {
    return [...seats.values()].some(
      ({ id, presence }) => presence.state !== 'offline' && machine.queuesOf(id).includes(queueId),
    );
  }

  function signedOut({ id }: Seat): void {
    for (const queueId of machine.queuesOf(id)) {
      const onNobody = queues.get(queueId)?.onNobody;
      if (!onNobody || isStaffed(queueId)) continue;
      for (const call of calls.values())
        if (call.queue.id === queueId && call.stage === 'waiting') {
          left(call, 'nobody');
          if (onNobody.kind === 'queue') enter(call, onNobody.queueId);
        }
    }
  }

  function gaveUp(call: Call): void {
    const { ring } = call;
    left(call, 'abandoned');
    ring?.cancel();
    if (ring) rang(call, 'withdrawn');
  }

  function timedOut(call: Call): void {
    left(call, 'timeout');
    if (call.queue.onTimeout.kind === 'queue') enter(call, call.queue.onTimeout.queueId);
  }

  function left(call: Call, cause: 'agent' | 'abandoned' | 'timeout' | 'nobody'): void {
    call.stage = 'gone';
    for (const cancel of call.cancels) cancel();
    const waitedMs = now() - call.enteredAtMs;
    pace.waitEnded(call.queue.id, waitedMs, cause === 'abandoned');
    record({ kind: 'queue.left', callId: call.id, queueId: call.queue.id, cause, waitedMs, position: 1 });
    machine.handle({ kind: 'call-left', callId: call.id, isAnswered: cause === 'agent' }, now());
  }

  function arrive(): void {
    const queueIds = [...queues.keys()];
    const queueId = queueIds[randomInteger(random, queueIds.length)]!;
    const level = chance() < 0.1 ? 1 : null;
    const from = `138${String(randomInteger(random, day.callers ?? 100_000_000)).padStart(8, '0')}`;
    const call: Call = { id: ids.next<'call'>(), from, level, stage: 'waiting', expectedMs: null, queue: queues.get(queueId)!, enteredAtMs: now(), ring: null, isOverdue: false, cancels: [] }; // prettier-ignore
    calls.set(call.id, call);
    record({
      kind: 'call.started',
      callId: call.id,
      direction: 'inbound',
      fromNumber: from,
      toNumber: '+864008000001',
      didId: null,
      trunkId: null,
      agentId: null,
      ruleName: null,
      ...(level === null ? {} : { customerLevel: level }),
    });
    enter(call, queueId);
  }

  const opensMs = day.hours.opens * hourMs;
  const openMs = (day.hours.closes - day.hours.opens) * hourMs;
  for (const [index, { id }] of day.distribution.agents.entries()) {
    const seat: Seat = { id, presence: new PresenceMachine(now()), wants: null };
    seats.set(id, seat);
    // Every third comes later and stays later; breaks are spread over the day.
    const lateMs = index % 3 === 0 ? openMs / 4 : 0;
    const comesMs = opensMs + lateMs + (index % 7) * minuteMs - 10 * minuteMs;
    clock.after(comesMs, () => {
      apply(seat, { kind: 'sign-in', device: 'browser' });
      clock.after(minuteMs, () => apply(seat, { kind: 'ready' }));
    });
    for (let breakAtMs = 90 * minuteMs; breakAtMs < openMs * 0.6; breakAtMs += 2 * hourMs)
      clock.after(comesMs + breakAtMs + randomInteger(random, 30 * minuteMs), () => wishes(seat, 'break'));
    clock.after(comesMs + openMs * 0.75 + randomInteger(random, 10 * minuteMs), () => wishes(seat, 'home'));
  }
  // Twice as many at the height of the day as at its ends.
  for (let call = 0; call < day.callsPerDay; call++) {
    const peak = (chance() + chance()) / 2;
    clock.after(opensMs + Math.floor((chance() < 0.5 ? peak : chance()) * openMs), arrive);
  }
  clock.advance(30 * hourMs);
  return events;
}
