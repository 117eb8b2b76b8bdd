import { expect, test } from 'vitest';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import { blamesTrunk, TrunkHealth, type TrunkHealthInput, type TrunkState } from './trunk-health.ts';

const limits = {
  probeEveryMs: 30_000,
  secondProbeMs: 2_000,
  restMs: 10_000,
  restMaxMs: 300_000,
  missedMax: 2,
};

type Row = readonly [TrunkHealthInput['kind'] | number, TrunkState, number | 'as before'];

/** A number is a rest the carrier asked for. Each row: what happened, the state after it, when it is looked at again at the latest. */
const stories: Readonly<Record<string, readonly Row[]>> = {
  'an answer makes it up, and it is asked again at leisure': [['probe-answered', 'up', 30_000]],
  'one lost OPTIONS is asked again soon, two in a row make it down, one answer makes it up': [
    ['probe-answered', 'up', 30_000],
    ['probe-unanswered', 'up', 2_000],
    ['probe-answered', 'up', 30_000],
    ['probe-unanswered', 'up', 2_000],
    ['probe-unanswered', 'down', 10_000],
    ['probe-unanswered', 'down', 10_000],
    ['probe-answered', 'up', 30_000],
    ['probe-unanswered', 'up', 2_000],
  ],
  'a call that nobody answered makes it down at once': [
    ['call-answered', 'up', 'as before'],
    ['call-unanswered', 'down', 10_000],
    ['call-answered', 'down', 'as before'],
    ['probe-answered', 'up', 30_000],
  ],
  'one that is never asked is tried again after its rest': [
    ['call-unanswered', 'down', 10_000],
    ['rested', 'unknown', 'as before'],
    ['call-answered', 'up', 'as before'],
  ],
  'a carrier that wants to be left alone is, within reason': [
    [60, 'down', 60_000],
    ['rested', 'unknown', 'as before'],
    [1, 'down', 10_000],
    [1_000_000, 'down', 300_000],
  ],
};

test.each(Object.entries(stories))('%s', (_story, rows) => {
  const random = createSeededRandom(5);
  const health = new TrunkHealth(limits, 0);
  for (const [index, [what, state, next]] of rows.entries()) {
    const input: TrunkHealthInput =
      typeof what === 'number'
        ? { kind: 'turned-away', forMs: what * 1_000 }
        : ({ kind: what } as TrunkHealthInput);
    const before = health.state;
    const delayMs = health.handle(input, 1_000 * (index + 1), random);
    expect(health.state, `after ${index + 1}. ${what}`).toBe(state);
    if (health.state !== before) expect(health.sinceMs).toBe(1_000 * (index + 1));
    if (next === 'as before') expect(delayMs).toBeUndefined();
    else {
      expect(delayMs).toBeLessThanOrEqual(next);
      expect(delayMs).toBeGreaterThan(next * 0.89);
    }
  }
});

test.each([
  [500, true],
  [502, true],
  [503, true],
  [504, true],
  [408, true],
  [401, true],
  [407, true],
  [404, false],
  [480, false],
  [486, false],
  [487, false],
  [488, false],
  [600, false],
  [603, false],
])('after %i the next trunk is tried: %s', (status, isTried) => {
  expect(blamesTrunk(status)).toBe(isTried);
});
