import { expect, test } from 'vitest';
import { soundLikeness } from './sound-likeness.ts';

/** Noise that is always the same for one seed: unlike a tone, like itself only. */
function noise(seed: number, samples: number): Int16Array {
  let state = seed;
  return Int16Array.from({ length: samples }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 16) - 0x8000;
  });
}

test('a sound is found wherever it begins and however loud it is; another is not', () => {
  const known = noise(1, 8_000);
  const heard = new Int16Array(20_000);
  heard.set(
    known.map((sample) => sample / 4),
    7_321,
  );
  expect(soundLikeness(heard, known)).toBeGreaterThan(0.99);
  expect(soundLikeness(heard, noise(2, 8_000))).toBeLessThan(0.2);
  expect(soundLikeness(new Int16Array(20_000), known)).toBe(0);
  expect(soundLikeness(known.subarray(0, 100), known)).toBe(0);
});
