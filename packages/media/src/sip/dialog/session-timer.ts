/** Keeps the time of a session (RFC 4028 §10): says when a refresh is due, and when it has been waited for in vain. */
import { sipRefreshRetryMs } from '../../limits.ts';
import type { Timer, TimerQueue } from '../transaction/timer-queue.ts';
import type { SessionTerms } from './session-interval.ts';

export interface SessionDuties {
  refresh(): void;
  expire(): void;
}

export class SessionTimer {
  terms: SessionTerms | undefined;
  readonly #timers: TimerQueue;
  readonly #duties: SessionDuties;
  #refresh: Timer | undefined;
  #expiry: Timer | undefined;

  constructor(timers: TimerQueue, duties: SessionDuties) {
    this.#timers = timers;
    this.#duties = duties;
  }

  /** Refreshed just now, on these terms. */
  restart(terms: SessionTerms): void {
    this.stop();
    this.terms = terms;
    const { intervalSeconds, refresher } = terms;
    // RFC 4028 §10: given up before it expires, by 32 seconds or a third of it, whichever is less.
    const untilMs = (intervalSeconds - Math.min(32, Math.floor(intervalSeconds / 3))) * 1_000;
    // RFC 4028 §7.4: refreshed when half the interval has passed.
    const refreshMs = intervalSeconds * 500;
    if (refresher === 'us')
      this.#refresh = this.#timers.set(refreshMs, () => this.#onRefreshDue(untilMs - refreshMs));
    else this.#expireIn(untilMs);
  }

  /** The refresh is due. What is left until the end is counted from here: few calls last this long. */
  #onRefreshDue(leftMs: number): void {
    this.#expireIn(leftMs);
    this.#duties.refresh();
  }

  #expireIn(delayMs: number): void {
    this.#expiry = this.#timers.set(delayMs, () => this.#duties.expire());
  }

  /** The refresh did not come through, and may yet. */
  retry(): void {
    this.#timers.cancel(this.#refresh);
    this.#refresh = this.#timers.set(sipRefreshRetryMs, () => this.#duties.refresh());
  }

  stop(): void {
    this.#timers.cancel(this.#refresh);
    this.#timers.cancel(this.#expiry);
    this.#refresh = undefined;
    this.#expiry = undefined;
  }
}
