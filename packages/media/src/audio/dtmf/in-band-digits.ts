/** Packets of whatever length, in whatever order, as the unbroken frames `DigitDetector` wants. */
import { frameSamples } from '../../frame.ts';
import { digitLostMs } from '../../limits.ts';
import type { G711Codec } from '../g711.ts';
import { DigitDetector, type DigitNews, type HeardDigit } from './digit-detector.ts';

/** A gap longer than this is no gap but a pause: what was before it says nothing of what is after. */
const gapSamplesMax = 5 * frameSamples;
const nothing: DigitNews = {};

export interface CodesHeard {
  readonly codec: G711Codec;
  readonly timestamp: number;
  readonly from: number;
  readonly to: number;
}

export class InBandDigits {
  #detector = new DigitDetector();
  readonly #frame = new Int16Array(frameSamples);
  #filled = 0;
  #nextTimestamp = -1;
  #lastAtMs = 0;
  #began: string | undefined;
  #ended: HeardDigit | undefined;

  /** A digit sounds at this moment. */
  get isHearing(): boolean {
    return this.#detector.isHearing;
  }

  hear(packet: Uint8Array, { codec, timestamp, from, to }: CodesHeard, nowMs: number): DigitNews {
    this.#lastAtMs = nowMs;
    const gap = this.#nextTimestamp === -1 ? 0 : (timestamp - this.#nextTimestamp) | 0;
    // Late or twice: its time has been listened to already.
    if (gap < 0 && gap > -gapSamplesMax) return nothing;
    this.#nextTimestamp = (timestamp + to - from) >>> 0;
    this.#began = undefined;
    this.#ended = undefined;
    if (gap > 0 && gap <= gapSamplesMax) for (let missing = 0; missing < gap; missing++) this.#append(0);
    const table = codec.samples;
    for (let index = from; index < to; index++) this.#append(table[packet[index]!]!);
    if (this.#began === undefined && this.#ended === undefined) return nothing;
    return {
      ...(this.#began === undefined ? {} : { began: this.#began }),
      ...(this.#ended === undefined ? {} : { ended: this.#ended }),
    };
  }

  /** Ends a digit after which no packet came. */
  expire(nowMs: number): HeardDigit | undefined {
    if (!this.isHearing || nowMs - this.#lastAtMs < digitLostMs) return undefined;
    const ended = this.#detector.stop();
    this.#detector = new DigitDetector();
    return ended;
  }

  #append(sample: number): void {
    this.#frame[this.#filled] = sample;
    this.#filled += 1;
    if (this.#filled < frameSamples) return;
    this.#filled = 0;
    const { began, ended } = this.#detector.feed(this.#frame);
    this.#began = began ?? this.#began;
    this.#ended = ended ?? this.#ended;
  }
}
