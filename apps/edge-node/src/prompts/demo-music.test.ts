import { expect, test } from 'vitest';
import { readWav } from '@seatgrid/media/audio/wav.ts';
import { largestStep, loudness } from '@seatgrid/testkit/tone-finder.ts';
import { renderDemoMusic } from './demo-music.ts';

function samplesOf(wav: Uint8Array): Int16Array {
  const read = readWav(wav);
  if (!read.ok) throw new Error(read.failure.detail);
  expect([read.value.sampleRateHz, read.value.channels.length]).toEqual([8_000, 1]);
  return Int16Array.from(read.value.channels[0]!, (sample) => Math.round(sample * 0x8000));
}

test.each([0, 1, 2, 7])(
  'music of seed %i lasts as long as asked, is quiet and even, and loops without a click',
  (seed) => {
    const samples = samplesOf(renderDemoMusic(seed, 12));
    expect(samples.length).toBe(12 * 8_000);
    const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0) / 0x8000;
    expect(peak).toBeCloseTo(0.25, 2);
    const seconds = Array.from({ length: 12 }, (_, second) =>
      loudness(samples.subarray(second * 8_000, (second + 1) * 8_000)),
    );
    const decibels = seconds.map((level) => 20 * Math.log10(level));
    expect(Math.min(...decibels)).toBeGreaterThan(-35);
    expect(Math.max(...decibels) - Math.min(...decibels)).toBeLessThan(12);
    // The step from the last sample to the first is one as any other.
    const seam = Math.abs(samples[0]! - samples.at(-1)!) / 0x8000;
    expect(seam).toBeLessThanOrEqual(largestStep(samples));
    expect(largestStep(samples)).toBeLessThan(0.2);
  },
);

test('a seed always makes the same music, another seed another', () => {
  expect(Buffer.from(renderDemoMusic(5, 4)).equals(renderDemoMusic(5, 4))).toBe(true);
  expect(Buffer.from(renderDemoMusic(5, 4)).equals(renderDemoMusic(6, 4))).toBe(false);
});
