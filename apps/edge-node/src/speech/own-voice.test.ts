/**
 * D-18: what espeak-ng makes of Cantonese, where no recogniser that knows Cantonese is at hand to listen. Each character is read with the sounds a
 * dictionary gives it (Jyutping of the Linguistic Society of Hong Kong), and the tones are in the sound itself: fundamental
 * frequencies stand to each other as Chao's tone letters say, at the telephone's 8 kHz.
 */
import { execFileSync } from 'node:child_process';
import type { Result } from '@seatgrid/core/kernel/result.ts';
import { toTelephoneSpeech } from '@seatgrid/media/audio/telephone-speech.ts';
import { readTelephoneWav, type WavFault } from '@seatgrid/media/audio/wav.ts';
import { sampleRateHz } from '@seatgrid/media/frame.ts';
import { expect, test } from 'vitest';
import { ownVoice } from './own-voice.ts';

/** espeak-ng's own mnemonics: stress, length marks and pauses left out, syllables as it parts them. */
function read(voice: string, text: string): string {
  const told = execFileSync('espeak-ng', ['-q', '-x', '-v', voice, '--stdin'], { input: text });
  return told.toString('utf8').replaceAll(/['_|\s]/g, '');
}

test('D-18: a name and an amount are read in Cantonese as a dictionary reads them', () => {
  // wong4 siu2 ming4, nei5 jiu3 fu6 jat1 cin1 saam1 baak3 jat1 sap6 ji6 jyun4 ling4 ng5 sin1; the tone stands behind the vowel here.
  expect(read('yue', '王小明，你要付一千三百一十二元零五仙')).toBe('wong4siu2ming4nei5jiu3fu6ja1tci1nsaa1mbaa3kja1tsa6pji6jyu4nling4ng5si1n'); // prettier-ignore
  // Not as Mandarin: 您的餘額是 is nei5 dik1 jyu4 ngaak6 si6.
  expect(read('yue', '您的餘額是')).toBe('nei5di1kjyu4Naa6ksi6');
});

test('D-18: the six tones of Cantonese are in the sound callers hear', async () => {
  const tones: (readonly [begins: number, ends: number])[] = [];
  const voice = ownVoice('espeak-ng', { tongue: 'cantonese', speedPercent: 100 });
  // si1 to si6: 55, 25, 33, 21, 23, 22.
  for (const text of '詩史試時市事') {
    const speech = unwrap(toTelephoneSpeech(await voice.make(text, AbortSignal.timeout(10_000))));
    tones.push(contour(unwrap(readTelephoneWav(speech))));
  }
  const slope = ([begins, ends]: readonly [number, number]) => Math.log2(ends / begins) * 12;
  const isLevel = (tone: readonly [number, number]) => Math.abs(slope(tone)) < 0.75;
  const [high, highRising, middle, falling, lowRising, low] = tones;
  expect([high!, middle!, low!].map(isLevel)).toEqual([true, true, true]);
  expect(slope(highRising!)).toBeGreaterThan(1);
  expect(slope(lowRising!)).toBeGreaterThan(1);
  expect(slope(falling!)).toBeLessThan(-0.5);
  expect(high![0]).toBeGreaterThan(middle![0] * 1.06);
  expect(middle![0]).toBeGreaterThan(low![0] * 1.03);
  expect(highRising![1]).toBeGreaterThan(lowRising![1] * 1.06);
  expect(falling![1]).toBeLessThan(low![1]);
});

/** Fundamental frequency, Hz, of the voiced part's first and last fifth: the lag at which 40 ms of it are most like themselves. */
function contour(samples: Int16Array): readonly [number, number] {
  const rate = sampleRateHz;
  const window = Math.round(rate * 0.04);
  const energyAt = (from: number) =>
    samples.subarray(from, from + window).reduce((sum, one) => sum + one * one, 0);
  const found: number[] = [];
  for (let from = 0; from + 2 * window < samples.length; from += Math.round(rate * 0.01)) {
    const energy = energyAt(from);
    if (energy / window < 200_000) continue;
    let best = { likeness: 0, lag: 0 };
    for (let lag = Math.round(rate / 300); lag <= rate / 60; lag++) {
      let product = 0;
      for (let at = from; at < from + window; at++) product += samples[at]! * samples[at + lag]!;
      const likeness = product / Math.sqrt(energy * energyAt(from + lag));
      if (likeness > best.likeness) best = { likeness, lag };
    }
    if (best.likeness > 0.8) found.push(rate / best.lag);
  }
  const fifth = Math.max(1, Math.floor(found.length / 5));
  return [median(found.slice(0, fifth)), median(found.slice(-fifth))];
}

function unwrap<Value>(result: Result<Value, WavFault>): Value {
  if (!result.ok) throw new Error(result.failure.detail);
  return result.value;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
