/** Which blocks of our own source have run since it was last asked, as V8 counts them. */
import { Session } from 'node:inspector';

export class BlockCoverage {
  readonly #session = new Session();
  readonly #isOurs: (url: string) => boolean;
  readonly #seen = new Set<string>();

  constructor(isOurs: (url: string) => boolean) {
    this.#isOurs = isOurs;
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  get blocks(): number {
    return this.#seen.size;
  }

  /** Whether a block has run that never was noted. */
  isAnyNew(): boolean {
    return this.#run().some((block) => !this.#seen.has(block));
  }

  /** Notes what has run; how much of it was new. */
  note(): number {
    const before = this.#seen.size;
    for (const block of this.#run()) this.#seen.add(block);
    return this.#seen.size - before;
  }

  close(): void {
    this.#session.post('Profiler.stopPreciseCoverage');
    this.#session.disconnect();
  }

  #run(): string[] {
    const blocks: string[] = [];
    this.#session.post('Profiler.takePreciseCoverage', (error, found) => {
      if (error) throw error;
      for (const { url, functions } of found.result) {
        if (!this.#isOurs(url)) continue;
        for (const { ranges } of functions)
          for (const { startOffset, endOffset, count } of ranges)
            if (count > 0) blocks.push(`${url} ${startOffset} ${endOffset}`);
      }
    });
    return blocks;
  }
}
