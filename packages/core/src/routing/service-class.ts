/**
 * F-11: the queues that share one target (so many in a hundred answered within so many seconds), and how near it they are. Judged by the
 * last calls alone, so that a bad morning is made good and forgotten; whoever waits long already counts as missed, so that help comes before.
 */
import { recentCallsMax, urgentAfterShare } from './limits.ts';
import type { ServiceTarget } from './queue.ts';
import { SortedList } from './sorted-list.ts';
import { compareSince, type WaitingCall } from './waiting-call.ts';

export class ServiceClass {
  readonly target: ServiceTarget;
  /** The longest wait first. */
  waiting = new SortedList<WaitingCall>(compareSince);
  /** Of the last calls, oldest first where it is not yet full, then round and round. */
  readonly #inTime: boolean[] = [];
  #hits = 0;
  #next = 0;

  constructor(target: ServiceTarget) {
    this.target = target;
  }

  /** A caller who gives up before the target was due says nothing about service. */
  callLeft(waitedMs: number, isAnswered: boolean): void {
    const isInTime = waitedMs <= this.target.withinMs;
    if (!isAnswered && isInTime) return;
    this.#hits += Number(isInTime) - Number(this.#inTime[this.#next] ?? false);
    this.#inTime[this.#next] = isInTime;
    this.#next = (this.#next + 1) % recentCallsMax;
  }

  /** Calls that are known to have met the target or not, the last of them. */
  get recent(): { readonly calls: number; readonly inTime: number } {
    return { calls: this.#inTime.length, inTime: this.#hits };
  }

  /** Below its target, if those who wait long now were missed. */
  isShortAt(nowMs: number): boolean {
    const urgentMs = this.target.withinMs * urgentAfterShare;
    const late = this.waiting.leading((call) => nowMs - call.sinceMs >= urgentMs);
    return this.#hits * 100 < (this.#inTime.length + late) * this.target.percent;
  }

  /** How much it needs the next agent: the higher target first of those that are short; 0: not at all. */
  urgencyAt(nowMs: number): number {
    return this.isShortAt(nowMs) ? this.target.percent : 0;
  }
}

/** One for each target, with what is known of it from before. */
export function serviceClasses(
  targets: Iterable<ServiceTarget | null>,
  before: ReadonlyMap<string, ServiceClass>,
): Map<string, ServiceClass> {
  const classes = new Map<string, ServiceClass>();
  for (const target of targets) {
    if (!target) continue;
    const key = targetKey(target);
    if (classes.has(key)) continue;
    const known = before.get(key) ?? new ServiceClass(target);
    known.waiting = new SortedList(compareSince);
    classes.set(key, known);
  }
  return classes;
}

export function targetKey({ percent, withinMs }: ServiceTarget): string {
  return `${percent}/${withinMs}`;
}
