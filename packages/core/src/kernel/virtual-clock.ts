import type { Cancel, Clock } from './clock.ts';

interface Timer {
  readonly atMs: number;
  readonly order: number;
  wake: (() => void) | undefined;
}

/** A clock that moves only when told. Timers due at one instant wake in the order they were set. */
export class VirtualClock implements Clock {
  #nowMs: number;
  #order = 0;
  #pending = 0;
  /** A heap, the next to wake first; what was cancelled stays in it until its time. */
  readonly #heap: Timer[] = [];

  constructor(startMs = 1_767_225_600_000) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, wake: () => void): Cancel {
    const timer: Timer = { atMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, wake };
    this.#pending++;
    this.#insert(timer);
    return () => this.#cancel(timer);
  }

  /** Moves time on, waking every timer that falls due on the way, those set meanwhile included. */
  advance(durationMs: number): void {
    const untilMs = this.#nowMs + durationMs;
    for (let next = this.#next(); next && next.atMs <= untilMs; next = this.#next()) {
      const wake = next.wake!;
      this.#cancel(next);
      this.#nowMs = next.atMs;
      wake();
    }
    this.#nowMs = untilMs;
  }

  get timersPending(): number {
    return this.#pending;
  }

  /** When the next timer wakes; Infinity where none is set. */
  get nextAtMs(): number {
    return this.#next()?.atMs ?? Infinity;
  }

  #cancel(timer: Timer): void {
    if (!timer.wake) return;
    timer.wake = undefined;
    this.#pending--;
  }

  #next(): Timer | undefined {
    while (this.#heap[0] && !this.#heap[0].wake) this.#removeFirst();
    return this.#heap[0];
  }

  #insert(timer: Timer): void {
    const heap = this.#heap;
    let at = heap.push(timer) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(timer, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = timer;
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
