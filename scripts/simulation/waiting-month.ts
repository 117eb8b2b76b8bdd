/**
 * Days of two queues in virtual time, to hold estimated waits against the waits that came: ours, made by the production code, the last
 * caller's wait, and the textbook's queue-length formula. Both queues share some agents, one goes before the other; talk is lognormal, as
 * measured talk is; callers give up. One seed is one month.
 */
import type { AgentId, CallId, QueueId } from '@seatgrid/core/kernel/ids.ts';
import { randomInteger, type Random } from '@seatgrid/core/kernel/random.ts';
import { AcdMachine, type AcdEffect } from '@seatgrid/core/routing/acd-machine.ts';
import { expectedWait } from '@seatgrid/core/routing/expected-wait.ts';
import { ServicePace } from '@seatgrid/core/routing/service-pace.ts';
import { agentNamed, callNamed, queueNamed, sceneAgent, sceneQueue, skillAt } from '@seatgrid/testkit/routing-scene.ts'; // prettier-ignore
import { VirtualClock } from '@seatgrid/testkit/virtual-clock.ts';

export interface Regime {
  /** Of the hour of the day; both queues together. */
  callsPerHour(hour: number): number;
  /** Agents on duty in that hour. */
  agents(hour: number): number;
  readonly hours: number;
}

export const regimes = {
  steady: { hours: 10, callsPerHour: () => 290, agents: () => 20 },
  rush: { hours: 10, callsPerHour: (hour) => (hour === 3 || hour === 7 ? 520 : 230), agents: () => 20 },
  'shift change': { hours: 10, callsPerHour: () => 270, agents: (hour) => [24, 24, 24, 13, 13, 24, 24, 15, 20, 20][hour]! },
} satisfies Record<string, Regime>; // prettier-ignore

export const ways = ['ours', 'last caller', 'queue length'] as const;
export type Way = (typeof ways)[number];

export interface MonthResult {
  readonly estimated: number;
  readonly meanWaitMs: number;
  /** Mean of how far off each was. */
  readonly errorMs: Readonly<Record<Way, number>>;
  /** Shares of ours that were longer than what came. */
  readonly tooLongShare: number;
}

interface Caller {
  readonly queueId: QueueId;
  readonly sinceMs: number;
  estimates: Readonly<Record<Way, number>> | null;
}

const hourMs = 3_600_000;
const talkMeanMs = 200_000;
const talkSpread = 0.7;
const wrapUpMs = 30_000;
const patienceMs = 420_000;
const front = queueNamed('front');
const plain = queueNamed('plain');
const agentsMax = 30;

export class WaitingMonth {
  readonly #regime: Regime;
  readonly #random: Random;
  readonly #clock = new VirtualClock();
  readonly #acd: AcdMachine;
  readonly #pace = new ServicePace();
  readonly #calls = new Map<CallId, Caller>();
  readonly #onDuty = new Set<AgentId>();
  readonly #working = new Set<AgentId>();
  readonly #lastWaitMs = new Map<QueueId, number>();
  readonly #handled = { ms: 0, calls: 0 };
  readonly #errors: Record<Way, number> = { ours: 0, 'last caller': 0, 'queue length': 0 };
  #came = 0;
  #estimated = 0;
  #tooLong = 0;
  #waitedMs = 0;

  constructor(regime: Regime, random: Random) {
    this.#regime = regime;
    this.#random = random;
    this.#acd = new AcdMachine(random);
    const skills = (index: number) => [
      ...(index % 3 === 0 ? [] : [skillAt('plain', 5)]),
      ...(index % 3 === 1 ? [] : [skillAt('front', 5)]),
    ];
    const agents = Array.from({ length: agentsMax }, (_, index) => sceneAgent(`${index}`, skills(index)));
    const queues = [
      sceneQueue('front', { priority: 6, requires: [skillAt('front', 1)] }),
      sceneQueue('plain', { requires: [skillAt('plain', 1)] }),
    ];
    this.#acd.configure({ queues, agents }, this.#clock.nowMs());
  }

