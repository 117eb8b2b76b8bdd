/**
 * The quiet hiss of a line that is up but says nothing (RFC 3389): dead silence makes people ask whether the other side is
 * still there. One second of noise is made once; each level of it is encoded when it is first asked for.
 */
import { frameSamples, sampleRateHz } from '../frame.ts';
import type { G711Codec } from './g711.ts';

/** Of a line at which nobody speaks, in decibels below overload: what a quiet room leaves. */
export const idleNoiseLevel = 75;
const levelMax = 127;
/** Where one read ends the next goes on from a place that has nothing to do with it. */
const strideSamples = 37 * frameSamples;

const noise = makeNoise();
const encoded = new Map<string, Uint8Array>();
let at = 0;

/** A frame of noise as codes of `codec`; `level` in decibels below overload. To be copied, not kept. */
export function comfortNoise(codec: G711Codec, level: number = idleNoiseLevel): Uint8Array {
  const bounded = Math.min(level, levelMax);
  const key = `${codec.law} ${bounded}`;
  let codes = encoded.get(key);
  if (codes === undefined) encoded.set(key, (codes = encode(codec, bounded)));
  at = (at + strideSamples) % (codes.length - frameSamples);
  return codes.subarray(at, at + frameSamples);
}

/** RFC 3389 §3.1: the first octet of the payload is the level, in negative decibels of overload. */
export function noiseLevelOf(packet: Uint8Array, from: number, to: number): number | undefined {
  return from < to ? packet[from]! & levelMax : undefined;
}

function encode(codec: G711Codec, level: number): Uint8Array {
  const gain = 0x8000 * 10 ** (-level / 20);
  return Uint8Array.from(noise, (value) => codec.codes[Math.round(clipped(value * gain)) & 0xffff]!);
}

/** Near-normal noise of unit power, by sums of a linear congruence: the same in every process. */
function makeNoise(): Float32Array {
  let state = 1;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 0x1_0000_0000 - 0.5;
  };
  const parts = 12;
  return Float32Array.from({ length: sampleRateHz }, () => {
    let sum = 0;
    for (let part = 0; part < parts; part++) sum += next();
    return sum;
  });
}

function clipped(value: number): number {
  return value > 0x7fff ? 0x7fff : value < -0x8000 ? -0x8000 : value;
}
