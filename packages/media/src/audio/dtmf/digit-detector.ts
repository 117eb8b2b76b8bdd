/**
 * Digits heard as sound (ITU-T Q.23), by the limits of Q.24. Fed frame by frame, it says when a digit has begun, some 35 ms
 * after it did, and when it ended. For legs whose far end sends no telephone events; of others it never hears.
 *
 * Every 5 ms it asks whether the last 16 ms are one row and one column and little else. Enough such moments in a row, of one
 * level, are a digit, if the phases turned as the frequencies of a keypad turn them.
 */
import { frameSamples, sampleRateHz, samplesPerMs } from '../../frame.ts';
import { columnsHz, digitOf, rowsHz } from '../tones.ts';
import { DigitSpectrum, windowSamples } from './digit-spectrum.ts';

const hopMs = 5;
const hopSamples = hopMs * samplesPerMs;
const gateSamples = frameSamples / 2;

/** 0 dBm0 of G.711: a sine 3.17 dB below overload. */
const referencePower = (32_124 ** 2 / 2) * 10 ** -0.317;
/** Q.24: -27 dBm0 must be heard, -30 must not. */
const powerMin = referencePower * 10 ** -2.83;
/** Q.24: the high group up to 4 dB stronger, up to 8 dB weaker; some administrations ask for 10 both ways. */
const twistMax = 10 ** 1.05;
/** Of all power, what the two tones must have: S/N 15 dB leaves 0.9 where the frequencies are off as far as they may. */
const shareMin = 0.8;
/** A row that has less is hopeless, whatever the column. */
const rowLeast = { rowPower: powerMin, rowShare: shareMin / (1 + twistMax) };
/** Q.24: ±1.5 % (and 4 Hz) must be heard, ±3 % must not. */
const offsetShareMax = 0.025;
/** A moment this far below the loudest of its digit stands half in the pause: it does not count. */
const levelFallMax = 0.5;
/** Moments a digit must have: 40 ms have at least seven, 23 ms at most five. */
const hopsMin = 6;
/** Moments a digit may be lost for and still be the same: an interruption of 20 ms is no pause, one of 30 ms is. */
const missesMax = 5;
/** What window and hop leave of the duration. */
const edgeMs = 4;

/** First autocorrelation of two keypad tones, over their power: other sound mostly lies outside, and is not looked at further. */
const likenessMin = 0.3;
const likenessMax = 0.86;

export interface HeardDigit {
  readonly digit: string;
  readonly durationMs: number;
}

/** What a frame brought. */
export interface DigitNews {
  readonly began?: string;
  readonly ended?: HeardDigit;
}

const nothing: DigitNews = {};
const spectrum = new DigitSpectrum();

interface Run {
  digit: string;
  readonly levels: number[];
  level: number;
  rowPhase: number;
  columnPhase: number;
  rowTurn: number;
  columnTurn: number;
}

