import type { Clock } from '@seatgrid/core/kernel/clock.ts';

/** Real time, for tests against real peers and for the door's own phone. */
export const wallClock: Clock = {
  nowMs: () => Date.now(),
  after(delayMs, wake) {
    const timer = setTimeout(wake, delayMs);
    return () => clearTimeout(timer);
  },
};
