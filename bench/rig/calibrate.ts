/** A fixed piece of work, timed on the core the node will have: figures of different machines and hours are read beside it. */
import { execFileSync } from 'node:child_process';

const work = `
  const started = process.cpuUsage();
  let sum = 0;
  for (let round = 0; round < 60_000_000; round++) sum = (Math.imul(sum, 31) + round) | 0;
  const used = process.cpuUsage(started);
  console.log((used.user + used.system) / 1_000, sum === 0 ? '' : '');
`;

/** Milliseconds of CPU, the median of five. */
export function calibrate(core: number): number {
  const runs = Array.from({ length: 5 }, () =>
    Number.parseFloat(
      execFileSync('taskset', ['-c', String(core), process.execPath, '-e', work], { encoding: 'utf8' }),
    ),
  );
  return median(runs);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
