/**
 * Between 8 and 16 kHz, packet by packet: a half-band filter, every second tap of which is nothing. Flat to 3.4 kHz, and 60 dB
 * down from 4.6. `resample` does whole sounds between any rates; this keeps its state from one packet to the next.
 */

/** Taps on each side of the centre that are something. */
const sideTaps = 12;
const kaiserBeta = 5.65;
/** 16 kHz samples the filter reaches back from its centre. */
const reach = 2 * sideTaps - 1;

/** Weight of the samples 1, 3, 5… from the centre; the centre has one half. */
const taps = makeTaps();

/** What is kept of the packet before stands in front of what comes. */
class Line {
  readonly samples: Float32Array;
  readonly #kept: number;

  constructor(kept: number, samplesMax: number) {
    this.#kept = kept;
    this.samples = new Float32Array(kept + samplesMax);
  }

  take(samples: Int16Array, count: number): void {
    for (let index = 0; index < count; index++) this.samples[this.#kept + index] = samples[index]!;
  }

  shift(count: number): void {
    this.samples.copyWithin(0, count, count + this.#kept);
  }
}

/** 16 kHz to 8. */
export class HalfBandDecimator {
  readonly #line: Line;

  constructor(samplesMax: number) {
    this.#line = new Line(2 * reach, samplesMax);
  }

  /** `count` samples in, an even number; half as many out. */
  process(input: Int16Array, count: number, output: Int16Array): void {
    const line = this.#line;
    line.take(input, count);
    for (let index = 0; index < count; index += 2) {
      const centre = reach + index;
      let sum = 0.5 * line.samples[centre]!;
      for (let tap = 0; tap < sideTaps; tap++) {
        const distance = 2 * tap + 1;
        sum += taps[tap]! * (line.samples[centre - distance]! + line.samples[centre + distance]!);
      }
      output[index / 2] = clipped(sum);
    }
    line.shift(count);
  }
}

/** 8 kHz to 16. */
export class HalfBandInterpolator {
  readonly #line: Line;

  constructor(samplesMax: number) {
    this.#line = new Line(2 * sideTaps - 1, samplesMax);
  }

  /** `count` samples in, twice as many out. */
  process(input: Int16Array, count: number, output: Int16Array): void {
    const line = this.#line;
    line.take(input, count);
    for (let index = 0; index < count; index++) {
      // The filter's centre falls on a sample we have, or between two.
      const before = sideTaps - 1 + index;
      output[2 * index] = line.samples[before]!;
      let sum = 0;
      for (let tap = 0; tap < sideTaps; tap++)
        sum += taps[tap]! * (line.samples[before - tap]! + line.samples[before + 1 + tap]!);
      output[2 * index + 1] = clipped(2 * sum);
    }
    line.shift(count);
  }
}

function makeTaps(): Float32Array {
  const weights = Float32Array.from({ length: sideTaps }, (_, tap) => {
    const distance = 2 * tap + 1;
    return (Math.sin((Math.PI * distance) / 2) / (Math.PI * distance)) * kaiser(distance / (2 * sideTaps));
  });
  // Unity at 0 Hz: both sides together have the other half.
  const scale = 0.25 / weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight * scale);
}

function kaiser(x: number): number {
  return besselI0(kaiserBeta * Math.sqrt(1 - x * x)) / besselI0(kaiserBeta);
}

function besselI0(x: number): number {
  let sum = 1;
  let term = 1;
  for (let order = 1; term > sum * 1e-12; order++) {
    term *= (x / (2 * order)) ** 2;
    sum += term;
  }
  return sum;
}

function clipped(value: number): number {
  return Math.round(value > 0x7fff ? 0x7fff : value < -0x8000 ? -0x8000 : value);
}
