import { expect, test } from 'vitest';
import { toneAmplitude } from '@seatgrid/testkit/tone-finder.ts';
import { makeTone } from '@seatgrid/testkit/tone-maker.ts';
import { HalfBandDecimator, HalfBandInterpolator } from './half-band.ts';

const amplitude = 0.25;

/** In packets of 20 ms, as they come. */
function decimated(wide: Int16Array): Int16Array {
  const filter = new HalfBandDecimator(320);
  const narrow = new Int16Array(wide.length / 2);
  for (let at = 0; at < wide.length; at += 320)
    filter.process(wide.subarray(at, at + 320), 320, narrow.subarray(at / 2));
  return narrow.subarray(800);
}

test.each([300, 1_000, 2_500, 3_400])('%i Hz passes both ways as it is', (frequencyHz) => {
  const narrow = decimated(makeTone({ frequencyHz, durationMs: 600, sampleRateHz: 16_000 }));
  expect(toneAmplitude(narrow, frequencyHz) / amplitude).toBeCloseTo(1, 2);
  const filter = new HalfBandInterpolator(160);
  const tone = makeTone({ frequencyHz, durationMs: 600 });
  const wide = new Int16Array(2 * tone.length);
  for (let at = 0; at < tone.length; at += 160)
    filter.process(tone.subarray(at, at + 160), 160, wide.subarray(2 * at));
  // Back again: what the one makes the other takes.
  expect(toneAmplitude(decimated(wide), frequencyHz) / amplitude).toBeCloseTo(1, 2);
});

test.each([4_600, 5_500, 7_000])('%i Hz does not come back as its mirror below 4 kHz', (frequencyHz) => {
  const narrow = decimated(makeTone({ frequencyHz, durationMs: 600, sampleRateHz: 16_000 }));
  expect(20 * Math.log10(toneAmplitude(narrow, 8_000 - frequencyHz) / amplitude)).toBeLessThan(-55);
});
