/**
 * What the other end must acknowledge goes out until it does: a 2xx to an INVITE until its ACK (RFC 3261 §13.3.1.4), a
 * reliable provisional until its PRACK (RFC 3262 §3). Hop-by-hop repetition cannot do it.
 */
import type { Timer, TimerQueue } from '../transaction/timer-queue.ts';
import { t1Ms, t2Ms } from '../transaction/timer-values.ts';

export interface AnswerRepeat {
  /** It was acknowledged, or nobody cares any more. */
  stop(): void;
  readonly isWaiting: boolean;
}

export interface RepeatWays {
  send(): void;
  onGivenUp(): void;
  /** RFC 3261 §13.3.1.4 doubles up to T2; RFC 3262 §3 without end. */
  readonly intervalMsMax?: number;
}

export function repeatAnswer(timers: TimerQueue, ways: RepeatWays): AnswerRepeat {
  return new RepeatedAnswer(timers, ways);
}

class RepeatedAnswer implements AnswerRepeat {
  readonly #timers: TimerQueue;
  readonly #ways: RepeatWays;
  // RFC 3261 §13.3.1.4, RFC 3262 §3: from T1 on, doubling, for 64*T1.
  #intervalMs = t1Ms;
  #leftMs = 64 * t1Ms;
  #timer: Timer | undefined;

  constructor(timers: TimerQueue, ways: RepeatWays) {
    this.#timers = timers;
    this.#ways = ways;
    this.#wait();
  }

  get isWaiting(): boolean {
    return this.#timer !== undefined;
  }

  stop(): void {
    this.#timers.cancel(this.#timer);
    this.#timer = undefined;
  }

  #wait(): void {
    const delayMs = Math.min(this.#intervalMs, this.#leftMs);
    this.#timer = this.#timers.set(delayMs, () => this.#repeat(delayMs));
  }

  #repeat(waitedMs: number): void {
    const { intervalMsMax = t2Ms, onGivenUp, send } = this.#ways;
    this.#timer = undefined;
    this.#leftMs -= waitedMs;
    this.#intervalMs = Math.min(2 * this.#intervalMs, intervalMsMax);
    if (this.#leftMs <= 0) {
      onGivenUp();
      return;
    }
    send();
    this.#wait();
  }
}
