/**
 * One sub-band of G.722: the adaptive predictor and the logarithmic step size that encoder and decoder keep in step (ITU-T G.722
 * §3.3 to §3.6, block 4). All in 16-bit integers that saturate, as the Recommendation's bit-exact description has them.
 */

const polesLeak = 32_512;
const firstPoleLeak = 32_640;
const zerosLeak = 32_640;
const secondPoleMax = 12_288;
const stabilityMax = 15_360;
const zeros = 6;

/** Table 12: the fraction of the step size, by five bits of its logarithm. */
const stepFractions = Int16Array.from([
  2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834, 2896, 2960,
  3025, 3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008,
]);

export interface SubBandShape {
  /** What the logarithm of the step size is bounded by, and how far it is shifted to become one. */
  readonly logarithmMax: number;
  readonly logarithmShift: number;
  readonly firstStep: number;
}

export class SubBand {
  readonly #shape: SubBandShape;
  /** DET: the quantiser's step size. */
  step: number;
  /** S: what the next sample is expected to be. */
  predicted = 0;
  #logarithm = 0;
  #fromZeros = 0;
  readonly #b = new Int32Array(zeros);
  readonly #d = new Int32Array(zeros);
  #a1 = 0;
  #a2 = 0;
  #r1 = 0;
  #sign1 = 0;
  #sign2 = 0;

  constructor(shape: SubBandShape) {
    this.#shape = shape;
    this.step = shape.firstStep;
  }

  /** LOGSCL and SCALEL, or LOGSCH and SCALEH: `weight` is what the code just sent adds to the logarithm. */
  scale(weight: number): void {
    const { logarithmMax, logarithmShift } = this.#shape;
    const logarithm = ((this.#logarithm * 127) >> 7) + weight;
    this.#logarithm = logarithm < 0 ? 0 : logarithm > logarithmMax ? logarithmMax : logarithm;
    const fraction = stepFractions[(this.#logarithm >> 6) & 31]!;
    const shift = logarithmShift - (this.#logarithm >> 11);
    this.step = (shift < 0 ? fraction << -shift : fraction >> shift) << 2;
  }

  /** Block 4: takes in the quantised difference and predicts the next sample. */
  adapt(difference: number): void {
    const rebuilt = saturated(this.predicted + difference);
    const sign0 = saturated(this.#fromZeros + difference) >> 15;
    this.#adaptPoles(sign0);
    this.#adaptZeros(difference);
    const fromPoles = saturated(
      ((this.#a1 * saturated(rebuilt + rebuilt)) >> 15) + ((this.#a2 * saturated(this.#r1 + this.#r1)) >> 15),
    );
    this.#r1 = rebuilt;
    this.#sign2 = this.#sign1;
    this.#sign1 = sign0;
    this.predicted = saturated(fromPoles + this.#fromZeros);
  }

  /** UPPOL2 and UPPOL1, each of which leans on the other's value of before. */
  #adaptPoles(sign0: number): void {
    const shifted = saturated(this.#a1 << 2);
    let second = sign0 === this.#sign1 ? -shifted : shifted;
    if (second > 0x7fff) second = 0x7fff;
    second = (sign0 === this.#sign2 ? 128 : -128) + (second >> 7) + ((this.#a2 * polesLeak) >> 15);
    this.#a2 = second > secondPoleMax ? secondPoleMax : second < -secondPoleMax ? -secondPoleMax : second;
    const first = saturated((sign0 === this.#sign1 ? 192 : -192) + ((this.#a1 * firstPoleLeak) >> 15));
    const bound = saturated(stabilityMax - this.#a2);
    this.#a1 = first > bound ? bound : first < -bound ? -bound : first;
  }

  /** UPZERO, DELAYA and FILTEZ in one pass over the six zeros, oldest first. */
  #adaptZeros(difference: number): void {
    const b = this.#b;
    const d = this.#d;
    const push = difference === 0 ? 0 : 128;
    const sign = difference >> 15;
    let sum = 0;
    for (let index = zeros - 1; index >= 0; index--) {
      const weight = saturated(((b[index]! * zerosLeak) >> 15) + (d[index]! >> 15 === sign ? push : -push));
      b[index] = weight;
      const delayed = index === 0 ? difference : d[index - 1]!;
      d[index] = delayed;
      sum += (weight * saturated(delayed + delayed)) >> 15;
    }
    this.#fromZeros = saturated(sum);
  }
}

export function saturated(value: number): number {
  return value > 0x7fff ? 0x7fff : value < -0x8000 ? -0x8000 : value;
}