export class DigitDetector {
  readonly #line = new Int16Array(windowSamples + frameSamples);
  readonly #run: Run = {
    digit: '',
    levels: [],
    level: 0,
    rowPhase: 0,
    columnPhase: 0,
    rowTurn: 0,
    columnTurn: 0,
  };
  /** The digit that has been told to have begun. */
  #active = '';
  #hops = 0;
  #misses = 0;

  get isHearing(): boolean {
    return this.#active !== '';
  }

  /** The next 20 ms. */
  feed(samples: Int16Array): DigitNews {
    const line = this.#line;
    line.copyWithin(0, frameSamples);
    line.set(samples, windowSamples);
    let began: string | undefined;
    let ended: HeardDigit | undefined;
    for (let gate = 0; gate < frameSamples; gate += gateSamples) {
      const isPossible = mayHoldDigit(line, windowSamples + gate);
      for (let hop = gate; hop < gate + gateSamples; hop += hopSamples) {
        const digit = isPossible ? this.#look(hop + hopSamples) : '';
        ended = this.#follow(digit) ?? ended;
        if (this.#active === '' && digit !== '' && this.#isMature()) {
          began = digit;
          this.#active = digit;
          this.#hops = this.#countedHops();
          this.#misses = 0;
        }
      }
    }
    if (began === undefined && ended === undefined) return nothing;
    return { ...(began === undefined ? {} : { began }), ...(ended === undefined ? {} : { ended }) };
  }

  /** The digit the window at `at` holds, '' where it holds none; keeps the run of its like going. */
  #look(at: number): string {
    const { row, column } = spectrum;
    const run = this.#run;
    if (
      !spectrum.measure(this.#line, at, rowLeast) ||
      column.power < powerMin ||
      row.power > twistMax * column.power ||
      column.power > twistMax * row.power ||
      row.power + column.power < shareMin * spectrum.power
    ) {
      run.digit = '';
      return '';
    }
    const digit = digitOf(row.index, column.index);
    const level = row.power + column.power;
    if (digit !== run.digit) this.#startRun(digit);
    else if (level < levelFallMax * run.level) {
      run.digit = '';
      return '';
    } else {
      run.rowTurn += turned(row.phase - run.rowPhase, rowsHz[row.index]!);
      run.columnTurn += turned(column.phase - run.columnPhase, columnsHz[column.index]!);
    }
    run.rowPhase = row.phase;
    run.columnPhase = column.phase;
    run.level = Math.max(run.level, level);
    if (run.levels.length <= 2 * hopsMin) run.levels.push(level);
    return digit;
  }

  #startRun(digit: string): void {
    const run = this.#run;
    run.digit = digit;
    run.levels.length = 0;
    run.level = 0;
    run.rowTurn = 0;
    run.columnTurn = 0;
  }

  /** Q.24's limits of duration and frequency, over all moments of the run. */
  #isMature(): boolean {
    if (this.#countedHops() < hopsMin) return false;
    const { row, column } = spectrum;
    const seconds = ((this.#run.levels.length - 1) * hopMs) / 1_000;
    return (
      isOnFrequency(this.#run.rowTurn / seconds, rowsHz[row.index]!) &&
      isOnFrequency(this.#run.columnTurn / seconds, columnsHz[column.index]!)
    );
  }

  #countedHops(): number {
    const { levels, level } = this.#run;
    let hops = 0;
    for (const one of levels) if (one >= levelFallMax * level) hops += 1;
    return hops;
  }

  /** Counts on with the digit that sounds, and ends it when it has been gone for long enough. */
  #follow(digit: string): HeardDigit | undefined {
    if (this.#active === '') return undefined;
    if (digit === this.#active) {
      this.#hops += 1 + this.#misses;
      this.#misses = 0;
      return undefined;
    }
    this.#misses += 1;
    return this.#misses <= missesMax ? undefined : this.stop();
  }

  /** Ends the digit that sounds. */
  stop(): HeardDigit {
    const ended = { digit: this.#active, durationMs: this.#hops * hopMs + edgeMs };
    this.#active = '';
    return ended;
  }
}

/** In turns: what the phase moved in a hop beyond what the nominal frequency moves it. */
function turned(difference: number, hz: number): number {
  const turns = difference / (2 * Math.PI) - (hz * hopSamples) / sampleRateHz;
  return turns - Math.round(turns);
}

function isOnFrequency(offsetHz: number, hz: number): boolean {
  return Math.abs(offsetHz) <= offsetShareMax * hz;
}

/** Cheap and generous: loud enough, and neither as smooth as most voices nor as rough as a hiss. */
function mayHoldDigit(samples: Int16Array, at: number): boolean {
  let power = 0;
  let likeness = 0;
  let last = samples[at - 1]!;
  for (let index = at; index < at + gateSamples; index++) {
    const sample = samples[index]!;
    power += sample * sample;
    likeness += sample * last;
    last = sample;
  }
  if (power < (powerMin * gateSamples) / 2) return false;
  return likeness > likenessMin * power && likeness < likenessMax * power;
}
