/** Whether anybody speaks in a frame: its mean magnitude, which a line's own noise does not reach. */
import { muLaw } from './g711.ts';

/** About -44 dBFS: a quiet voice is some 15 dB above, an idle line 10 dB below. */
export const voiceMeanMin = 200;

/** One frame of µ-law codes. */
export function hasVoice(codes: Uint8Array): boolean {
  return meanMagnitude(codes) >= voiceMeanMin;
}

export function meanMagnitude(codes: Uint8Array): number {
  let sum = 0;
  for (let index = 0; index < codes.length; index++) sum += Math.abs(muLaw.samples[codes[index]!]!);
  return sum / codes.length;
}
