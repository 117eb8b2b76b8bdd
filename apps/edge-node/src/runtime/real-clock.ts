/** The one place of the node where time is read and timers are set. */
import type { Clock } from '@seatgrid/core/kernel/clock.ts';

export const realClock: Clock = {
  nowMs: () => Date.now(),
  after(delayMs, wake) {
    const timer = setTimeout(wake, delayMs);
    return () => clearTimeout(timer);
  },
};
