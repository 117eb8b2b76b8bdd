/** The real clock and chance for tests that speak over real sockets; and waiting for a condition with a deadline. */
import { randomBytes } from 'node:crypto';
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import type { Random } from '@seatgrid/core/kernel/random.ts';

export const realClock: Clock = {
  nowMs: () => Date.now(),
  after(delayMs, wake) {
    const timer = setTimeout(wake, delayMs);
    return () => clearTimeout(timer);
  },
};

export const realRandom: Random = { bytes: (length) => randomBytes(length) };

export async function until(what: string, isTrue: () => boolean, deadlineMs = 5_000): Promise<void> {
  const startMs = Date.now();
  while (!isTrue()) {
    if (Date.now() - startMs > deadlineMs) throw new Error(`not within ${deadlineMs} ms: ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
