/** Finds known tones in received sound (Goertzel's algorithm), so that a test can say who was heard where, and how loud. */
import { sampleRateHz } from '@seatgrid/media/frame.ts';

/** Amplitude, of full scale, of one frequency in `samples`. */
export function toneAmplitude(
  samples: Int16Array,
  frequencyHz: number,
  rateHz: number = sampleRateHz,
): number {
  if (samples.length === 0) return 0;
  const turn = (2 * Math.PI * frequencyHz) / rateHz;
  const coefficient = 2 * Math.cos(turn);
  let before = 0;
  let last = 0;
  for (const sample of samples) {
    const now = sample / 0x8000 + coefficient * last - before;
    before = last;
    last = now;
  }
  const power = last * last + before * before - coefficient * last * before;
  return (2 * Math.sqrt(Math.max(0, power))) / samples.length;
}

export interface ToneSearch {
  readonly frequenciesHz: readonly number[];
  /** Fainter than this is not heard; 0.02 of full scale by default. */
  readonly amplitudeMin?: number;
  readonly sampleRateHz?: number;
}

/** Those of the frequencies that can be heard, in the order asked. */
export function findTones(samples: Int16Array, search: ToneSearch): number[] {
  const least = search.amplitudeMin ?? 0.02;
  return search.frequenciesHz.filter((hz) => toneAmplitude(samples, hz, search.sampleRateHz) >= least);
}

/** Root mean square, of full scale. */
export function loudness(samples: Int16Array): number {
  let sum = 0;
  for (const sample of samples) sum += (sample / 0x8000) ** 2;
  return samples.length === 0 ? 0 : Math.sqrt(sum / samples.length);
}

/**
 * The largest step between neighbouring samples, of full scale. A pure tone of amplitude a and frequency f has at most
 * 2πfa/rate; more is a click.
 */
export function largestStep(samples: Int16Array): number {
  let largest = 0;
  for (let index = 1; index < samples.length; index++)
    largest = Math.max(largest, Math.abs(samples[index]! - samples[index - 1]!));
  return largest / 0x8000;
}

/** Frames of 20 ms in which the tone is missing, as indexes: where a stream stumbled. */
export function framesWithoutTone(samples: Int16Array, frequencyHz: number, amplitudeMin = 0.02): number[] {
  const frame = sampleRateHz / 50;
  const missing: number[] = [];
  for (let at = 0; at + frame <= samples.length; at += frame)
    if (toneAmplitude(samples.subarray(at, at + frame), frequencyHz) < amplitudeMin) missing.push(at / frame);
  return missing;
}
