import { createSubscriber } from 'svelte/reactivity';
import { browserClock } from './browser-clock.ts';

const tickMs = 250;

/**
 * The shared ticking time: every clock on a page reads this one, so that they all turn together and only while somebody looks.
 * `offsetMs` is how far the server's clock runs ahead of this computer's; timestamps from the server are compared with `now.ms`.
 */
class Now {
  offsetMs = $state(0);
  #subscribe = createSubscriber((update) => {
    let stop = () => {};
    const tick = () => {
      update();
      stop = browserClock.after(tickMs, tick);
    };
    stop = browserClock.after(tickMs, tick);
    return () => stop();
  });

  /** Milliseconds since the epoch by the server's clock; reading it inside a component makes the component tick. */
  get ms(): number {
    this.#subscribe();
    return browserClock.nowMs() + this.offsetMs;
  }

  /** Learns the offset from a time the server just told. */
  heard(serverMs: number): void {
    const offset = serverMs - browserClock.nowMs();
    // Small differences are network delay, not a wrong clock; following them would make timers jump.
    if (Math.abs(offset - this.offsetMs) > 1000) this.offsetMs = offset;
  }
}

export const now = new Now();
