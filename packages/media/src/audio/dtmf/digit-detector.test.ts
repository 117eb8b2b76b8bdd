/** The limits of ITU-T Q.24, each as a row: what must be heard, and what must not. All sound goes through µ-law or A-law. */
import { randomInteger } from '@seatgrid/core/kernel/random.ts';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import { expect, test } from 'vitest';
import { frameSamples, samplesPerMs } from '../../frame.ts';
import { aLaw, muLaw } from '../g711.ts';
import { digitFrequencies } from '../tones.ts';
import { DigitDetector } from './digit-detector.ts';

const keypad = '123A456B789C*0#D';
const random = createSeededRandom(24);
let state = randomInteger(random, 0x1_0000_0000);
/** Quick, for a sample of noise each. */
const chance = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 0x1_0000_0000;

interface Keying {
  readonly lowDbm?: number;
  readonly highDbm?: number;
  readonly offset?: number;
  readonly onMs?: number;
  readonly offMs?: number;
  /** A hole in the middle of each digit. */
  readonly brokenMs?: number;
  readonly signalToNoiseDb?: number;
  /** Of both tones of a dial tone, below the digit's. */
  readonly dialToneDb?: number;
  readonly echo?: { readonly delayMs: number; readonly downDb: number };
}

/** 0 dBm0 of G.711: a sine 3.17 dB below overload. */
const amplitude = (dbm: number) => 32_124 * 10 ** ((dbm - 3.17) / 20);

function keyed(digits: string, keying: Keying): Float64Array {
  const { lowDbm = -10, highDbm = -10, offset = 0, onMs = 50, offMs = 50 } = keying;
  const sound: number[] = [];
  const quiet = (samples: number) => {
    for (let index = 0; index < samples; index++) sound.push(0);
  };
  quiet(frameSamples + randomInteger(random, frameSamples));
  for (const digit of digits) {
    const [low, high] = digitFrequencies(digit)!.map((hz) => (2 * Math.PI * hz * (1 + offset)) / 8_000);
    const phases = [2 * Math.PI * chance(), 2 * Math.PI * chance()];
    const samples = onMs * samplesPerMs;
    const hole = ((keying.brokenMs ?? 0) * samplesPerMs) / 2;
    for (let index = 0; index < samples; index++) {
      const isBroken = Math.abs(index - samples / 2) < hole;
      sound.push(
        isBroken
          ? 0
          : amplitude(lowDbm) * Math.sin(low! * index + phases[0]!) +
              amplitude(highDbm) * Math.sin(high! * index + phases[1]!),
      );
    }
    // Not in step with our frames: any edge falls anywhere.
    quiet(offMs * samplesPerMs + randomInteger(random, 40));
  }
  quiet(5 * frameSamples);
  const power = (amplitude(lowDbm) ** 2 + amplitude(highDbm) ** 2) / 2;
  const noise =
    keying.signalToNoiseDb === undefined ? 0 : Math.sqrt(power / 10 ** (keying.signalToNoiseDb / 10));
  const dial = keying.dialToneDb === undefined ? 0 : amplitude(lowDbm - keying.dialToneDb);
  const { delayMs = 0, downDb = Infinity } = keying.echo ?? {};
  return Float64Array.from(sound, (value, index) => {
    let sum = value + (sound[index - delayMs * samplesPerMs] ?? 0) * 10 ** (-downDb / 20);
    if (noise > 0) sum += (noise * Math.sqrt(12) * (chance() + chance() + chance() + chance() - 2)) / 2;
    if (dial > 0) for (const hz of [350, 440]) sum += dial * Math.sin((2 * Math.PI * hz * index) / 8_000);
    return sum;
  });
}

function heard(sound: ArrayLike<number>, codec = muLaw) {
  const detector = new DigitDetector();
  const frame = new Int16Array(frameSamples);
  const began: string[] = [];
  const durationsMs: number[] = [];
  for (let at = 0; at + frameSamples <= sound.length; at += frameSamples) {
    for (let index = 0; index < frameSamples; index++) {
      const sample = Math.max(-0x8000, Math.min(0x7fff, Math.round(sound[at + index]!)));
      frame[index] = codec.samples[codec.codes[sample & 0xffff]!]!;
    }
    const progress = detector.feed(frame);
    if (progress.began !== undefined) began.push(progress.began);
    if (progress.ended !== undefined) durationsMs.push(progress.ended.durationMs);
  }
  return { digits: began.join(''), durationsMs };
}

const manyDigits = keypad.repeat(5) + '00112233445566778899**##';

test.each<[string, Keying]>([
  ['40 ms on, 40 ms off', { onMs: 40, offMs: 40 }],
  ['40 ms on, 30 ms off', { onMs: 40, offMs: 30 }],
  ['frequencies 1.5 % high', { offset: 0.015 }],
  ['frequencies 1.5 % low', { offset: -0.015 }],
  ['frequencies 1.8 % high', { offset: 0.018 }],
  ['frequencies 1.8 % low', { offset: -0.018 }],
  ['0 dBm0 each', { lowDbm: 0, highDbm: 0 }],
  ['-25 dBm0 each', { lowDbm: -25, highDbm: -25 }],
  ['-27 dBm0 each', { lowDbm: -27, highDbm: -27 }],
  ['the high group 4 dB stronger', { lowDbm: -14 }],
  ['the high group 10 dB stronger', { lowDbm: -20 }],
  ['the high group 8 dB weaker', { highDbm: -18 }],
  ['the high group 10 dB weaker', { highDbm: -20 }],
  ['an interruption of 10 ms', { onMs: 100, brokenMs: 10 }],
  ['15 dB over noise', { signalToNoiseDb: 15 }],
  ['a dial tone 12 dB below', { dialToneDb: 12 }],
  ['an echo after 20 ms, 10 dB down', { echo: { delayMs: 20, downDb: 10 } }],
])('heard, each of them once: %s', (_, keying) => {
  for (const codec of [muLaw, aLaw]) expect(heard(keyed(manyDigits, keying), codec).digits).toBe(manyDigits);
});

test.each<[string, Keying]>([
  ['23 ms', { onMs: 23 }],
  ['frequencies 3 % high', { offset: 0.03 }],
  ['frequencies 3 % low', { offset: -0.03 }],
  ['frequencies 3.5 % high', { offset: 0.035, onMs: 150 }],
  ['frequencies 3.5 % low', { offset: -0.035, onMs: 150 }],
  ['-30 dBm0 each', { lowDbm: -30, highDbm: -30 }],
  ['one group alone', { highDbm: -60 }],
  ['the other group alone', { lowDbm: -60 }],
])('not heard, not one of them: %s', (_, keying) => {
  for (const codec of [muLaw, aLaw]) expect(heard(keyed(manyDigits, keying), codec).digits).toBe('');
});

test('a thousand digits at 15 dB over noise, 40 ms long, are heard', () => {
  const digits = keypad.repeat(63).slice(0, 1_000);
  expect(heard(keyed(digits, { signalToNoiseDb: 15, onMs: 40, offMs: 53 })).digits).toBe(digits);
});

test.each([50, 100, 500])('a digit of %i ms is told with its length', (onMs) => {
  const { durationsMs } = heard(keyed(keypad, { onMs }));
  expect(durationsMs).toHaveLength(keypad.length);
  for (const durationMs of durationsMs) expect(Math.abs(durationMs - onMs)).toBeLessThanOrEqual(8);
});
