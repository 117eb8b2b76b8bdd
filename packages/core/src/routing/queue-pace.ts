/**
 * F-25: the pace of one queue as a node knows it: how long an agent is taken by a call of it, how soon callers give up, how many come.
 * What this node has seen is counted in numbers that only grow, for whoever puts several nodes together; where it is told what all of
 * them have seen it goes by that, and adds its own until it is told the next.
 */
import type { QueueId } from '../kernel/ids.ts';
import { MeanLately, RateLately } from './lately.ts';
import { arrivalsMemoryMs, correctionMax, correctionStep, queueCallsRemembered } from './limits.ts';

/** So many calls: those that took an agent, and for how long; those that waited, for how long, and how many of them gave up. */
export interface PaceCounts {
  readonly handled: number;
  readonly handledMs: number;
  readonly waited: number;
  readonly waitedMs: number;
  readonly gaveUp: number;
}

/** Of a queue, by a node. */
export interface PaceServed {
  readonly queueId: QueueId;
  /** What it goes by. */
  readonly lately: PaceCounts;
  /** What it has seen itself since it counts. */
  readonly total: PaceCounts;
  /** That came to this node of late. */
  readonly arrivalsPerHour: number;
}

/** Of a queue, at all nodes. */
export interface PaceTold extends PaceCounts {
  readonly queueId: QueueId;
  /** At other nodes than the one that is told. */
  readonly arrivalsPerHour: number;
}

const hourMs = 3_600_000;
const none: PaceCounts = { handled: 0, handledMs: 0, waited: 0, waitedMs: 0, gaveUp: 0 };

/** The last calls of a queue, wherever they were. */
export class PaceWindow {
  readonly #handling = new MeanLately(queueCallsRemembered);
  /** Callers who gave up, to the time that callers waited. */
  readonly #givingUp = new MeanLately(queueCallsRemembered);

  get handled(): number {
    return this.#handling.seen;
  }

  /** Null before any was. */
  get handleMs(): number | null {
    return this.#handling.mean;
  }

  get givingUpPerMs(): number {
    return this.#givingUp.mean ?? 0;
  }

  get lately(): PaceCounts {
    const handling = this.#handling.lately;
    const givingUp = this.#givingUp.lately;
    return {
      handled: handling.count,
      handledMs: Math.round(handling.sum),
      waited: givingUp.count,
      waitedMs: Math.round(givingUp.weight),
      gaveUp: Math.round(givingUp.sum * 100) / 100,
    };
  }

  add(counts: PaceCounts): void {
    this.#handling.addAll(handlingOf(counts));
    this.#givingUp.addAll(givingUpOf(counts));
  }

  replace(counts: PaceCounts): void {
    this.#handling.replace(handlingOf(counts));
    this.#givingUp.replace(givingUpOf(counts));
  }

  mix(counts: PaceCounts): void {
    if (counts.handled > 0) this.#handling.mix(handlingOf(counts));
    if (counts.waited > 0) this.#givingUp.mix(givingUpOf(counts));
  }
}

function handlingOf({ handled, handledMs }: PaceCounts) {
  return { count: handled, sum: handledMs, weight: handled };
}

function givingUpOf({ waited, waitedMs, gaveUp }: PaceCounts) {
  return { count: waited, sum: gaveUp, weight: waitedMs };
}

export class QueuePace {
  readonly window = new PaceWindow();
  /** What estimates are multiplied by, so that as many are too long as are too short. */
  correction = 1;
  #total = none;
  readonly #arrivals = new RateLately(arrivalsMemoryMs);
  #elsewhere = { perHour: 0, atMs: 0 };

  handled(handledMs: number): void {
    this.#count({ ...none, handled: 1, handledMs: Math.round(handledMs) });
  }

  waited(waitedMs: number, hasGivenUp: boolean): void {
    const counted = Math.max(1, Math.round(waitedMs));
    this.#count({ ...none, waited: 1, waitedMs: counted, gaveUp: Number(hasGivenUp) });
  }

  arrived(nowMs: number): void {
    this.#arrivals.note(nowMs);
  }

  wasTooShort(isTooShort: boolean): void {
    const corrected = this.correction * (isTooShort ? 1 + correctionStep : 1 - correctionStep);
    this.correction = Math.min(correctionMax, Math.max(1 / correctionMax, corrected));
  }

  told({ arrivalsPerHour, ...counts }: Omit<PaceTold, 'queueId'>, nowMs: number): void {
    this.window.replace(counts);
    this.#elsewhere = { perHour: arrivalsPerHour, atMs: nowMs };
  }

  /** What was told is displaced by this node's own calls, one by one; who comes to the others is served there. */
  toldNoMore(): void {
    this.#elsewhere = { perHour: 0, atMs: 0 };
  }

  /** At all nodes. */
  arrivalsPerMs(nowMs: number): number {
    return this.#arrivals.perMs(nowMs) + this.elsewherePerMs(nowMs);
  }

  /** Told when it changes alone: who is not told of has not come. */
  elsewherePerMs(nowMs: number): number {
    const { perHour, atMs } = this.#elsewhere;
    return fadedPerHour(perHour, nowMs - atMs) / hourMs;
  }

  served(queueId: QueueId, nowMs: number): PaceServed {
    const arrivalsPerHour = Math.round(this.#arrivals.perMs(nowMs) * hourMs * 10) / 10;
    return { queueId, lately: this.window.lately, total: this.#total, arrivalsPerHour };
  }

  #count(counts: PaceCounts): void {
    this.window.add(counts);
    this.#total = plus(this.#total, counts);
  }
}

/** A rate that was told so long ago. */
export function fadedPerHour(perHour: number, agoMs: number): number {
  return perHour * Math.exp(-Math.max(0, agoMs) / arrivalsMemoryMs);
}

function plus(one: PaceCounts, other: PaceCounts): PaceCounts {
  return {
    handled: one.handled + other.handled,
    handledMs: one.handledMs + other.handledMs,
    waited: one.waited + other.waited,
    waitedMs: one.waitedMs + other.waitedMs,
    gaveUp: one.gaveUp + other.gaveUp,
  };
}

export function minus(one: PaceCounts, other: PaceCounts): PaceCounts {
  return {
    handled: one.handled - other.handled,
    handledMs: one.handledMs - other.handledMs,
    waited: one.waited - other.waited,
    waitedMs: one.waitedMs - other.waitedMs,
    gaveUp: one.gaveUp - other.gaveUp,
  };
}
