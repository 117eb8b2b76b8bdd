/**
 * Knows what state a line is in by what it sounds like: fed frame by frame, it says each thing once, when it is sure. Cadences
 * are told apart by their rhythm, within 15 %; for it the country must be known. Who dialled decides what to make of it.
 */
import { frameSamples, samplesPerMs } from '../../frame.ts';
import { readCadence, tonesOf, type Cadence, type Country } from './country-tones.ts';
import { hopSamples, ToneMoments, type Moment } from './tone-moments.ts';

export type RecognisedTone =
  | 'ringback'
  | 'busy'
  | 'congestion'
  /** Something is wrong with the number, and a voice says what. */
  | 'information'
  | 'fax-calling'
  | 'modem-answering';

const hopMs = hopSamples / samplesPerMs;
/** A change must last, so that a tone's own swell and a click are none. */
const changeHops = 3;
const otherHops = 4;
/** How far a part of a cadence may be off: this share of it, and what our looking adds. */
const partShareMax = 0.17;
const partSlackMs = 25;
/** A ringing tone is known before its long pause is over. */
const openPauseShare = 0.6;
const informationMs = { least: 200, gapMost: 80 };
const faxMs = { least: 400, most: 600, silence: 300 };
const modemMs = 700;
const pairsKept = 6;

interface Pair {
  readonly onMs: number;
  readonly offMs: number;
}

interface Pattern {
  readonly tone: 'ringback' | 'busy' | 'congestion';
  readonly pairs: readonly Pair[];
}

export class ToneRecogniser {
  readonly #moments: ToneMoments;
  readonly #patterns: readonly Pattern[];
  /** Turns of the longest rhythm that a shorter one might be part of. */
  readonly #pairsWanted: number;
  readonly #line = new Int16Array(2 * frameSamples);
  #segment: Moment = 'silence';
  #segmentHops = 0;
  #next: Moment = 'silence';
  #nextHops = 0;
  #before: Moment = 'other';
  #onMs = 0;
  readonly #pairs: Pair[] = [];
  #risen = 0;
  #gapMs = 0;
  #said: RecognisedTone | undefined;

  constructor(country: Country) {
    this.#moments = new ToneMoments(country);
    this.#patterns = patternsOf(country);
    this.#pairsWanted = Math.max(2, ...this.#patterns.map(({ pairs }) => pairs.length));
  }

