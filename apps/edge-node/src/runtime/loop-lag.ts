/** How late the main thread is for its timers: the measure of whether it keeps up. */
import { monitorEventLoopDelay, type ELDHistogram } from 'node:perf_hooks';

/** Each look wakes the thread: at fifty a second that was a fifth of what a node uses while nobody calls. */
const resolutionMs = 100;
const windowMs = 60_000;

export class LoopLag {
  #current = started();
  #before: ELDHistogram | null = null;
  #sinceMs = performance.now();

  /** Quantiles in seconds over the last whole minute, or since the start. */
  quantiles(wanted: readonly number[]): readonly { readonly quantile: number; readonly seconds: number }[] {
    if (performance.now() - this.#sinceMs >= windowMs) this.#turn();
    const histogram = this.#before ?? this.#current;
    return wanted.map((quantile) => {
      const nanoseconds = histogram.count === 0 ? 0 : histogram.percentile(100 * quantile);
      // The histogram holds the whole interval between two looks.
      return { quantile, seconds: Math.max(0, nanoseconds / 1e9 - resolutionMs / 1e3) };
    });
  }

  close(): void {
    this.#current.disable();
  }

  #turn(): void {
    this.#current.disable();
    this.#before = this.#current;
    this.#current = started();
    this.#sinceMs = performance.now();
  }
}

function started(): ELDHistogram {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  histogram.enable();
  return histogram;
}
