/** Digits in the packets of a leg whose far end sends no events. */
import { digitLostMs } from '../../limits.ts';
import { PacketFrames, type CodesHeard } from '../packet-frames.ts';
import { DigitDetector, type DigitNews, type HeardDigit } from './digit-detector.ts';

const nothing: DigitNews = {};

export class InBandDigits {
  readonly #detector = new DigitDetector();
  readonly #frames = new PacketFrames((frame) => {
    const { began, ended } = this.#detector.feed(frame);
    this.#began = began ?? this.#began;
    this.#ended = ended ?? this.#ended;
  });
  #lastAtMs = 0;
  #began: string | undefined;
  #ended: HeardDigit | undefined;

  /** A digit sounds at this moment. */
  get isHearing(): boolean {
    return this.#detector.isHearing;
  }

  hear(packet: Uint8Array, heard: CodesHeard, nowMs: number): DigitNews {
    this.#lastAtMs = nowMs;
    this.#began = undefined;
    this.#ended = undefined;
    this.#frames.hear(packet, heard);
    if (this.#began === undefined && this.#ended === undefined) return nothing;
    return {
      ...(this.#began === undefined ? {} : { began: this.#began }),
      ...(this.#ended === undefined ? {} : { ended: this.#ended }),
    };
  }

  /** Ends a digit after which no packet came. */
  expire(nowMs: number): HeardDigit | undefined {
    return this.isHearing && nowMs - this.#lastAtMs >= digitLostMs ? this.#detector.stop() : undefined;
  }
}
