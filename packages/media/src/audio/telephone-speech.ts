/** Synthesised sound made fit for a call: 8 kHz, its edges trimmed, always equally loud. */
import { success, type Result } from '@seatgrid/core/kernel/result.ts';
import { frameSamples, sampleRateHz, samplesPerMs } from '../frame.ts';
import { speechEdgeSilenceMs, speechLevelDb, speechPeakDb } from '../limits.ts';
import { toTelephoneSamples } from './convert-prompt.ts';
import { readWav, writeWav, type WavFault } from './wav.ts';

/** Raised when the same speech shall sound otherwise. */
export const speechTreatment = 1;

/** Fainter frames are pauses: they do not count for loudness, and at the edges they go. */
const pauseDb = -50;

export function toTelephoneSpeech(wav: Uint8Array): Result<Uint8Array, WavFault> {
  const read = readWav(wav);
  if (!read.ok) {
    // A text of nothing but blanks or signs is spoken as silence.
    return read.failure.code === 'no-sound' ? success(silence()) : read;
  }
  const samples = trimmed(toTelephoneSamples(read.value));
  return success(samples.length === 0 ? silence() : writeWav(levelled(samples), sampleRateHz));
}

function silence(): Uint8Array {
  return writeWav(new Int16Array(2 * speechEdgeSilenceMs * samplesPerMs), sampleRateHz);
}

function trimmed(samples: Int16Array): Int16Array {
  const loud = loudFrames(samples);
  const first = loud.indexOf(true);
  if (first === -1) return new Int16Array();
  const edge = speechEdgeSilenceMs * samplesPerMs;
  return samples.slice(
    Math.max(0, first * frameSamples - edge),
    Math.min(samples.length, (loud.lastIndexOf(true) + 1) * frameSamples + edge),
  );
}

function levelled(samples: Int16Array): Int16Array {
  const loud = loudFrames(samples);
  let sum = 0;
  let count = 0;
  let peak = 1;
  samples.forEach((sample, index) => {
    peak = Math.max(peak, Math.abs(sample));
    if (!loud[Math.floor(index / frameSamples)]) return;
    sum += sample * sample;
    count++;
  });
  const level = Math.sqrt(sum / Math.max(1, count));
  const gain = Math.min(fromDb(speechLevelDb) / Math.max(1, level), fromDb(speechPeakDb) / peak);
  return samples.map((sample) => Math.round(sample * gain));
}

function loudFrames(samples: Int16Array): boolean[] {
  const frames: boolean[] = [];
  for (let at = 0; at < samples.length; at += frameSamples) {
    const frame = samples.subarray(at, at + frameSamples);
    let sum = 0;
    for (const sample of frame) sum += sample * sample;
    frames.push(Math.sqrt(sum / frame.length) > fromDb(pauseDb));
  }
  return frames;
}

function fromDb(db: number): number {
  return 0x8000 * 10 ** (db / 20);
}
