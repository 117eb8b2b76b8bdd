/** A 2xx to an INVITE goes out until its ACK comes (RFC 3261 §13.3.1.4): hop-by-hop repetition cannot do it. */
import type { Timer, TimerQueue } from '../transaction/timer-queue.ts';
import { t1Ms, t2Ms } from '../transaction/timer-values.ts';

export interface AnswerRepeat {
  /** The ACK came, or the dialog is over. */
  stop(): void;
  readonly isWaiting: boolean;
}

export function repeatAnswer(timers: TimerQueue, send: () => void, onGivenUp: () => void): AnswerRepeat {
  // §13.3.1.4: T1, doubling up to T2, for 64*T1; then the dialog is confirmed, and SHOULD be ended with a BYE.
  let intervalMs = t1Ms;
  let leftMs = 64 * t1Ms;
  let timer: Timer | undefined;
  const wait = (): void => {
    const delayMs = Math.min(intervalMs, leftMs);
    timer = timers.set(delayMs, () => {
      timer = undefined;
      leftMs -= delayMs;
      intervalMs = Math.min(2 * intervalMs, t2Ms);
      if (leftMs <= 0) {
        onGivenUp();
        return;
      }
      send();
      wait();
    });
  };
  wait();
  return {
    stop() {
      timers.cancel(timer);
      timer = undefined;
    },
    get isWaiting() {
      return timer !== undefined;
    },
  };
}
