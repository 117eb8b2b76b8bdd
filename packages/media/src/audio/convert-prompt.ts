/** Whatever sound a tenant uploads or a synthesiser makes, turned into what prompts are: 8 kHz, 16-bit, mono WAV. */
import { success, type Result } from '@seatgrid/core/kernel/result.ts';
import { sampleRateHz } from '../frame.ts';
import { resample } from './resample.ts';
import { readWav, writeWav, type WavFault, type WavSound } from './wav.ts';

export interface ConvertedPrompt {
  readonly wav: Uint8Array;
  readonly durationMs: number;
  /** What it was, for the one who uploaded it. */
  readonly source: { readonly sampleRateHz: number; readonly channels: number };
}

export function convertPrompt(upload: Uint8Array): Result<ConvertedPrompt, WavFault> {
  const read = readWav(upload);
  if (!read.ok) return read;
  const samples = toTelephoneSamples(read.value);
  return success({
    wav: writeWav(samples, sampleRateHz),
    durationMs: Math.round((samples.length * 1_000) / sampleRateHz),
    source: { sampleRateHz: read.value.sampleRateHz, channels: read.value.channels.length },
  });
}

export function toTelephoneSamples(sound: WavSound): Int16Array {
  const mono = resample(mixDown(sound.channels), { fromHz: sound.sampleRateHz, toHz: sampleRateHz });
  const samples = new Int16Array(mono.length);
  for (let index = 0; index < mono.length; index++)
    samples[index] = Math.max(-0x8000, Math.min(0x7fff, Math.round(mono[index]! * 0x8000)));
  return samples;
}

function mixDown(channels: readonly Float32Array[]): Float32Array {
  const [left, right] = channels;
  if (right === undefined) return left!;
  return left!.map((sample, index) => (sample + right[index]!) / 2);
}
