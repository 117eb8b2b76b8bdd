/** Sums of sines at an exchange's level, and the keypad's tones (ITU-T Q.23) among them. */
import { sampleRateHz, samplesPerMs } from '../frame.ts';

/** About -13 dBm0 each, level of an exchange's tones; a digit's two together stay below -7 dBm0. */
const toneAmplitude = 5_000;
/** Edges are eased in and out, so that a tone begins and ends without a click. */
const edgeSamples = 4 * samplesPerMs;

export const rowsHz = [697, 770, 852, 941] as const;
export const columnsHz = [1_209, 1_336, 1_477, 1_633] as const;
const keypad = ['123A', '456B', '789C', '*0#D'] as const;

/** The two frequencies of a key, low group first; undefined for what is no key. */
export function digitFrequencies(digit: string): readonly [number, number] | undefined {
  const row = digit.length === 1 ? keypad.findIndex((keys) => keys.includes(digit)) : -1;
  if (row === -1) return undefined;
  return [rowsHz[row]!, columnsHz[keypad[row]!.indexOf(digit)]!];
}

/** The key at a row and a column of the keypad. */
export function digitOf(row: number, column: number): string {
  return keypad[row]![column]!;
}

/** The sound of a key, and the pause after it. */
export function digitTone(digit: string, onMs: number, offMs: number): Int16Array | undefined {
  const frequencies = digitFrequencies(digit);
  if (frequencies === undefined) return undefined;
  const sound = new Int16Array((onMs + offMs) * samplesPerMs);
  sound.set(sineSum(frequencies, { durationMs: onMs, hasEdges: true }));
  return sound;
}

export function sineSum(
  frequenciesHz: readonly number[],
  length: { readonly durationMs: number; readonly hasEdges: boolean },
): Int16Array {
  const samples = new Int16Array(length.durationMs * samplesPerMs);
  for (let index = 0; index < samples.length; index++) {
    const edge = Math.min(1, (index + 1) / edgeSamples, (samples.length - index) / edgeSamples);
    let sum = 0;
    for (const hz of frequenciesHz) sum += Math.sin((2 * Math.PI * hz * index) / sampleRateHz);
    samples[index] = Math.round(toneAmplitude * (length.hasEdges ? edge : 1) * sum);
  }
  return samples;
}
