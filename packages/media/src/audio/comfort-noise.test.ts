import { expect, test } from 'vitest';
import { frameSamples } from '../frame.ts';
import { comfortNoise, noiseLevelOf } from './comfort-noise.ts';
import { aLaw, decodeG711, muLaw } from './g711.ts';

test.each([muLaw, aLaw])('noise has the level asked for, and no frame is like the last: $law', (codec) => {
  const samples = new Int16Array(frameSamples);
  for (const level of [30, 45, 60]) {
    let power = 0;
    let last = '';
    for (let frame = 0; frame < 50; frame++) {
      const codes = comfortNoise(codec, level);
      expect(String(codes)).not.toBe(last);
      last = String(codes);
      decodeG711(codec, codes, samples);
      for (const sample of samples) power += sample * sample;
    }
    const decibels = -10 * Math.log10(power / (50 * frameSamples) / 0x8000 ** 2);
    expect(decibels).toBeGreaterThan(level - 1.5);
    expect(decibels).toBeLessThan(level + 1.5);
  }
});

test('the level is the seven low bits of the first octet (RFC 3389 §3.1)', () => {
  expect(noiseLevelOf(Uint8Array.of(0, 0x80 | 50, 7), 1, 3)).toBe(50);
  expect(noiseLevelOf(Uint8Array.of(0), 1, 1)).toBeUndefined();
});
