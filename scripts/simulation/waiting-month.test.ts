import { expect, test } from 'vitest';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import { regimes, WaitingMonth } from './waiting-month.ts';

test.each(Object.entries(regimes))(
  'F-25: %s: our estimates of the wait are nearer than the last caller’s wait and the queue-length formula',
  (_, regime) => {
    const { errorMs, estimated, tooLongShare } = new WaitingMonth(regime, createSeededRandom(5)).run(5);
    expect(estimated).toBeGreaterThan(2_000);
    expect(errorMs.ours).toBeLessThan(errorMs['queue length'] * 0.97);
    expect(errorMs.ours).toBeLessThan(errorMs['last caller'] * 0.75);
    // As many wait longer as do not.
    expect(Math.abs(tooLongShare - 0.5)).toBeLessThan(0.06);
  },
);

test('one seed is one month', () => {
  const run = () => new WaitingMonth(regimes.steady, createSeededRandom(3)).run(1);
  expect(run()).toEqual(run());
});
