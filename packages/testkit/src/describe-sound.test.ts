import { expect, test } from 'vitest';
import { describeSound } from './describe-sound.ts';
import { createSeededRandom } from './seeded-random.ts';
import { makeTone } from './tone-maker.ts';

test('two tones of different strength are told apart, the stronger first', () => {
  const strong = makeTone({ frequencyHz: 440, durationMs: 2_000, amplitude: 0.3 });
  const faint = makeTone({ frequencyHz: 1_000, durationMs: 2_000, amplitude: 0.15 });
  const both = strong.map((sample, at) => sample + faint[at]!);
  const { tones, isLikeSpeech, activeShare } = describeSound(both);
  expect(tones.map(({ hz }) => Math.abs(hz - 440) < 3 || Math.abs(hz - 1_000) < 3)).toEqual([true, true]);
  expect(tones[0]!.share).toBeCloseTo(0.8, 1);
  expect({ isLikeSpeech, activeShare }).toEqual({ isLikeSpeech: false, activeShare: 1 });
});

test('silence has no level, no tones and no speech', () => {
  expect(describeSound(new Int16Array(16_000))).toEqual({
    durationMs: 2_000,
    levelDb: null,
    activeShare: 0,
    tones: [],
    isLikeSpeech: false,
  });
});

test('a low buzz that alternates with noise is like speech, either alone is not', () => {
  const random = createSeededRandom(7);
  const buzz = (length: number) => Int16Array.from({ length }, (_, at) => (at % 64 < 20 ? 6_000 : -3_000));
  const noise = (length: number) => {
    const octets = random.bytes(length);
    return Int16Array.from(octets, (octet, at) => (octet - 128) * (at % 2 === 0 ? 20 : -20));
  };
  const syllables = Array.from({ length: 12 }, () => [...buzz(1_600), ...noise(480)]).flat();
  expect(describeSound(Int16Array.from(syllables)).isLikeSpeech).toBe(true);
  expect(describeSound(buzz(16_000)).isLikeSpeech).toBe(false);
  expect(describeSound(noise(16_000)).isLikeSpeech).toBe(false);
});
