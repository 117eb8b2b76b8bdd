/**
 * The last frames of one stream of G.711 codes, kept so that a hole in the newest can be mended from them. Whole frames cost it
 * a short copy; nothing is decoded until something is missing.
 */
import { frameSamples } from '../frame.ts';
import { decodeG711, type G711Codec } from './g711.ts';
import { concealmentSamples, easeFrom, historySamples, LossConcealer } from './loss-concealer.ts';

const framesKept = 4;
const newestAt = (framesKept - 1) * frameSamples;

const history = new Int16Array(historySamples);
const part = new Int16Array(concealmentSamples);

export class FrameMender {
  readonly #recent = new Uint8Array(framesKept * frameSamples);
  /** The newest frame: written by the owner after `next`, mended in place. */
  readonly codes = this.#recent.subarray(newestAt);
  readonly #concealer = new LossConcealer();

  reset(silence: number): void {
    this.#recent.fill(silence);
    this.#concealer.reset();
  }

  /** Makes room for another frame. */
  next(): void {
    this.#recent.copyWithin(0, frameSamples);
  }

  /** `missingHalves`: bit 0 for the first ten milliseconds, bit 1 for the others. */
  mend(codec: G711Codec, missingHalves: number): void {
    if (missingHalves === 0 && !this.#concealer.isConcealing) return;
    for (let half = 0; half < frameSamples / concealmentSamples; half++) {
      const at = newestAt + half * concealmentSamples;
      const codes = this.#recent.subarray(at, at + concealmentSamples);
      if ((missingHalves & (1 << half)) !== 0) this.#conceal(codec, at);
      else if (this.#concealer.isConcealing) {
        decodeG711(codec, codes, part);
        this.#concealer.recover(part);
      } else continue;
      for (let index = 0; index < concealmentSamples; index++)
        codes[index] = codec.codes[part[index]! & 0xffff]!;
    }
  }

  /** The newest frame does not follow the one before: its beginning is bent to do so. */
  join(codec: G711Codec): void {
    if (this.#concealer.isConcealing) return;
    this.#conceal(codec, newestAt);
    this.#concealer.rewind();
    this.mend(codec, 0);
  }

  #conceal(codec: G711Codec, at: number): void {
    const isFirst = !this.#concealer.isConcealing;
    if (isFirst) decodeG711(codec, this.#recent.subarray(at - historySamples, at), history);
    this.#concealer.conceal(history, part);
    if (isFirst) easeFrom(history[historySamples - 1]!, part);
  }
}
