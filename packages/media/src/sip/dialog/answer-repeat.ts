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
  // RFC 3261 §13.3.1.4, RFC 3262 §3: from T1 on, doubling, for 64*T1.
  const { intervalMsMax = t2Ms } = ways;
  let intervalMs = t1Ms;
  let leftMs = 64 * t1Ms;
  let timer: Timer | undefined;
  const wait = (): void => {
    const delayMs = Math.min(intervalMs, leftMs);
    timer = timers.set(delayMs, () => {
      timer = undefined;
      leftMs -= delayMs;
      intervalMs = Math.min(2 * intervalMs, intervalMsMax);
      if (leftMs <= 0) {
        ways.onGivenUp();
        return;
      }
      ways.send();
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
