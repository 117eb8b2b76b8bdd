/**
 * B-06: whether the other node of a visit is still there while it is brought or rings. No sound tells so yet, and the carrier between the
 * two knows nothing: so the link is asked. A node the centre does not hear may be cut off for a moment only, and is asked for once more.
 */
import type { Cancel } from '@seatgrid/core/kernel/clock.ts';
import { linePulseEveryMs, ringAwayMs } from '../limits.ts';

export interface WatchedRing {
  after(delayMs: number, wake: () => void): Cancel;
  pulse(onAnswer: (status: number) => void): void;
  onGone(): void;
}

/** What stops it. */
export function watchRing(ring: WatchedRing): Cancel {
  let isStopped = false;
  let cancel: Cancel = () => {};
  const stop = () => {
    isStopped = true;
    cancel();
  };
  const ask = (wasAway: boolean) => {
    ring.pulse((status) => {
      if (isStopped) return;
      if (status === 481 || (status === 480 && wasAway)) {
        stop();
        return ring.onGone();
      }
      const isAway = status === 480;
      cancel = ring.after(isAway ? ringAwayMs : linePulseEveryMs, () => ask(isAway));
    });
  };
  cancel = ring.after(linePulseEveryMs, () => ask(false));
  return stop;
}