  /** The next 20 ms; what has just become certain, and was not said last. */
  feed(samples: Int16Array): RecognisedTone | undefined {
    const line = this.#line;
    line.copyWithin(0, frameSamples);
    line.set(samples, frameSamples);
    let news: RecognisedTone | undefined;
    for (let end = frameSamples + hopSamples; end <= line.length; end += hopSamples)
      news = this.#step(this.#moments.at(line, end)) ?? news;
    if (news === undefined || news === this.#said) return undefined;
    this.#said = news;
    return news;
  }

  /** Whether what is heard at present might be a tone, or lie between two of them. */
  get isTonal(): boolean {
    return (
      isTone(this.#segment) || isTone(this.#next) || (this.#segment === 'silence' && isTone(this.#before))
    );
  }

  /** Whether this frame alone might be a tone: for whoever does not feed all of them. */
  glance(samples: Int16Array): boolean {
    return isTone(this.#moments.at(samples, frameSamples));
  }

  #step(moment: Moment): RecognisedTone | undefined {
    if (moment === this.#segment) {
      this.#segmentHops += 1 + this.#nextHops;
      this.#nextHops = 0;
      return this.#lasting();
    }
    if (moment !== this.#next) {
      // What lay between two changes belongs to what was before.
      this.#segmentHops += this.#nextHops;
      this.#next = moment;
      this.#nextHops = 0;
    }
    this.#nextHops += 1;
    if (this.#nextHops < (moment === 'other' ? otherHops : changeHops)) return undefined;
    const ended = this.#end(this.#segment, this.#segmentHops * hopMs, moment);
    this.#before = this.#segment;
    this.#segment = moment;
    this.#segmentHops = this.#nextHops;
    this.#nextHops = 0;
    return ended;
  }

  /** A segment is over, and `next` has begun. */
  #end(segment: Moment, ms: number, next: Moment): RecognisedTone | undefined {
    const information = this.#followInformation(segment, ms);
    if (segment === 'tone' && next === 'silence') {
      this.#onMs = ms;
      return information;
    }
    if (segment === 'silence' && next === 'tone' && this.#before === 'tone') {
      this.#pairs.push({ onMs: this.#onMs, offMs: ms });
      if (this.#pairs.length > pairsKept) this.#pairs.shift();
      return this.#match();
    }
    if (segment !== 'silence' || next !== 'tone') this.#pairs.length = 0;
    return information;
  }

  /** What can be said while a segment still lasts. */
  #lasting(): RecognisedTone | undefined {
    const ms = this.#segmentHops * hopMs;
    if (this.#segment === 'modem-answering') return ms >= modemMs ? 'modem-answering' : undefined;
    if (this.#segment !== 'silence') return undefined;
    if (this.#before === 'tone') return this.#ringing(ms);
    const isFax = this.#before === 'fax-calling' && this.#onMs >= faxMs.least && this.#onMs <= faxMs.most;
    return isFax && ms >= faxMs.silence ? 'fax-calling' : undefined;
  }

  /** Three tones, each higher than the last, one upon the other. */
  #followInformation(segment: Moment, ms: number): RecognisedTone | undefined {
    this.#onMs = segment === 'silence' ? this.#onMs : ms;
    const step = ['information-1', 'information-2', 'information-3'].indexOf(segment) + 1;
    if (step === 0) {
      this.#gapMs += ms;
      return undefined;
    }
    const follows = step === 1 || (step === this.#risen + 1 && this.#gapMs <= informationMs.gapMost);
    this.#risen = ms >= informationMs.least && follows ? step : 0;
    this.#gapMs = 0;
    return this.#risen === 3 ? 'information' : undefined;
  }

  /** The pattern that the last turns are most like, from wherever it was come upon. */
  #match(): RecognisedTone | undefined {
    let best: RecognisedTone | undefined;
    let bestDistance = Infinity;
    for (const { tone, pairs } of this.#patterns) {
      const count = tone === 'ringback' ? pairs.length : Math.max(this.#pairsWanted, pairs.length);
      if (this.#pairs.length < count) continue;
      const heard = this.#pairs.slice(-count);
      for (let start = 0; start < pairs.length; start++) {
        const distance = distanceOf(heard, (index) => pairs[(start + index) % pairs.length]!);
        if (distance >= bestDistance) continue;
        bestDistance = distance;
        best = tone;
      }
    }
    return best;
  }

  /** So long a pause comes after a ring only. */
  #ringing(silenceMs: number): RecognisedTone | undefined {
    const { pairs } = this.#patterns.find(({ tone }) => tone === 'ringback')!;
    const last = pairs.at(-1)!;
    if (silenceMs < openPauseShare * last.offMs || this.#pairs.length < pairs.length - 1) return undefined;
    const heard = [
      ...this.#pairs.slice(this.#pairs.length - pairs.length + 1),
      { onMs: this.#onMs, offMs: last.offMs },
    ];
    return distanceOf(heard, (index) => pairs[index]!) < Infinity ? 'ringback' : undefined;
  }
}

const patternsByCountry = new Map<Country, readonly Pattern[]>();

function patternsOf(country: Country): readonly Pattern[] {
  let patterns = patternsByCountry.get(country);
  if (patterns === undefined) {
    const tones = tonesOf(country);
    patterns = (['busy', 'congestion', 'ringback'] as const).map((tone) => ({
      tone,
      pairs: (readCadence(tones[tone]) satisfies Cadence).pairs,
    }));
    patternsByCountry.set(country, patterns);
  }
  return patterns;
}

function isTone(moment: Moment): boolean {
  return moment !== 'silence' && moment !== 'other';
}

/** Mean of how far each part is off, as a logarithm; infinite where one is too far. */
function distanceOf(heard: readonly Pair[], wanted: (index: number) => Pair): number {
  let sum = 0;
  for (const [index, { onMs, offMs }] of heard.entries()) {
    const want = wanted(index);
    for (const [has, should] of [
      [onMs, want.onMs],
      [offMs, want.offMs],
    ] as const) {
      if (Math.abs(has - should) > partShareMax * should + partSlackMs) return Infinity;
      sum += Math.abs(Math.log(has / should));
    }
    // Where a tone ends is seen less surely than where the next begins.
    sum += 2 * Math.abs(Math.log((onMs + offMs) / (want.onMs + want.offMs)));
  }
  return sum / heard.length;
}
