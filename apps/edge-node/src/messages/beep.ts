/** The tone after which a caller speaks. */
import { writeWav } from '@seatgrid/media/audio/wav.ts';
import { sampleRateHz } from '@seatgrid/media/frame.ts';

const beepHz = 1_000;
const beepMs = 350;
const fadeMs = 20;
const peak = 0.35 * 0x7fff;

export function renderBeep(): Uint8Array {
  const samples = new Int16Array((beepMs * sampleRateHz) / 1_000);
  const fade = (fadeMs * sampleRateHz) / 1_000;
  const turn = (2 * Math.PI * beepHz) / sampleRateHz;
  for (let index = 0; index < samples.length; index++) {
    const edge = Math.min(1, index / fade, (samples.length - index) / fade);
    samples[index] = Math.round(peak * edge * Math.sin(turn * index));
  }
  return writeWav(samples, sampleRateHz);
}
