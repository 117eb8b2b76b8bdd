import { expect, test } from 'vitest';
import { scaleTo } from './scale.ts';

test.each([
  [0, [0, 2.5e-10]],
  [7, [0, 2, 4, 6, 8]],
  [40, [0, 10, 20, 30, 40]],
  [0.93, [0, 0.25, 0.5, 0.75, 1]],
  [1234, [0, 500, 1000, 1500]],
])('an axis for values up to %d has round steps and room for the highest', (max, ticks) => {
  if (max > 0) expect(scaleTo(max).ticks).toEqual(ticks);
  expect(scaleTo(max).at(max)).toBeLessThanOrEqual(1);
});
