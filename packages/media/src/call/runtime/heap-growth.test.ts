import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { heapGrowthPercent } from './heap-growth.ts';

const megabytes = (count: number) => count * 2 ** 20;

test('a heap may fill what is spacious for it, and grows by a third where that is more', () => {
  const percentOf = (live: number) => heapGrowthPercent(megabytes(live), megabytes(150));
  expect(percentOf(50)).toBe(200);
  expect(percentOf(100)).toBe(50);
  expect(percentOf(120)).toBe(30);
  expect(percentOf(1_000)).toBe(30);
});

/** How often the old generation is collected while 40 MB live and the same amount outlives its youth. */
function collections(begin: string): number {
  const program = `
    import { constants, PerformanceObserver } from 'node:perf_hooks';
    ${begin}
    let count = 0;
    new PerformanceObserver((list) => {
      for (const { detail } of list.getEntries()) if (detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR) count++;
    }).observe({ entryTypes: ['gc'] });
    const live = Array.from({ length: 400_000 }, (_, at) => ({ at, of: [at] }));
    const young = [];
    for (let at = 0; at < 8_000_000; at++) {
      young[at % 100_000] = { of: [at] };
      if (at % 100_000 === 0) await new Promise((next) => setImmediate(next));
    }
    console.log(count, live.length);`;
  const words = [
    '--max-semi-space-size=4',
    '--heap-growing-percent=30',
    '--input-type=module-typescript',
    '--eval',
    program,
  ];
  return Number(execFileSync(process.execPath, words, { encoding: 'utf8' }).split(' ')[0]);
}

test('a process that keeps to it collects its old generation less than half as often', () => {
  const url = new URL('./heap-growth.ts', import.meta.url).href;
  const kept = collections(`import { keepHeapGrowth } from '${url}'; keepHeapGrowth(${megabytes(150)});`);
  expect(kept).toBeGreaterThan(0);
  expect(kept).toBeLessThan(collections('') / 2);
});
