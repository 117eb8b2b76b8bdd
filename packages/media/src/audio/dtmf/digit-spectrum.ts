/**
 * What 16 ms of sound hold at the eight frequencies of a keypad: power, share of the whole, and phase, by which `DigitDetector`
 * tells how far off a frequency is. A Hann window keeps the two tones of a key from disturbing each other.
 */
import { sampleRateHz, samplesPerMs } from '../../frame.ts';
import { columnsHz, rowsHz } from '../tones.ts';

export const windowSamples = 16 * samplesPerMs;

const weights = Float32Array.from(
  { length: windowSamples },
  (_, index) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (index + 0.5)) / windowSamples),
);
const weightSum = weights.reduce((sum, weight) => sum + weight, 0);
const weightPower = weights.reduce((sum, weight) => sum + weight * weight, 0);
/** From a squared sum of windowed products to the power of the tone behind it. */
const toneScale = 2 / (weightSum * weightSum);

interface Wave {
  readonly cosine: Float32Array;
  readonly sine: Float32Array;
}

function waveOf(hz: number): Wave {
  const turn = (2 * Math.PI * hz) / sampleRateHz;
  return {
    cosine: Float32Array.from({ length: windowSamples }, (_, index) => Math.cos(turn * index)),
    sine: Float32Array.from({ length: windowSamples }, (_, index) => Math.sin(turn * index)),
  };
}

const rows = rowsHz.map(waveOf);
const columns = columnsHz.map(waveOf);

/** The strongest of one group. */
export interface Peak {
  index: number;
  power: number;
  phase: number;
}

const weighted = new Float32Array(windowSamples);

export class DigitSpectrum {
  readonly row: Peak = { index: 0, power: 0, phase: 0 };
  readonly column: Peak = { index: 0, power: 0, phase: 0 };
  /** Mean square of all that is heard. */
  power = 0;

  /**
   * Looks at the `windowSamples` samples from `at` on. False where the rows alone tell that this is no digit: weaker
   * than `least`.
   */
  measure(
    samples: Int16Array,
    at: number,
    least: { readonly rowPower: number; readonly rowShare: number },
  ): boolean {
    let power = 0;
    for (let index = 0; index < windowSamples; index++) {
      const value = samples[at + index]! * weights[index]!;
      weighted[index] = value;
      power += value * value;
    }
    this.power = power / weightPower;
    findPeak(rows, this.row);
    if (this.row.power < least.rowPower || this.row.power < least.rowShare * this.power) return false;
    findPeak(columns, this.column);
    return true;
  }
}

function findPeak(waves: readonly Wave[], peak: Peak): void {
  let best = -1;
  let bestReal = 0;
  let bestImaginary = 0;
  for (let index = 0; index < waves.length; index++) {
    const { cosine, sine } = waves[index]!;
    let real = 0;
    let imaginary = 0;
    for (let sample = 0; sample < windowSamples; sample++) {
      const value = weighted[sample]!;
      real += value * cosine[sample]!;
      imaginary -= value * sine[sample]!;
    }
    const square = real * real + imaginary * imaginary;
    if (square <= best) continue;
    best = square;
    bestReal = real;
    bestImaginary = imaginary;
    peak.index = index;
  }
  peak.power = best * toneScale;
  peak.phase = Math.atan2(bestImaginary, bestReal);
}
