/**
 * How long the slowest input takes for its size. What looks slow is read again, and the best time counts: another program's turn
 * is no fault of ours. Times are told as of a machine that does the fixed work below in its nominal time.
 */
const repeatsMax = 20;
const nominalMs = 0.35;

export class Stopwatch {
  slowestMsPerKb = 0;
  longestMs = 0;
  readonly #read: (octets: Buffer) => void;

  constructor(read: (octets: Buffer) => void) {
    this.#read = read;
  }

  time(octets: Buffer): void {
    const kilobytes = Math.max(1, octets.length / 1_024);
    let bestMs = this.#once(octets);
    const isSlowest = (): boolean => bestMs > this.longestMs || bestMs / kilobytes > this.slowestMsPerKb;
    if (!isSlowest()) return;
    for (let repeat = 0; repeat < repeatsMax && isSlowest(); repeat++)
      bestMs = Math.min(bestMs, this.#once(octets));
    this.longestMs = Math.max(this.longestMs, bestMs);
    this.slowestMsPerKb = Math.max(this.slowestMsPerKb, bestMs / kilobytes);
  }

  #once(octets: Buffer): number {
    const startMs = performance.now();
    this.#read(octets);
    return performance.now() - startMs;
  }
}

/** How much slower than the nominal machine this one is now; never below 1. */
export function slowness(): number {
  let bestMs = Infinity;
  for (let round = 0; round < 50; round++) {
    const startMs = performance.now();
    fixedWork();
    bestMs = Math.min(bestMs, performance.now() - startMs);
  }
  return Math.max(1, bestMs / nominalMs);
}

function fixedWork(): number {
  let text = '';
  for (let round = 0; round < 2_000; round++) text += String.fromCharCode(97 + (round % 26));
  let found = 0;
  for (let round = 0; round < 40; round++) for (const part of text.split('e')) found += part.indexOf('z');
  return found;
}
