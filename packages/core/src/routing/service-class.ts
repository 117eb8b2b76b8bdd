/**
 * F-11: the queues that share one target (so many in a hundred answered within so many seconds), and how near it they are. Judged by the
 * last calls alone, so that a bad morning is made good and forgotten; whoever waits long already counts as missed, so that help comes before.
 * Where the class is served at other nodes too it is judged as a whole, as it was told last; and by what was served here once nothing has
 * been told for too long.
 */
import { serviceToldKeptMs, urgentAfterShare } from './limits.ts';
import type { ServiceTarget } from './queue.ts';
import { ServiceWindow, type ServiceFigures } from './service-window.ts';
import { SortedList } from './sorted-list.ts';
import { compareSince, type WaitingCall } from './waiting-call.ts';

/** A class at all nodes. */
export interface ServiceTold extends ServiceTarget, ServiceFigures {
  /** Calls that wait at other nodes than the one that is told, in danger of missing the target. */
  readonly late: number;
}

export class ServiceClass {
  readonly target: ServiceTarget;
  /** The longest wait first. */
  waiting = new SortedList<WaitingCall>(compareSince);
  readonly #own = new ServiceWindow();
  readonly #everywhere = new ServiceWindow();
  #lateElsewhere = 0;
  /** Until when what was told of the class elsewhere is believed: as long as it goes on to be told, and some time after. */
  #toldUntilMs = -Infinity;
  /** Ever since it is counted. */
  #total = { calls: 0, inTime: 0 };

  constructor(target: ServiceTarget) {
    this.target = target;
  }

  /** A caller who gives up before the target was due says nothing about service. */
  callLeft(waitedMs: number, isAnswered: boolean): void {
    const isInTime = waitedMs <= this.target.withinMs;
    if (!isAnswered && isInTime) return;
    this.#own.add(isInTime);
    this.#everywhere.add(isInTime);
    this.#total = { calls: this.#total.calls + 1, inTime: this.#total.inTime + Number(isInTime) };
  }

  told({ late, ...figures }: ServiceTold): void {
    this.#everywhere.replace(figures);
    this.#lateElsewhere = late;
    this.#toldUntilMs = Infinity;
  }

  /** Nobody tells any more. */
  toldNoMore(nowMs: number): void {
    this.#lateElsewhere = 0;
    this.#toldUntilMs = Math.min(this.#toldUntilMs, nowMs + serviceToldKeptMs);
  }

  /** Calls that are known to have met the target or not, the last of them: at all nodes, as far as it is known. */
  recentAt(nowMs: number): ServiceFigures {
    return (nowMs <= this.#toldUntilMs ? this.#everywhere : this.#own).figures;
  }

  /** Of this node alone. */
  get total(): ServiceFigures {
    return this.#total;
  }

  /** Below its target, if those who wait long now were missed. */
  isShortAt(nowMs: number): boolean {
    const { calls, inTime } = this.recentAt(nowMs);
    const late = this.waiting.leading((call) => isLate(call, this.target, nowMs)) + this.#lateElsewhere;
    return inTime * 100 < (calls + late) * this.target.percent;
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

/** It waits, and is in danger of missing the target. */
export function isLate(
  { sinceMs }: { readonly sinceMs: number },
  { withinMs }: ServiceTarget,
  nowMs: number,
): boolean {
  return nowMs - sinceMs >= withinMs * urgentAfterShare;
}

export function targetKey({ percent, withinMs }: ServiceTarget): string {
  return `${percent}/${withinMs}`;
}
