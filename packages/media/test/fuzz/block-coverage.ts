/**
 * How much of our own source has run, as V8 counts it. Its ranges are cut differently each time, by what else has run; so what is
 * remembered is, for each function, which characters of it have.
 */
import { Session, type Profiler } from 'node:inspector';

export class BlockCoverage {
  readonly #session = new Session();
  readonly #isOurs: (url: string) => boolean;
  readonly #reached = new Map<string, Uint8Array>();
  #characters = 0;

  constructor(isOurs: (url: string) => boolean) {
    this.#isOurs = isOurs;
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** Characters of source that have run and were noted. */
  get characters(): number {
    return this.#characters;
  }

  /** Whether something has run that never was noted. */
  isAnyNew(): boolean {
    return this.#take('look') > 0;
  }

  /** Notes what has run; how much of it was new. */
  note(): number {
    const found = this.#take('note');
    this.#characters += found;
    return found;
  }

  close(): void {
    this.#session.post('Profiler.stopPreciseCoverage');
    this.#session.disconnect();
  }

  #take(purpose: 'look' | 'note'): number {
    let found = 0;
    this.#session.post('Profiler.takePreciseCoverage', (error, { result }) => {
      if (error) throw error;
      for (const { url, functions } of result)
        if (this.#isOurs(url)) for (const one of functions) found += this.#compare(url, one, purpose);
    });
    return found;
  }

  #compare(url: string, { ranges }: Profiler.FunctionCoverage, purpose: 'look' | 'note'): number {
    const [whole] = ranges;
    if (!whole || whole.count === 0) return 0;
    const { startOffset, endOffset } = whole;
    const key = `${url} ${startOffset} ${endOffset}`;
    const before = this.#reached.get(key) ?? new Uint8Array(endOffset - startOffset);
    const now = new Uint8Array(endOffset - startOffset);
    // An inner range says better what an outer one says before it.
    for (const range of ranges)
      now.fill(range.count > 0 ? 1 : 0, range.startOffset - startOffset, range.endOffset - startOffset);
    let found = 0;
    for (let at = 0; at < now.length; at++) if (now[at] === 1 && before[at] === 0) found++;
    if (purpose === 'note' && found > 0) {
      for (let at = 0; at < now.length; at++) before[at]! |= now[at]!;
      this.#reached.set(key, before);
    }
    return found;
  }
}
