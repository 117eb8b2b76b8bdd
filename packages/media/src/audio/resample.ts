/** Polyphase resampling by a windowed-sinc filter, for prompts and speech: whole sounds at once, off the media threads. */

/** Zero crossings of the sinc on each side, counted at the lower of the two rates. */
const crossings = 20;
/** Kaiser window: about 80 dB of stop band. */
const kaiserBeta = 8;
/** The pass band ends a little below half the lower rate, so that the slope of the filter has room. */
const passShare = 0.94;

export function resample(
  samples: Float32Array,
  rate: { readonly fromHz: number; readonly toHz: number },
): Float32Array {
  const { fromHz, toHz } = rate;
  if (fromHz === toHz) return samples;
  const divisor = greatestCommonDivisor(fromHz, toHz);
  const phases = toHz / divisor;
  const step = fromHz / divisor;
  const cutoff = Math.min(1, toHz / fromHz) * passShare;
  const half = Math.ceil(crossings / cutoff);
  const bank = new Map<number, Float32Array>();
  const output = new Float32Array(Math.floor((samples.length * toHz) / fromHz));
  for (let index = 0; index < output.length; index++) {
    const position = index * step;
    const phase = position % phases;
    const centre = (position - phase) / phases;
    let taps = bank.get(phase);
    if (taps === undefined) bank.set(phase, (taps = filterTaps(phase / phases, cutoff, half)));
    const first = centre - half + 1;
    const from = Math.max(0, -first);
    const to = Math.min(taps.length, samples.length - first);
    let sum = 0;
    for (let tap = from; tap < to; tap++) sum += taps[tap]! * samples[first + tap]!;
    output[index] = sum;
  }
  return output;
}

/** Weights of the inputs around an output that lies `offset` of a sample after its centre. */
function filterTaps(offset: number, cutoff: number, half: number): Float32Array {
  const taps = new Float32Array(2 * half);
  let sum = 0;
  for (let tap = 0; tap < taps.length; tap++) {
    const distance = tap - half + 1 - offset;
    const weight = cutoff * sinc(cutoff * distance) * kaiser(distance / half);
    taps[tap] = weight;
    sum += weight;
  }
  for (let tap = 0; tap < taps.length; tap++) taps[tap]! /= sum;
  return taps;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function kaiser(x: number): number {
  return Math.abs(x) >= 1 ? 0 : besselI0(kaiserBeta * Math.sqrt(1 - x * x)) / besselI0(kaiserBeta);
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

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
