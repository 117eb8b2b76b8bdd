/**
 * Many timers on one wake-up. SIP uses few different delays, so timers wait in one list a delay, each list in the order of
 * its deadlines: setting and cancelling cost the same whether ten wait or a hundred thousand (RFC 3261 §17 sets about six
 * a call, and cancels most of them).
 */
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import { sipLingerStepMs } from '../../limits.ts';

export interface Timer {
  readonly atMs: number;
}

interface Waiting extends Timer {
  wake: (() => void) | undefined;
  readonly list: WaitingList;
  previous: Waiting | undefined;
  next: Waiting | undefined;
}

/** Who is over, and only has to be forgotten. */
export interface Lingering {
  terminate(): void;
}

/** Those who are forgotten together. */
interface LingerStep {
  readonly atMs: number;
  readonly ending: Lingering[];
}

interface WaitingList {
  readonly delayMs: number;
  first: Waiting | undefined;
  last: Waiting | undefined;
}

/** A list that is empty will be wanted again, unless its delay is one of the many a far end may ask for. */
const listsKept = 30;

export class TimerQueue {
  readonly #clock: Clock;
  readonly #lists = new Map<number, WaitingList>();
  /** By delay: the step that whoever lingers from now on comes into. */
  readonly #steps = new Map<number, LingerStep>();
  #size = 0;
  #armedAtMs = Infinity;
  #disarm: Cancel | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#size;
  }

  set(delayMs: number, wake: () => void): Timer {
    return this.#setAt(this.#clock.nowMs() + delayMs, delayMs, wake);
  }

  /**
   * For an end that nobody waits for, and nobody cancels: it comes in a step with many others, a moment late. Of each of them
   * no more is kept than who it is, as there are tens of thousands.
   */
  linger(delayMs: number, who: Lingering): void {
    const atMs = this.#clock.nowMs() + delayMs;
    const inStepMs = delayMs === 0 ? atMs : Math.ceil(atMs / sipLingerStepMs) * sipLingerStepMs;
    const open = this.#steps.get(delayMs);
    if (open?.atMs === inStepMs) open.ending.push(who);
    else this.#openStep(delayMs, inStepMs, who);
  }

  #openStep(delayMs: number, atMs: number, who: Lingering): void {
    const step = { atMs, ending: [who] };
    this.#steps.set(delayMs, step);
    // Times in steps and others are not in one order: `-` keeps their lists apart.
    this.#setAt(atMs, -delayMs, () => {
      if (this.#steps.get(delayMs) === step) this.#steps.delete(delayMs);
      for (const each of step.ending) each.terminate();
    });
  }

  #setAt(atMs: number, delayMs: number, wake: () => void): Timer {
    let list = this.#lists.get(delayMs);
    if (!list) this.#lists.set(delayMs, (list = { delayMs, first: undefined, last: undefined }));
    const timer: Waiting = { atMs, wake, list, previous: list.last, next: undefined };
    if (list.last) list.last.next = timer;
    else list.first = timer;
    list.last = timer;
    this.#size++;
    if (timer.atMs < this.#armedAtMs) this.#arm(timer.atMs);
    return timer;
  }

  cancel(timer: Timer | undefined): void {
    const waiting = timer as Waiting | undefined;
    if (!waiting?.wake) return;
    this.#unlink(waiting);
    if (this.#size === 0) this.#arm(Infinity);
  }

  clear(): void {
    this.#steps.clear();
    for (const list of this.#lists.values()) while (list.first) this.#unlink(list.first);
    this.#arm(Infinity);
  }

  #unlink(waiting: Waiting): void {
    const { list, previous, next } = waiting;
    if (previous) previous.next = next;
    else list.first = next;
    if (next) next.previous = previous;
    else list.last = previous;
    waiting.wake = undefined;
    waiting.previous = undefined;
    waiting.next = undefined;
    this.#size--;
    if (!list.first && this.#lists.size > listsKept) this.#lists.delete(list.delayMs);
  }

  #arm(atMs: number): void {
    this.#disarm?.();
    this.#armedAtMs = atMs;
    this.#disarm =
      atMs === Infinity
        ? undefined
        : this.#clock.after(Math.max(0, atMs - this.#clock.nowMs()), () => this.#wakeDue());
  }

  #wakeDue(): void {
    this.#disarm = undefined;
    this.#armedAtMs = Infinity;
    const nowMs = this.#clock.nowMs();
    for (let due = this.#earliest(); due && due.atMs <= nowMs; due = this.#earliest()) {
      const wake = due.wake!;
      this.#unlink(due);
      wake();
    }
    const next = this.#earliest();
    if (next && next.atMs < this.#armedAtMs) this.#arm(next.atMs);
  }

  #earliest(): Waiting | undefined {
    let earliest: Waiting | undefined;
    for (const { first } of this.#lists.values()) {
      if (first && (!earliest || first.atMs < earliest.atMs)) earliest = first;
    }
    return earliest;
  }
}
