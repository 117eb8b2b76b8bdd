import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { nodeFlags } from '../node-flags.ts';
import { heapGrowthPercent } from './heap-growth.ts';

test('a small heap grows by 96 MB before it is collected, a large one by a third', () => {
  const megabytes = (count: number) => count * 2 ** 20;
  expect(heapGrowthPercent(megabytes(40))).toBe(240);
  expect(heapGrowthPercent(megabytes(96))).toBe(100);
  expect(heapGrowthPercent(megabytes(320))).toBe(30);
  expect(heapGrowthPercent(megabytes(1_000))).toBe(30);
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
  const words = [...nodeFlags, '--input-type=module-typescript', '--eval', program];
  return Number(execFileSync(process.execPath, words, { encoding: 'utf8' }).split(' ')[0]);
}

test('a process that keeps to it collects its old generation less than half as often', () => {
  const url = new URL('./heap-growth.ts', import.meta.url).href;
  const kept = collections(`import { keepHeapGrowth } from '${url}'; keepHeapGrowth();`);
  expect(kept).toBeGreaterThan(0);
  expect(kept).toBeLessThan(collections('') / 2);
});
