import { expect, test } from 'vitest';
import { randomInteger } from '../kernel/random.ts';
import { createSeededRandom } from '../kernel/seeded-random.ts';
import { Patience, type Waited } from './patience.ts';

const left = (waitedMs: number): Waited => ({ waitedMs, hasAbandoned: true });
const served = (waitedMs: number): Waited => ({ waitedMs, hasAbandoned: false });

test('the share still there shrinks at each wait by those who left of those still there', () => {
  // Kaplan and Meier by hand: 1 × 4/5 at 10, nothing at 20 where one was served, × 2/3 at 30, × 0/1 at 50.
  const patience = new Patience([left(10), served(20), left(30), served(40), left(50)]);
  const shares = [0, 10, 29, 30, 49, 50].map((waitedMs) => Number(patience.shareAt(waitedMs).toFixed(4)));
  expect(shares).toEqual([1, 0.8, 0.8, 0.5333, 0.5333, 0]);
});

test('whoever has waited is drawn from those who wait longer; beyond the longest observation callers leave at a constant rate', () => {
  const patience = new Patience([left(10), left(30), served(40)]);
  expect([0, 0.2, 0.34, 0.6].map((chance) => patience.draw(chance))).toEqual([10, 10, 30, 30]);
  expect(patience.draw(0, 10)).toBe(30);
  expect(patience.draw(0.7)).toBeGreaterThan(40);
  expect(patience.draw(0.5, 1_000)).toBeGreaterThan(1_000);
});

test('nobody ever left: nobody does', () => {
  expect(new Patience([served(10_000)]).draw(0.999)).toBe(Infinity);
  expect(new Patience([]).draw(0.5)).toBe(Infinity);
});

test('of callers with a patience of two minutes on average, mostly served sooner, it finds the two minutes; those who left alone would say much less', () => {
  const random = createSeededRandom(5);
  const exponential = (meanMs: number) => -Math.log(1 - randomInteger(random, 1_000_000) / 1_000_000) * meanMs;
  const observations = Array.from({ length: 20_000 }, () => {
    const [patienceMs, waitMs] = [exponential(120_000), exponential(60_000)];
    return patienceMs < waitMs ? left(patienceMs) : served(waitMs);
  });
  const patience = new Patience(observations);
  const drawn = Array.from({ length: 20_000 }, () => patience.draw(randomInteger(random, 1_000_000) / 1_000_000));
  const mean = (waits: readonly number[]) => waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
  expect(mean(drawn) / 120_000).toBeCloseTo(1, 1);
  expect(mean(observations.filter((one) => one.hasAbandoned).map((one) => one.waitedMs))).toBeLessThan(60_000);
}); // prettier-ignore
