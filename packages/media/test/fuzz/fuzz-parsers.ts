/** Every parser in turn, for so long together, from one seed. */
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BlockCoverage } from './block-coverage.ts';
import { fuzzParser, type FuzzReport } from './fuzz-parser.ts';
import { fuzzedParsers } from './parsers.ts';
import { slowness } from './stopwatch.ts';

export interface FuzzRun {
  readonly seed: number;
  readonly reports: readonly FuzzReport[];
  /** How much slower than the nominal machine this one was: times are to be read against it. */
  readonly slowness: number;
  /** What stays in memory when all is done, above what stood there before. */
  readonly grownBytes: number;
}

export function fuzzParsers(options: { readonly seed: number; readonly durationMs: number }): FuzzRun {
  const { seed, durationMs } = options;
  const random = createSeededRandom(seed);
  const slownessBefore = slowness();
  const coverage = new BlockCoverage((url) => url.includes('/packages/media/src/'));
  const shareMs = durationMs / fuzzedParsers.reduce((sum, { share }) => sum + share, 0);
  const standing = heapBytes();
  const reports = fuzzedParsers.map((parser) => {
    const untilMs = performance.now() + shareMs * parser.share;
    return fuzzParser(parser, coverage, random, () => performance.now() >= untilMs);
  });
  const grownBytes = heapBytes() - standing;
  coverage.close();
  return { seed, reports, slowness: Math.max(slownessBefore, slowness()), grownBytes };
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function heapBytes(): number {
  collect();
  return process.memoryUsage().heapUsed;
}
