import type { Clock } from '@seatgrid/core/kernel/clock.ts';

/** The only place in this process that asks what time it is. */
export const realClock: Clock = {
  nowMs: () => Date.now(),
  after(delayMs, wake) {
    const timer = setTimeout(wake, delayMs);
    return () => clearTimeout(timer);
  },
};
