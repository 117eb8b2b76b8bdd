/** G.722 at 64 kbit/s, encoder: 16 kHz samples to one octet for each two (ITU-T G.722 §3). */
import {
  highBand,
  highLevel,
  highValues,
  highWeightsByCode,
  lowBand,
  lowCodesNegative,
  lowCodesPositive,
  lowLevels,
  lowValues4,
  lowWeightsByCode,
  mirrorTaps,
} from './bands.ts';
import { SubBand, saturated } from './sub-band.ts';

const taps = 2 * mirrorTaps.length;

export class G722Encoder {
  readonly #low = new SubBand(lowBand);
  readonly #high = new SubBand(highBand);
  /** The last samples, each written twice, so that the filter always sees a straight run. */
  readonly #line = new Int16Array(2 * taps);
  #at = 0;

  /** An even number of samples; half as many octets from `at` on. */
  encode(samples: Int16Array, octets: Uint8Array, at: number): void {
    for (let index = 0; index < samples.length; index += 2)
      octets[at++] = this.#encodePair(samples[index]!, samples[index + 1]!);
  }

  #encodePair(first: number, second: number): number {
    const line = this.#line;
    const from = this.#at;
    line[from] = line[from + taps] = first;
    line[from + 1] = line[from + 1 + taps] = second;
    this.#at = from + 2 === taps ? 0 : from + 2;
    const start = this.#at;
    let even = 0;
    let odd = 0;
    for (let tap = 0; tap < mirrorTaps.length; tap++) {
      odd += line[start + 2 * tap]! * mirrorTaps[tap]!;
      even += line[start + 2 * tap + 1]! * mirrorTaps[mirrorTaps.length - 1 - tap]!;
    }
    const low = this.#encodeLow(saturated((even + odd) >> 14));
    return (this.#encodeHigh(saturated((even - odd) >> 14)) << 6) | low;
  }

  #encodeLow(sample: number): number {
    const band = this.#low;
    const difference = saturated(sample - band.predicted);
    const magnitude = difference < 0 ? ~difference : difference;
    const interval = intervalOf(magnitude, band.step);
    const code = difference < 0 ? lowCodesNegative[interval]! : lowCodesPositive[interval]!;
    const coarse = code >> 2;
    const quantised = (band.step * lowValues4[coarse]!) >> 15;
    band.scale(lowWeightsByCode[coarse]!);
    band.adapt(quantised);
    return code;
  }

  #encodeHigh(sample: number): number {
    const band = this.#high;
    const difference = saturated(sample - band.predicted);
    const magnitude = difference < 0 ? ~difference : difference;
    const isLarge = magnitude >= (highLevel * band.step) >> 12;
    const code = (difference < 0 ? 0 : 2) + (isLarge ? 0 : 1);
    const quantised = (band.step * highValues[code]!) >> 15;
    band.scale(highWeightsByCode[code]!);
    band.adapt(quantised);
    return code;
  }
}

/** How many decision levels a magnitude reaches; they rise, so that halves can be thrown away. */
function intervalOf(magnitude: number, step: number): number {
  let from = 0;
  let to = lowLevels.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (magnitude >= (lowLevels[middle]! * step) >> 12) from = middle + 1;
    else to = middle;
  }
  return from;
}
