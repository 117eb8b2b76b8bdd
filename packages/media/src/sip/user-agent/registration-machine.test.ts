import { expect, test } from 'vitest';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import { RegistrationMachine, type RegisterAnswer, type RegistrationInput } from './registration-machine.ts';

/** Seconds since the beginning, what happens, what is to be done (`register 60`, `wake 30-48`, in seconds), the state after it. */
type Row = readonly [number, RegistrationInput, string, string];

const start: RegistrationInput = { kind: 'start' };
const wake: RegistrationInput = { kind: 'wake' };
const remove: RegistrationInput = { kind: 'remove' };
const answered = (status: number, more: Omit<RegisterAnswer, 'status'> = {}): RegistrationInput => ({
  kind: 'answered',
  answer: { status, ...more },
});
const granted = (expiresSeconds: number) => answered(200, { expiresSeconds });

const stories: Readonly<Record<string, readonly Row[]>> = {
  'registers, refreshes between half and eight tenths of what was granted, and takes its contact back': [
    [0, start, 'register 600', 'registering'],
    [1, granted(600), 'wake 300-480', 'registered'],
    [400, wake, 'register 600', 'registered'],
    [401, granted(60), 'wake 30-48', 'registered'],
    [440, remove, 'register 0', 'over'],
    [441, granted(0), '', 'over'],
    [500, wake, '', 'over'],
  ],
  'asks again for what Min-Expires says, once': [
    [0, start, 'register 600', 'registering'],
    [1, answered(423, { minExpiresSeconds: 1_800 }), 'register 1800', 'registering'],
    [2, answered(423, { minExpiresSeconds: 1_800 }), 'wake 2-5', 'failed'],
    [6, wake, 'register 1800', 'failed'],
    [7, granted(1_800), 'wake 900-1440', 'registered'],
  ],
  'does not believe a Min-Expires that is missing or beyond reason': [
    [0, start, 'register 600', 'registering'],
    [1, answered(423), 'wake 2-5', 'failed'],
    [6, wake, 'register 600', 'failed'],
    [7, answered(423, { minExpiresSeconds: 10_000_000 }), 'wake 5-10', 'failed'],
  ],
  'a registrar that is away is asked at growing pauses up to five minutes': [
    [0, start, 'register 600', 'registering'],
    [32, answered(408), 'wake 2-5', 'failed'],
    [40, wake, 'register 600', 'failed'],
    [41, answered(503), 'wake 5-10', 'failed'],
    [60, wake, 'register 600', 'failed'],
    [61, answered(500), 'wake 10-20', 'failed'],
    [90, wake, 'register 600', 'failed'],
    [91, answered(503, { retryAfterSeconds: 3_600 }), 'wake 3600-3600', 'failed'],
    [3_700, wake, 'register 600', 'failed'],
    [3_701, granted(600), 'wake 300-480', 'registered'],
    [4_000, wake, 'register 600', 'registered'],
    [4_001, answered(503), 'wake 2-5', 'registered'],
  ],
  'what stands is good until it runs out, though its refresh fails': [
    [0, start, 'register 60', 'registering'],
    [1, granted(60), 'wake 30-48', 'registered'],
    [40, wake, 'register 60', 'registered'],
    [45, answered(500), 'wake 2-5', 'registered'],
    [50, wake, 'register 60', 'registered'],
    [82, answered(408), 'wake 5-10', 'failed'],
  ],
  'whoever does not believe us is not pestered': [
    [0, start, 'register 600', 'registering'],
    [1, answered(403), 'wake 150-300', 'failed'],
    [200, wake, 'register 600', 'failed'],
    [201, answered(401), 'wake 150-300', 'failed'],
  ],
  'removed while an answer is awaited, it is taken back; removed before it ever stood, it is not': [
    [0, start, 'register 600', 'registering'],
    [1, remove, 'register 0', 'over'],
  ],
  'removed after a failure there is nothing to take back': [
    [0, start, 'register 600', 'registering'],
    [1, answered(500), 'wake 2-5', 'failed'],
    [2, remove, '', 'over'],
  ],
  'a wake while it asks is not a second question': [
    [0, start, 'register 600', 'registering'],
    [1, wake, '', 'registering'],
  ],
};

test.each(Object.entries(stories))('%s', (_story, rows) => {
  for (const seed of [1, 2, 3]) {
    const random = createSeededRandom(seed);
    const [, , first] = rows[0]!;
    const machine = new RegistrationMachine(Number(first.split(' ')[1]));
    for (const [seconds, input, wanted, state] of rows) {
      const effects = machine.handle(input, seconds * 1_000, random);
      const place = `at ${seconds} s`;
      expect(machine.state, place).toBe(state);
      expect(effects, place).toHaveLength(wanted === '' ? 0 : 1);
      const [effect] = effects;
      if (effect?.kind === 'register') expect(`register ${effect.expiresSeconds}`, place).toBe(wanted);
      else if (effect) {
        const [least, most] = wanted.replace('wake ', '').split('-').map(Number) as [number, number];
        expect(effect.delayMs, place).toBeGreaterThanOrEqual(least * 1_000);
        expect(effect.delayMs, place).toBeLessThanOrEqual(most * 1_000);
      }
    }
  }
});
