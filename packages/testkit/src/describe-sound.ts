/** What a stretch of telephone sound is, in words and figures: how loud, which tones stand out, and whether it is like speech. */
import { sampleRateHz } from '@seatgrid/media/frame.ts';
import { loudness } from './tone-finder.ts';

export interface SoundDescription {
  readonly durationMs: number;
  /** dB below full scale over the parts that are not silent; null when all of it is. */
  readonly levelDb: number | null;
  /** Share of the time that is not silent. */
  readonly activeShare: number;
  /** Frequencies that stand out, strongest first, with their share of all energy. */
  readonly tones: readonly { readonly hz: number; readonly share: number }[];
  readonly isLikeSpeech: boolean;
}

const windowSamples = 2_048;
const frameLength = sampleRateHz / 50;
const silenceLoudness = 0.003;
const toneShareMin = 0.08;
const tonesMax = 4;

export function describeSound(samples: Int16Array): SoundDescription {
  const frames: Int16Array[] = [];
  for (let at = 0; at + frameLength <= samples.length; at += frameLength)
    frames.push(samples.subarray(at, at + frameLength));
  const active = frames.filter((frame) => loudness(frame) > silenceLoudness);
  const level = Math.sqrt(
    active.reduce((sum, frame) => sum + loudness(frame) ** 2, 0) / Math.max(1, active.length),
  );
  return {
    durationMs: Math.round((samples.length * 1_000) / sampleRateHz),
    levelDb: active.length === 0 ? null : Math.round(20 * Math.log10(level)),
    activeShare: frames.length === 0 ? 0 : active.length / frames.length,
    tones: active.length === 0 ? [] : standingTones(samples),
    isLikeSpeech: isLikeSpeech(active),
  };
}

/**
 * Speech alternates between voiced sounds, whose energy lies low, and fricatives, which cross zero at every other sample or so;
 * tones and music of tones do neither.
 */
function isLikeSpeech(active: readonly Int16Array[]): boolean {
  if (active.length < 20) return false;
  const rates = active.map(crossingRate);
  const share = (fits: (rate: number) => boolean) => rates.filter(fits).length / rates.length;
  return share((rate) => rate > 0.35) > 0.03 && share((rate) => rate < 0.25) > 0.3;
}

function crossingRate(frame: Int16Array): number {
  let crossings = 0;
  for (let at = 1; at < frame.length; at++) if (frame[at]! >= 0 !== frame[at - 1]! >= 0) crossings++;
  return crossings / frame.length;
}

function standingTones(samples: Int16Array): { hz: number; share: number }[] {
  const power = meanPower(samples);
  const total = power.reduce((sum, value) => sum + value, 0);
  if (total === 0) return [];
  const binHz = sampleRateHz / windowSamples;
  const found: { hz: number; share: number }[] = [];
  for (let bin = 3; bin < power.length - 3; bin++) {
    if (power[bin]! < power[bin - 1]! || power[bin]! <= power[bin + 1]!) continue;
    // A Hann window spreads one tone over two bins on each side.
    const around = power.slice(bin - 2, bin + 3);
    const energy = around.reduce((sum, value) => sum + value, 0);
    const centre = around.reduce((sum, value, index) => sum + value * (bin - 2 + index), 0) / energy;
    if (energy / total >= toneShareMin) found.push({ hz: Math.round(centre * binHz), share: energy / total });
  }
  return found.sort((a, b) => b.share - a.share).slice(0, tonesMax);
}

function meanPower(samples: Int16Array): Float64Array {
  const power = new Float64Array(windowSamples / 2);
  const real = new Float64Array(windowSamples);
  const imaginary = new Float64Array(windowSamples);
  for (let from = 0; from + windowSamples <= samples.length; from += windowSamples / 2) {
    for (let at = 0; at < windowSamples; at++) {
      const hann = 0.5 - 0.5 * Math.cos((2 * Math.PI * at) / windowSamples);
      real[at] = (samples[from + at]! / 0x8000) * hann;
      imaginary[at] = 0;
    }
    transform(real, imaginary);
    for (let bin = 0; bin < power.length; bin++) power[bin]! += real[bin]! ** 2 + imaginary[bin]! ** 2;
  }
  return power;
}

/** Cooley and Tukey's transform in place; the length is a power of two. */
function transform(real: Float64Array, imaginary: Float64Array): void {
  const length = real.length;
  for (let at = 1, mirror = 0; at < length; at++) {
    let bit = length >> 1;
    for (; mirror & bit; bit >>= 1) mirror ^= bit;
    mirror ^= bit;
    if (at < mirror) {
      [real[at], real[mirror]] = [real[mirror]!, real[at]!];
      [imaginary[at], imaginary[mirror]] = [imaginary[mirror]!, imaginary[at]!];
    }
  }
  for (let size = 2; size <= length; size <<= 1) {
    const turn = (-2 * Math.PI) / size;
    for (let block = 0; block < length; block += size)
      for (let at = 0; at < size / 2; at++) {
        const cos = Math.cos(turn * at);
        const sin = Math.sin(turn * at);
        const a = block + at;
        const b = a + size / 2;
        const re = real[b]! * cos - imaginary[b]! * sin;
        const im = real[b]! * sin + imaginary[b]! * cos;
        real[b] = real[a]! - re;
        imaginary[b] = imaginary[a]! - im;
        real[a]! += re;
        imaginary[a]! += im;
      }
  }
}