  run(days: number): MonthResult {
    for (let day = 0; day < days; day++) {
      for (let hour = 0; hour < this.#regime.hours; hour++) {
        this.#staff(this.#regime.agents(hour));
        this.#arriveUntil(this.#regime.callsPerHour(hour), this.#clock.nowMs() + hourMs);
        this.#clock.advance(hourMs);
      }
      // Whoever is inside is served; then it is night.
      this.#clock.advance((24 - this.#regime.hours) * hourMs);
    }
    const mean = (sum: number) => sum / Math.max(1, this.#estimated);
    return {
      estimated: this.#estimated,
      meanWaitMs: mean(this.#waitedMs),
      errorMs: { ours: mean(this.#errors.ours), 'last caller': mean(this.#errors['last caller']), 'queue length': mean(this.#errors['queue length']) }, // prettier-ignore
      tooLongShare: mean(this.#tooLong),
    };
  }

  #staff(count: number): void {
    for (let index = 0; index < agentsMax; index++) {
      const agentId = agentNamed(`${index}`);
      if (index < count && !this.#onDuty.has(agentId)) {
        this.#onDuty.add(agentId);
        if (!this.#working.has(agentId)) this.#ready(agentId);
      } else if (index >= count && this.#onDuty.delete(agentId))
        this.#acd.handle({ kind: 'agent-unready', agentId }, this.#clock.nowMs());
    }
  }

  #arriveUntil(callsPerHour: number, endMs: number): void {
    this.#clock.after(this.#exponential(hourMs / callsPerHour), () => {
      if (this.#clock.nowMs() >= endMs) return;
      this.#arrive(this.#chance() < 0.35 ? front : plain);
      this.#arriveUntil(callsPerHour, endMs);
    });
  }

  #arrive(queueId: QueueId): void {
    const nowMs = this.#clock.nowMs();
    const callId = callNamed(`${this.#came++}`);
    const call: Caller = { queueId, sinceMs: nowMs, estimates: null };
    this.#calls.set(callId, call);
    this.#pace.arrived(queueId, nowMs);
    const input = { kind: 'call-queued', callId, queueId } as const;
    if (this.#acd.readyIn(queueId) === 0) this.#estimate(input, call, nowMs);
    this.#clock.after(this.#exponential(patienceMs), () => this.#giveUp(callId));
    this.#reserve(this.#acd.handle(input, nowMs));
  }

  #estimate(input: { kind: 'call-queued'; callId: CallId; queueId: QueueId }, call: Caller, nowMs: number) {
    const { queueId } = input;
    const around = { pace: this.#pace, isAtWork: (id: AgentId) => this.#onDuty.has(id), serversOf: (id: QueueId) => this.#acd.serversOf(id) }; // prettier-ignore
    const ours = expectedWait(this.#acd.outlook(input, nowMs), around, nowMs);
    const last = this.#lastWaitMs.get(queueId);
    if (ours === null || last === undefined) return;
    const agents = this.#acd.serversOf(queueId).filter((id) => this.#onDuty.has(id)).length;
    const position = this.#acd.waitingIn(queueId) + 1;
    const byLength = (position * (this.#handled.ms / this.#handled.calls)) / agents;
    call.estimates = { ours, 'last caller': last, 'queue length': byLength };
  }

  #giveUp(callId: CallId): void {
    const call = this.#calls.get(callId);
    if (!call) return;
    this.#calls.delete(callId);
    this.#acd.handle({ kind: 'call-left', callId }, this.#clock.nowMs());
    this.#pace.waitEnded(call.queueId, this.#clock.nowMs() - call.sinceMs, true);
  }

  /** Answered at once. */
  #reserve(effects: readonly AcdEffect[]): void {
    const nowMs = this.#clock.nowMs();
    for (const { callId, agentId } of effects) {
      const call = this.#calls.get(callId)!;
      this.#calls.delete(callId);
      this.#acd.handle({ kind: 'call-left', callId }, nowMs);
      const waitedMs = nowMs - call.sinceMs;
      this.#lastWaitMs.set(call.queueId, waitedMs);
      this.#pace.waitEnded(call.queueId, waitedMs, false);
      if (call.estimates) this.#compare(call, call.estimates, waitedMs);
      this.#pace.taken(agentId, call.queueId, nowMs);
      this.#working.add(agentId);
      const takesMs = this.#talkMs(agentId) + this.#exponential(wrapUpMs);
      this.#handled.ms += takesMs;
      this.#handled.calls++;
      this.#clock.after(takesMs, () => {
        this.#pace.free(agentId, this.#clock.nowMs());
        this.#working.delete(agentId);
        if (this.#onDuty.has(agentId)) this.#ready(agentId);
      });
    }
  }

  #compare(call: Caller, estimates: Readonly<Record<Way, number>>, waitedMs: number): void {
    this.#pace.wasEstimated(call.queueId, estimates.ours, waitedMs);
    this.#estimated++;
    this.#waitedMs += waitedMs;
    if (estimates.ours > waitedMs) this.#tooLong++;
    for (const way of ways) this.#errors[way] += Math.abs(estimates[way] - waitedMs);
  }

  #ready(agentId: AgentId): void {
    this.#reserve(this.#acd.handle({ kind: 'agent-ready', agentId }, this.#clock.nowMs()));
  }

  /** Some agents take half as long again as others. */
  #talkMs(agentId: AgentId): number {
    const meanMs = talkMeanMs * (0.8 + (Number(agentId) % 5) * 0.1);
    const normal = Math.sqrt(-2 * Math.log(1 - this.#chance())) * Math.cos(2 * Math.PI * this.#chance());
    return meanMs * Math.exp(talkSpread * normal - talkSpread ** 2 / 2);
  }

  #exponential(meanMs: number): number {
    return -meanMs * Math.log(1 - this.#chance());
  }

  #chance(): number {
    return randomInteger(this.#random, 0x1_0000_0000) / 0x1_0000_0000;
  }
}
