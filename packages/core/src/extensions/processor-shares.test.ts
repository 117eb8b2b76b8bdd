import { expect, test } from 'vitest';
import { ProcessorShares } from './processor-shares.ts';

test('much now and then is no matter, much for long is; what is left over is not kept for ever', () => {
  const shares = new ProcessorShares({ share: 0.25, storedMsMax: 1_000 });
  shares.took('one', 900, 0);
  expect(shares.has('one', 0)).toBe(true);
  shares.took('one', 300, 0);
  expect(shares.has('one', 0)).toBe(false);
  expect(shares.has('two', 0)).toBe(true);
  expect(shares.has('one', 799)).toBe(false);
  expect(shares.has('one', 801)).toBe(true);
  shares.took('one', 1_000, 3_600_000);
  expect(shares.has('one', 3_600_000)).toBe(false);
});
