/** G.722, decoder: an octet to two samples at 16 kHz (ITU-T G.722 §4). */
import {
  highBand,
  highValues,
  highWeightsByCode,
  lowBand,
  lowValues4,
  lowValues5,
  lowValues6,
  lowWeightsByCode,
  mirrorTaps,
} from './bands.ts';
import { SubBand, saturated } from './sub-band.ts';

const taps = 2 * mirrorTaps.length;

/** ITU-T G.722 §1.4: how many of the eight bits are speech; the others carry data, and are not looked at. */
export type G722Mode = 1 | 2 | 3;

export class G722Decoder {
  readonly #low = new SubBand(lowBand);
  readonly #high = new SubBand(highBand);
  readonly #line = new Int16Array(2 * taps);
  readonly #values: Int16Array;
  readonly #ignoredBits: number;
  #at = 0;

  constructor(mode: G722Mode = 1) {
    this.#values = mode === 1 ? lowValues6 : mode === 2 ? lowValues5 : lowValues4;
    this.#ignoredBits = mode - 1;
  }

  /** Octets `from` to `to`; twice as many samples. */
  decode(octets: Uint8Array, from: number, to: number, samples: Int16Array): void {
    for (let index = from, at = 0; index < to; index++, at += 2) {
      const code = octets[index]!;
      const low = this.#decodeLow(code & 0x3f);
      const high = this.#decodeHigh(code >> 6);
      this.#merge(low, high, samples, at);
    }
  }

  #decodeLow(code: number): number {
    const band = this.#low;
    const fine = (band.step * this.#values[code >> this.#ignoredBits]!) >> 15;
    const sample = limited(band.predicted + fine);
    const coarse = code >> 2;
    const quantised = (band.step * lowValues4[coarse]!) >> 15;
    band.scale(lowWeightsByCode[coarse]!);
    band.adapt(quantised);
    return sample;
  }

  #decodeHigh(code: number): number {
    const band = this.#high;
    const quantised = (band.step * highValues[code]!) >> 15;
    const sample = limited(band.predicted + quantised);
    band.scale(highWeightsByCode[code]!);
    band.adapt(quantised);
    return sample;
  }

  #merge(low: number, high: number, samples: Int16Array, at: number): void {
    const line = this.#line;
    const from = this.#at;
    line[from] = line[from + taps] = low + high;
    line[from + 1] = line[from + 1 + taps] = low - high;
    this.#at = from + 2 === taps ? 0 : from + 2;
    const start = this.#at;
    let first = 0;
    let second = 0;
    for (let tap = 0; tap < mirrorTaps.length; tap++) {
      second += line[start + 2 * tap]! * mirrorTaps[tap]!;
      first += line[start + 2 * tap + 1]! * mirrorTaps[mirrorTaps.length - 1 - tap]!;
    }
    samples[at] = saturated(first >> 11);
    samples[at + 1] = saturated(second >> 11);
  }
}

/** Block 6L and 6H: the reconstructed sub-band samples have fifteen bits. */
function limited(value: number): number {
  return value > 0x3fff ? 0x3fff : value < -0x4000 ? -0x4000 : value;
}
