/**
 * Whether the node takes one more call, by how busy it is: shut before what it holds suffers, open again only when there is
 * room to breathe. Told of each measure and when, it answers; it measures nothing itself.
 */
import { callsThatFillMin, loadBounds, loadSmoothingMs } from './limits.ts';

/** Shares of what there is: 0 is unused, 1 is all. */
export interface LoadShares {
  /** Of the main thread's time since the last observation: all but its rest. */
  readonly main: number;
  /** Of a processor, of the calmest media worker: the next call would be dealt to it. */
  readonly media: number;
  readonly rtpPorts: number;
  readonly descriptors: number;
  /** Of the events that memory has room for while the disk takes none. */
  readonly journal: number;
}
export type LoadMeasure = keyof LoadShares;

export interface NodeLoad extends LoadShares {
  /** Of the same time, what the main thread stood ready while others had the processor; a part of `main`. */
  readonly mainWaited: number;
  /** In progress. */
  readonly calls: number;
}

export interface GateChange {
  readonly isOpen: boolean;
  readonly because: readonly LoadMeasure[];
}

export class LoadGate {
  readonly #shutBy = new Set<LoadMeasure>();
  /** Of the main thread's time of late: its rest, and what its machine kept it waiting. */
  #rested = 1;
  #waited = 0;
  #observedAtMs: number | null = null;

  get isOpen(): boolean {
    return this.#shutBy.size === 0;
  }

  get because(): readonly LoadMeasure[] {
    return [...this.#shutBy];
  }

  /** What has changed by it, if anything. */
  observe(load: NodeLoad, nowMs: number): GateChange | null {
    const wasOpen = this.isOpen;
    for (const [measure, { shutAt, openBelow }] of Object.entries(loadBounds)) {
      const share = measure === 'main' ? this.#smoothed(load, nowMs) : load[measure as LoadMeasure];
      if (share >= shutAt) this.#shutBy.add(measure as LoadMeasure);
      else if (share < openBelow) this.#shutBy.delete(measure as LoadMeasure);
    }
    this.#observedAtMs = nowMs;
    return this.isOpen === wasOpen ? null : { isOpen: this.isOpen, because: this.because };
  }

  /**
   * A thread that was held up once is not full: what counts is how busy it has been of late, long observations weighing more. And
   * one that its machine keeps waiting has that much less time, of which it uses what it does not rest: beside other work it
   * takes its calls as long as it comes to rest between them, and none when it no longer does.
   */
  #smoothed({ main, mainWaited, calls }: NodeLoad, nowMs: number): number {
    // Starting up is work, and no reason to refuse the first call.
    const sinceMs = this.#observedAtMs === null ? 0 : nowMs - this.#observedAtMs;
    const weight = 1 - Math.exp(-sinceMs / loadSmoothingMs);
    this.#rested += (1 - main - this.#rested) * weight;
    this.#waited += (mainWaited - this.#waited) * weight;
    const busy = 1 - this.#rested / Math.max(this.#rested, 1 - this.#waited);
    // So few calls fill no thread: something else keeps it busy, and refusing one would not help.
    return calls < callsThatFillMin ? 0 : busy;
  }
}
