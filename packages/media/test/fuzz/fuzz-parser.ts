/** One parser, so many tries: inputs that reach new blocks become the seeds of others. What is found comes back; nothing is thrown. */
import { randomInteger, type Random } from '@seatgrid/core/kernel/random.ts';
import type { BlockCoverage } from './block-coverage.ts';
import { mutated } from './mutate.ts';
import type { FuzzedParser } from './parsers.ts';
import { Stopwatch } from './stopwatch.ts';

export interface FuzzReport {
  readonly parser: string;
  readonly executions: number;
  /** Characters of source that this parser was the first to run. */
  readonly characters: number;
  /** Inputs, the seeds among them, that each reached something new. */
  readonly corpus: number;
  /** Of the input that took longest for its size, at best of several times. */
  readonly slowestMsPerKb: number;
  readonly longestMs: number;
  readonly findings: readonly string[];
}

/** Asking V8 costs as much as hundreds of tries: while nothing new is found, it is asked less often. */
const batchMin = 250;
const batchMax = 4_000;
const fewEnough = 32;
const findingsMax = 5;

export function fuzzParser(
  parser: FuzzedParser,
  coverage: BlockCoverage,
  random: Random,
  isOver: () => boolean,
): FuzzReport {
  const corpus = [...parser.seeds];
  const watch = new Stopwatch(parser.read);
  const findings: string[] = [];
  let executions = 0;
  let batchLength = batchMin;
  const run = (octets: Buffer): void => {
    executions++;
    try {
      watch.time(octets);
    } catch (error) {
      const sample = octets.toString('base64').slice(0, 2_000);
      findings.push(`${(error as Error).message} on ${sample}`);
    }
  };
  const charactersBefore = coverage.characters;
  for (const seed of corpus) run(seed);
  coverage.note();
  while (!isOver() && findings.length < findingsMax) {
    const batch = Array.from({ length: batchLength }, () =>
      mutated(pick(corpus, random), pick(corpus, random), random),
    );
    for (const octets of batch) run(octets);
    const isNew = coverage.isAnyNew();
    if (isNew) corpus.push(...reaching(batch, parser, coverage));
    batchLength = isNew ? batchMin : Math.min(batchMax, batchLength * 2);
  }
  const { slowestMsPerKb, longestMs } = watch;
  const characters = coverage.characters - charactersBefore;
  return {
    parser: parser.name,
    executions,
    characters,
    corpus: corpus.length,
    slowestMsPerKb,
    longestMs,
    findings,
  };
}

/** Those of a batch that reach what none before them did: found by halving it, and then one by one. */
function reaching(batch: readonly Buffer[], parser: FuzzedParser, coverage: BlockCoverage): Buffer[] {
  if (batch.length <= fewEnough) {
    return batch.filter((octets) => {
      readQuietly(parser, octets);
      return coverage.note() > 0;
    });
  }
  for (const octets of batch) readQuietly(parser, octets);
  if (!coverage.isAnyNew()) return [];
  const middle = batch.length >> 1;
  return [
    ...reaching(batch.slice(0, middle), parser, coverage),
    ...reaching(batch.slice(middle), parser, coverage),
  ];
}

function readQuietly(parser: FuzzedParser, octets: Buffer): void {
  try {
    parser.read(octets);
  } catch {
    // It is among the findings already.
  }
}

function pick(corpus: readonly Buffer[], random: Random): Buffer {
  return corpus[randomInteger(random, corpus.length)]!;
}
