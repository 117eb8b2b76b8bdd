import { expect, test } from 'vitest';
import { WideClock } from './wide-clock.ts';

const frameTicks = 960;
const frameSamples = 160;

test.each([0, 5, 0x7fff_fff0, 0xffff_ff00, 0xffff_ffff])(
  'each frame of theirs, from %i on, is a frame of ours, in order and out of it, across the end of their numbers',
  (start) => {
    const clock = new WideClock(6);
    const first = clock.inward(start);
    for (const frame of [1, 2, 4, 3, 5, 100, 99])
      expect((clock.inward((start + frame * frameTicks) >>> 0) - first) >>> 0).toBe(frame * frameSamples);
  },
);

test('a whole turn of theirs, packet by packet, loses nothing', () => {
  const clock = new WideClock(6);
  let theirs = 17;
  const first = clock.inward(theirs);
  const stepSamples = 50_000_000;
  for (let step = 1; step <= 50; step++) {
    theirs = (theirs + 6 * stepSamples) >>> 0;
    expect((clock.inward(theirs) - first) >>> 0).toBe((step * stepSamples) >>> 0);
  }
});

test.each([0, 0x1555_5540, 0xffff_ff60])(
  'frames of ours from %i on leave a frame of theirs apart',
  (start) => {
    const clock = new WideClock(6);
    const first = clock.outward(start);
    for (let frame = 1; frame < 5; frame++)
      expect((clock.outward((start + frame * frameSamples) >>> 0) - first) >>> 0).toBe(frame * frameTicks);
  },
);
