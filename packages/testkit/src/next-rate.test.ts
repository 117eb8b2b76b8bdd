import { expect, test } from 'vitest';
import { nextRate, type TriedRate } from './next-rate.ts';

/** All that is tried of a node that serves every call up to `limit`. */
function searched(limit: number, fluke?: number): readonly TriedRate[] {
  const tries: TriedRate[] = [];
  for (;;) {
    const rate = nextRate(tries, { from: 80, step: 10 });
    if (rate === null) return tries;
    const isFluke = rate === fluke && !tries.some((one) => one.rate === rate);
    tries.push({ rate, passes: rate <= limit && !isFluke });
  }
}
const highest = (tries: readonly TriedRate[]) =>
  Math.max(0, ...tries.filter(({ passes }) => passes).map(({ rate }) => rate));

test.each([5, 10, 79, 80, 95, 237, 240, 1_001])('it finds %i to within a step', (limit) => {
  const tries = searched(limit);
  expect(highest(tries)).toBe(Math.floor(limit / 10) * 10);
  expect(tries.length).toBeLessThan(25);
});

test('a rate that fails once is tried again before it counts', () => {
  expect(highest(searched(237, 150))).toBe(230);
  expect(searched(237, 100).filter(({ rate }) => rate === 100)).toHaveLength(2);
});
