/** One queue while it is served: its present settings, who waits in it, and the pools its calls may go to. */
import type { Queue, Widening } from './queue.ts';
import type { ServiceClass } from './service-class.ts';
import { SortedList } from './sorted-list.ts';
import type { StaffPool } from './staff-pool.ts';
import { compareOverdue, type CompareCalls, type WaitingCall } from './waiting-call.ts';

const none: readonly Widening[] = [];

/** By whom and how a queue is served. */
export interface Served {
  readonly pools: readonly StaffPool[];
  readonly compareCalls: CompareCalls;
  readonly serviceClass: ServiceClass | null;
}

export class QueueState {
  settings: Queue;
  // Of the settings, what every call asks: beside each other, so that ten thousand queues cost little more than ten.
  priority = 0;
  overtakenMaxMs = 0;
  ringsAll = false;
  /** By what others do: how many wait, or how they were served. */
  widensByOthers = false;
  #widenings: readonly Widening[] = none;
  /** No call is widened by its wait before. */
  #widensAfterMs = Infinity;
  /** By width: the pools reached so far. */
  #reached: readonly (readonly StaffPool[])[] = [];
  /** By width: the queue's own staff, then whom each widening adds. None once the queue is removed. */
  pools: readonly StaffPool[];
  serviceClass: ServiceClass | null;
  /** Calls that wait or ring. */
  calls = 0;
  waiting: SortedList<WaitingCall>;
  #compareCalls: CompareCalls;

  constructor(settings: Queue, served: Served) {
    this.settings = settings;
    this.pools = served.pools;
    this.serviceClass = served.serviceClass;
    this.#compareCalls = served.compareCalls;
    this.waiting = new SortedList(served.compareCalls);
    this.configure(settings, served);
  }

  /** Empties it: whoever waits is put in anew. */
  configure(settings: Queue, { pools, compareCalls, serviceClass }: Served): void {
    this.settings = settings;
    this.pools = pools;
    this.serviceClass = serviceClass;
    this.#compareCalls = compareCalls;
    this.waiting = new SortedList(compareCalls);
    this.priority = settings.priority;
    this.overtakenMaxMs = settings.overtakenMaxMs;
    this.ringsAll = settings.ringing === 'all';
    this.#widenings = settings.widenings.length > 0 ? settings.widenings : none;
    this.#widensAfterMs = Math.min(...settings.widenings.map(({ afterMs }) => afterMs ?? Infinity));
    this.#reached = reachedByWidth(pools);
    this.widensByOthers = settings.widenings.some(
      ({ whenWaiting, whenBelowTarget }) => whenWaiting !== null || whenBelowTarget,
    );
  }

  /** The pools that a call of this width may go to. */
  reached(width: number): readonly StaffPool[] {
    return this.#reached[width] ?? this.pools;
  }

  /** The same, with those that a call reaches as soon as it comes. */
  reachedNow(width: number): readonly StaffPool[] {
    const { widenings } = this.settings;
    return this.pools.filter(
      (pool) => pool.width <= width || widenings.slice(pool.width - 1).some(({ afterMs }) => afterMs === 0),
    );
  }

  callWaits(call: WaitingCall): void {
    this.waiting.add(call);
    this.serviceClass?.waiting.add(call);
    for (const pool of this.reached(call.width)) pool.callWaits(call);
  }

  callWaitsNot(call: WaitingCall): void {
    this.waiting.remove(call);
    this.serviceClass?.waiting.remove(call);
    for (const pool of this.reached(call.width)) pool.callWaitsNot(call);
  }

  /** Takes a waiting call as wide as its age, or the number waiting, allows. True where that is wider than before. */
  widen(call: WaitingCall, nowMs: number): boolean {
    const width = this.widthOf(call, nowMs);
    const reached = this.pools.slice(call.width + 1, width + 1);
    call.width = width;
    for (const pool of reached) pool.callWaits(call);
    return reached.length > 0;
  }

  /** Never narrower than before. */
  widthOf(call: WaitingCall, nowMs: number): number {
    if (!this.widensByOthers && nowMs - call.sinceMs < this.#widensAfterMs) return call.width;
    const widenings = this.#widenings;
    for (let width = widenings.length; width > call.width; width--) {
      const { afterMs, whenWaiting, whenBelowTarget } = widenings[width - 1]!;
      if (afterMs !== null && nowMs - call.sinceMs >= afterMs) return width;
      if (whenWaiting !== null && this.waiting.length >= whenWaiting) return width;
      if (whenBelowTarget && this.serviceClass?.isShortAt(nowMs)) return width;
    }
    return call.width;
  }

  get longestSinceMs(): number | null {
    let sinceMs: number | null = null;
    for (const call of this.waiting.items)
      if (sinceMs === null || call.sinceMs < sinceMs) sinceMs = call.sinceMs;
    return sinceMs;
  }

  /** 1 for the next to be served. */
  position(call: WaitingCall, nowMs: number): number {
    const oldest = this.pools[0]?.overdue.first;
    if (oldest && oldest.overdueAtMs > nowMs) return this.waiting.indexOf(call) + 1;
    return 1 + this.waiting.items.filter((other) => this.goesBefore(other, call, nowMs)).length;
  }

  goesBefore(a: WaitingCall, b: WaitingCall, nowMs: number): boolean {
    return compareAt(nowMs, this.#compareCalls)(a, b) < 0;
  }
}

const prefixes = new WeakMap<readonly StaffPool[], readonly (readonly StaffPool[])[]>();

/** Queues that share pools share these. */
function reachedByWidth(pools: readonly StaffPool[]): readonly (readonly StaffPool[])[] {
  let reached = prefixes.get(pools);
  if (!reached) prefixes.set(pools, (reached = pools.map((_, width) => pools.slice(0, width + 1))));
  return reached;
}

/** The order of serving at an instant: those whom nobody overtakes any more come first. */
export function compareAt(nowMs: number, compareCalls: CompareCalls): CompareCalls {
  return (a, b) => {
    const aIsOverdue = a.overdueAtMs <= nowMs;
    const bIsOverdue = b.overdueAtMs <= nowMs;
    if (aIsOverdue !== bIsOverdue) return aIsOverdue ? -1 : 1;
    return aIsOverdue ? compareOverdue(a, b) : compareCalls(a, b);
  };
}
