import { expect, test } from 'vitest';
import { FairChance } from './fair-chance.ts';

/** Octets that follow from a seed alone. */
const seeded = (seed: number) => {
  let state = seed;
  return {
    bytes: (length: number) =>
      Uint8Array.from({ length }, () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) >>> 24),
  };
};

test('F-13: of a thousand calls shares come out within half a point, whatever the seed and whoever draws between', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const chance = new FairChance(seeded(seed));
    let below = 0;
    for (let call = 0; call < 1_000; call++) {
      if (chance.draw('flow', 'split') < 0.7) below += 1;
      if (call % 3 === 0) chance.draw('flow', 'other');
    }
    expect(Math.abs(below - 700), `seed ${seed}`).toBeLessThanOrEqual(5);
  }
});

test('the same seed draws the same, another another', () => {
  const draws = (seed: number) => {
    const chance = new FairChance(seeded(seed));
    return [chance.draw('a', 'x'), chance.draw('a', 'x'), chance.draw('a', 'y')];
  };
  expect(draws(7)).toEqual(draws(7));
  expect(draws(7)).not.toEqual(draws(8));
});
