/**
 * Whether a media worker still does what it is there for. A process that hangs leaves its calls without sound, and one that turns
 * its loop for nothing has its node refuse every call (decision 0056): neither ends by itself, so somebody has to notice.
 */
import { workerIdleLoadMax, workerIdleSecondsMax, workerSilentSecondsMax } from '../limits.ts';

export class WorkerWatch {
  #silentSeconds = 0;
  #idleSeconds = 0;

  /** What it tells every second, and how many calls it has. A cause to end it, where there is one. */
  onLoad(utilisation: number, calls: number): string | undefined {
    this.#silentSeconds = 0;
    this.#idleSeconds = calls === 0 && utilisation > workerIdleLoadMax ? this.#idleSeconds + 1 : 0;
    if (this.#idleSeconds < workerIdleSecondsMax) return undefined;
    return `it was busy for ${workerIdleSecondsMax} s without a call`;
  }

  /** Once in each second in which the node itself came to it: what a node that was held up has not heard yet does not count. */
  onSecond(): string | undefined {
    this.#silentSeconds += 1;
    if (this.#silentSeconds < workerSilentSecondsMax) return undefined;
    return `it said nothing for ${workerSilentSecondsMax} s`;
  }
}
