/**
 * The 20 ms clock of a media worker. A frame is divided into slots and each call is served in one of them, so that the work
 * is spread; the next waking is always reckoned from when it was due, so that lateness never adds up. Sleeps while nobody
 * needs it.
 */
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import { frameMs } from '../../frame.ts';
import { ticksCaughtUpMax } from '../../limits.ts';

export const slotsPerFrame = 4;
const slotMs = frameMs / slotsPerFrame;
/** A timer may be so much early: to wake once more for the rest would cost as much as what is due. */
const timerGrainMs = 1;

export class Pacer {
  readonly #clock: Clock;
  readonly #serve: (slot: number) => void;
  readonly #served: () => void;
  #cancel: Cancel | undefined;
  #dueMs = 0;
  #slot = 0;

  /** `served`: once a waking, after all slots that were due. */
  constructor(clock: Clock, serve: (slot: number) => void, served: () => void = () => {}) {
    this.#clock = clock;
    this.#serve = serve;
    this.#served = served;
  }

  start(): void {
    if (this.#cancel !== undefined) return;
    this.#dueMs = this.#clock.nowMs() + slotMs;
    this.#sleep();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  get isRunning(): boolean {
    return this.#cancel !== undefined;
  }

  #sleep(): void {
    // Whoever stopped and started it amid a waking has set one already.
    this.#cancel?.();
    // Timers count whole milliseconds.
    const delayMs = Math.max(0, Math.ceil(this.#dueMs - this.#clock.nowMs()));
    this.#cancel = this.#clock.after(delayMs, this.#wake);
  }

  readonly #wake = (): void => {
    const nowMs = this.#clock.nowMs();
    const backlogSlotsMax = ticksCaughtUpMax * slotsPerFrame;
    if (nowMs - this.#dueMs > backlogSlotsMax * slotMs) this.#dueMs = nowMs;
    while (this.#dueMs < nowMs + timerGrainMs && this.#cancel !== undefined) {
      const slot = this.#slot;
      this.#slot = (slot + 1) % slotsPerFrame;
      this.#dueMs += slotMs;
      this.#serve(slot);
    }
    this.#served();
    if (this.#cancel !== undefined) this.#sleep();
  };
}
