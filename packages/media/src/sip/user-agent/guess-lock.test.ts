import { expect, test } from 'vitest';
import { GuessLock } from './guess-lock.ts';

const limits = { freeMax: 3, forgiveMs: 60_000, shutMsMin: 1_000, shutMsMax: 8_000, keysMax: 100 };

/** Times of failures, in seconds, and whether the key is shut just after each, and how long it stays so. */
test.each([
  ['three are forgiven', [0, 0, 0], 0],
  ['the fourth costs a second', [0, 0, 0, 0], 1],
  ['the fifth two', [0, 0, 0, 0, 2], 2],
  ['the sixth four', [0, 0, 0, 0, 2, 5], 4],
  ['the seventh eight', [0, 0, 0, 0, 2, 5, 10], 8],
  ['and never more than the longest', [0, 0, 0, 0, 2, 5, 10, 19, 28], 8],
  ['one a minute costs nothing, however many', [0, 60, 120, 180, 240, 300, 360, 420], 0],
  ['two a minute cost something in the end', [0, 30, 60, 90, 120, 150, 180, 210], 4],
  ['quiet brings the small beginning back', [0, 0, 0, 0, 2, 5, 10, 600, 600, 600, 600], 1],
])('%s', (_name, failuresS, shutS) => {
  const lock = new GuessLock(limits);
  for (const second of failuresS) lock.fail('x', second * 1_000);
  const lastMs = failuresS.at(-1)! * 1_000;
  expect(lock.isShut('x', lastMs)).toBe(shutS > 0);
  if (shutS > 0) expect(lock.isShut('x', lastMs + shutS * 1_000 - 1)).toBe(true);
  expect(lock.isShut('x', lastMs + shutS * 1_000)).toBe(false);
  expect(lock.isShut('y', lastMs)).toBe(false);
});

test('a success forgets everything', () => {
  const lock = new GuessLock(limits);
  for (let count = 0; count < 6; count++) lock.fail('x', 0);
  lock.forget('x');
  expect(lock.isShut('x', 0)).toBe(false);
});

test('however many keys there are, so many are remembered', () => {
  const lock = new GuessLock(limits);
  for (let count = 0; count < 10_000; count++) lock.fail(`guesser ${count}`, count);
  expect(lock.size).toBeLessThanOrEqual(limits.keysMax);
  expect(lock.size).toBeGreaterThanOrEqual(limits.keysMax / 2);
});
