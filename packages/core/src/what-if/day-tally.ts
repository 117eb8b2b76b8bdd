/** Counts a day as it goes by, recorded or replayed, and says its figures. */
import type { QueueId } from '../kernel/ids.ts';
import { intervalMs } from './limits.ts';
import type { LeftCause } from './recorded-day.ts';

export interface VisitTold {
  readonly queueId: QueueId;
  readonly enteredAtMs: number;
  readonly cause: LeftCause;
  readonly waitedMs: number;
}

export interface QueueFigures {
  readonly offered: number;
  readonly answered: number;
  /** Within the target. */
  readonly answeredInTarget: number;
  readonly abandoned: number;
  /** What calls did instead of waiting on, by its cause. */
  readonly overflowed: Readonly<Partial<Record<LeftCause, number>>>;
  /** Of those answered. Null: nobody was. */
  readonly wait: WaitFigures | null;
}

export interface WaitFigures {
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p95Ms: number;
  readonly maxMs: number;
}

export interface IntervalFigures {
  readonly offered: number;
  readonly answered: number;
  readonly answeredInTarget: number;
  readonly abandoned: number;
  /** Null: nobody was on duty. */
  readonly occupancy: number | null;
}

export interface DayFigures extends QueueFigures {
  readonly queues: Readonly<Record<QueueId, QueueFigures>>;
  /** From the day's beginning, each as long as `intervalMs`. */
  readonly intervals: readonly IntervalFigures[];
  /** Calls answered and abandoned by their wait, up to each of `waitEdgesMs` and beyond the last. */
  readonly waits: readonly { readonly answered: number; readonly abandoned: number }[];
  readonly occupancy: number | null;
}

export const waitEdgesMs = [5, 10, 20, 30, 45, 60, 90, 120, 180, 300, 600].map((seconds) => seconds * 1_000);

interface Counts {
  offered: number;
  answeredInTarget: number;
  abandoned: number;
  overflowed: Partial<Record<LeftCause, number>>;
  waitsMs: number[];
}

interface Interval {
  offered: number;
  answered: number;
  answeredInTarget: number;
  abandoned: number;
  busyMs: number;
  dutyMs: number;
}

const noCounts = (): Counts => ({ offered: 0, answeredInTarget: 0, abandoned: 0, overflowed: {}, waitsMs: [] }); // prettier-ignore

export class DayTally {
  readonly #fromMs: number;
  readonly #untilMs: number;
  readonly #targetMs: number;
  readonly #queues = new Map<QueueId, Counts>();
  readonly #intervals: Interval[];
  readonly #waits = [...waitEdgesMs, Infinity].map(() => ({ answered: 0, abandoned: 0 }));

  constructor({ fromMs, untilMs, targetMs }: { fromMs: number; untilMs: number; targetMs: number }) {
    this.#fromMs = fromMs;
    this.#untilMs = untilMs;
    this.#targetMs = targetMs;
    this.#intervals = Array.from({ length: Math.ceil((untilMs - fromMs) / intervalMs) }, () => ({
      offered: 0,
      answered: 0,
      answeredInTarget: 0,
      abandoned: 0,
      busyMs: 0,
      dutyMs: 0,
    }));
  }

  visit({ queueId, enteredAtMs, cause, waitedMs }: VisitTold): void {
    const interval = this.#intervals[Math.floor((enteredAtMs - this.#fromMs) / intervalMs)];
    if (!interval) return;
    let queue = this.#queues.get(queueId);
    if (!queue) this.#queues.set(queueId, (queue = noCounts()));
    queue.offered++;
    interval.offered++;
    if (cause === 'agent') {
      queue.waitsMs.push(waitedMs);
      interval.answered++;
      this.#waits[edgeOf(waitedMs)]!.answered++;
      if (waitedMs > this.#targetMs) return;
      queue.answeredInTarget++;
      interval.answeredInTarget++;
    } else if (cause === 'abandoned') {
      queue.abandoned++;
      interval.abandoned++;
      this.#waits[edgeOf(waitedMs)]!.abandoned++;
    } else if (cause !== 'ended') queue.overflowed[cause] = (queue.overflowed[cause] ?? 0) + 1;
  }

  /** An agent on duty was busy, or free, from then until then. */
  time(as: 'busy' | 'free', fromMs: number, untilMs: number): void {
    const end = Math.min(untilMs, this.#untilMs);
    let at = Math.max(fromMs, this.#fromMs);
    while (at < end) {
      const index = Math.floor((at - this.#fromMs) / intervalMs);
      const next = Math.min(end, this.#fromMs + (index + 1) * intervalMs);
      const interval = this.#intervals[index]!;
      interval.dutyMs += next - at;
      if (as === 'busy') interval.busyMs += next - at;
      at = next;
    }
  }

  figures(): DayFigures {
    const all = noCounts();
    for (const queue of this.#queues.values()) {
      all.offered += queue.offered;
      all.answeredInTarget += queue.answeredInTarget;
      all.abandoned += queue.abandoned;
      for (const wait of queue.waitsMs) all.waitsMs.push(wait);
      for (const [cause, count] of Object.entries(queue.overflowed) as [LeftCause, number][])
        all.overflowed[cause] = (all.overflowed[cause] ?? 0) + count;
    }
    const busyMs = this.#intervals.reduce((sum, interval) => sum + interval.busyMs, 0);
    const dutyMs = this.#intervals.reduce((sum, interval) => sum + interval.dutyMs, 0);
    return {
      ...figuresOf(all),
      queues: Object.fromEntries([...this.#queues].map(([id, counts]) => [id, figuresOf(counts)])),
      intervals: this.#intervals.map(({ busyMs: busy, dutyMs: duty, ...counts }) => ({
        ...counts,
        occupancy: duty === 0 ? null : busy / duty,
      })),
      waits: this.#waits,
      occupancy: dutyMs === 0 ? null : busyMs / dutyMs,
    };
  }
}

function figuresOf({ offered, answeredInTarget, abandoned, overflowed, waitsMs }: Counts): QueueFigures {
  const answered = waitsMs.length;
  return { offered, answered, answeredInTarget, abandoned, overflowed, wait: waitFigures(waitsMs) };
}

function waitFigures(waitsMs: readonly number[]): WaitFigures | null {
  if (waitsMs.length === 0) return null;
  const sorted = Float64Array.from(waitsMs).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
  const sum = sorted.reduce((total, wait) => total + wait, 0);
  return {
    meanMs: sum / sorted.length,
    p50Ms: at(0.5),
    p90Ms: at(0.9),
    p95Ms: at(0.95),
    maxMs: sorted.at(-1)!,
  };
}

function edgeOf(waitedMs: number): number {
  const at = waitEdgesMs.findIndex((edge) => waitedMs <= edge);
  return at < 0 ? waitEdgesMs.length : at;
}
