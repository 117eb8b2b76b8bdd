/** What the last 20 ms of a line are, told every 10: silence, a tone of the country's, one of those that mean the same everywhere, or something else. */
import { frameSamples, sampleRateHz } from '../../frame.ts';
import { informationTone, readCadence, tonesOf, type Country } from './country-tones.ts';

export type Moment =
  | 'silence'
  | 'tone'
  | 'information-1'
  | 'information-2'
  | 'information-3'
  | 'fax-calling'
  | 'modem-answering'
  | 'other';

export const hopSamples = frameSamples / 2;

/** T.30 §4.1: a calling fax sends 1100 Hz; V.25: an answering modem, or fax, 2100. */
const faxCallingHz = 1_100;
const modemAnsweringHz = 2_100;

/** 0 dBm0 of G.711 as mean square. */
const referencePower = (32_124 ** 2 / 2) * 10 ** -0.317;
const silencePower = referencePower * 10 ** -4.5;
/** So far below what sounded last, a tone is over: half a window of it is left. */
const fallMax = 0.1;
/** What a tone must have of all power. */
const shareMin = 0.55;
/** Frequencies closer than this fall into one measurement. */
const togetherHz = 30;

class Probe {
  readonly #weighted: Float32Array;
  readonly #cosine: Float32Array;
  readonly #sine: Float32Array;
  readonly #scale: number;

  /** Looks at the last `samples` of what it is given, which decides how narrowly it hears. */
  constructor(hz: number, samples: number) {
    const turn = (2 * Math.PI * hz) / sampleRateHz;
    this.#weighted = hann(samples);
    this.#cosine = this.#weighted.map((weight, index) => weight * Math.cos(turn * index));
    this.#sine = this.#weighted.map((weight, index) => weight * Math.sin(turn * index));
    this.#scale = 2 / this.#weighted.reduce((sum, weight) => sum + weight, 0) ** 2;
  }

  power(samples: Int16Array, end: number): number {
    const from = end - this.#cosine.length;
    let real = 0;
    let imaginary = 0;
    for (let index = 0; index < this.#cosine.length; index++) {
      const sample = samples[from + index]!;
      real += sample * this.#cosine[index]!;
      imaginary += sample * this.#sine[index]!;
    }
    return (real * real + imaginary * imaginary) * this.#scale;
  }
}

const longWeights = hann(frameSamples);
const longScale = 1 / longWeights.reduce((sum, weight) => sum + weight, 0);
const shortWeights = hann(hopSamples);
const shortScale = 1 / shortWeights.reduce((sum, weight) => sum + weight, 0);

const everywhere: readonly (readonly [Moment, Probe])[] = [
  ['information-1', new Probe(informationTone.frequenciesHz[0], hopSamples)],
  ['information-2', new Probe(informationTone.frequenciesHz[1], hopSamples)],
  ['information-3', new Probe(informationTone.frequenciesHz[2], hopSamples)],
  ['fax-calling', new Probe(faxCallingHz, hopSamples)],
  ['modem-answering', new Probe(modemAnsweringHz, hopSamples)],
];

export class ToneMoments {
  readonly #probes: readonly Probe[];
  #toneLevel = 0;
  /** Of the moment before: two tones at once ebb and swell, and look like neither while they ebb. */
  #powerBefore = 0;
  #toneBefore = 0;

  constructor(country: Country) {
    this.#probes = probesOf(country);
  }

  /** `samples[..end)` end with the 20 ms to look at. */
  at(samples: Int16Array, end: number): Moment {
    const power = weightedPower(samples, end, longWeights) * longScale;
    if (power < silencePower || power < fallMax * this.#toneLevel) {
      // What fades is followed down, so that a quieter sound is heard again.
      this.#toneLevel *= 0.8;
      this.#powerBefore = 0;
      this.#toneBefore = 0;
      return 'silence';
    }
    let tone = 0;
    for (const probe of this.#probes) tone += probe.power(samples, end);
    const isTone = tone + this.#toneBefore >= shareMin * (power + this.#powerBefore);
    this.#toneBefore = tone;
    this.#powerBefore = power;
    if (isTone) return this.#heard('tone', power);
    const shortPower = weightedPower(samples, end, shortWeights) * shortScale;
    let best: Moment = 'other';
    let bestPower = shareMin * shortPower;
    for (const [moment, probe] of everywhere) {
      const one = probe.power(samples, end);
      if (one < bestPower) continue;
      best = moment;
      bestPower = one;
    }
    return best === 'other' ? best : this.#heard(best, power);
  }

  #heard(moment: Moment, power: number): Moment {
    this.#toneLevel = Math.max(power, 0.9 * this.#toneLevel);
    return moment;
  }
}

const probesByCountry = new Map<Country, readonly Probe[]>();

/** They keep nothing of a line: all lines of a country share them. */
function probesOf(country: Country): readonly Probe[] {
  let probes = probesByCountry.get(country);
  if (probes === undefined) {
    probes = centresOf(country).map((hz) => new Probe(hz, frameSamples));
    probesByCountry.set(country, probes);
  }
  return probes;
}

/** All frequencies of a country's tones, near ones taken together. */
function centresOf(country: Country): number[] {
  const tones = tonesOf(country);
  const all = [tones.dial, tones.ringback, tones.busy, tones.congestion]
    .flatMap((row) => readCadence(row).frequenciesHz)
    .sort((a, b) => a - b);
  const groups: number[][] = [];
  for (const hz of new Set(all)) {
    const last = groups.at(-1);
    if (last !== undefined && hz - last[0]! < togetherHz) last.push(hz);
    else groups.push([hz]);
  }
  return groups.map((group) => (group[0]! + group.at(-1)!) / 2);
}

function weightedPower(samples: Int16Array, end: number, weights: Float32Array): number {
  const from = end - weights.length;
  let power = 0;
  for (let index = 0; index < weights.length; index++) {
    const sample = samples[from + index]!;
    power += sample * sample * weights[index]!;
  }
  return power;
}

function hann(samples: number): Float32Array {
  return Float32Array.from(
    { length: samples },
    (_, index) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (index + 0.5)) / samples),
  );
}
