/** Sound whose content a test can measure again: tones of one known frequency. */
import { sampleRateHz } from '@seatgrid/media/frame.ts';

export interface ToneOptions {
  readonly frequencyHz: number;
  readonly durationMs: number;
  /** Of full scale; 0.25 by default. */
  readonly amplitude?: number;
  readonly sampleRateHz?: number;
}

export function makeTone(options: ToneOptions): Int16Array {
  const rateHz = options.sampleRateHz ?? sampleRateHz;
  const peak = (options.amplitude ?? 0.25) * 0x7fff;
  const turn = (2 * Math.PI * options.frequencyHz) / rateHz;
  return Int16Array.from({ length: Math.round((options.durationMs * rateHz) / 1_000) }, (_, index) =>
    Math.round(peak * Math.sin(turn * index)),
  );
}
