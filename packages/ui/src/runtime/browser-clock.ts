import type { Clock } from '@seatgrid/core/kernel/clock.ts';

/** The browser's real clock: the only place of the portals that reads the time or sets a timer. */
export const browserClock: Clock = {
  nowMs: () => Date.now(),
  after: (delayMs, wake) => {
    const timer = setTimeout(wake, delayMs);
    return () => clearTimeout(timer);
  },
};
