/** Packets of whatever length, in whatever order, as the unbroken 20 ms frames that whoever listens to a line wants. */
import { frameSamples } from '../frame.ts';
import type { G711Codec } from './g711.ts';

/** A gap longer than this is no gap but a pause: what was before it says nothing of what is after. */
const gapSamplesMax = 5 * frameSamples;

export interface CodesHeard {
  readonly codec: G711Codec;
  readonly timestamp: number;
  readonly from: number;
  readonly to: number;
}

export class PacketFrames {
  readonly #frame = new Int16Array(frameSamples);
  readonly #visit: (frame: Int16Array) => void;
  #filled = 0;
  #nextTimestamp = -1;

  /** `visit` is handed each frame as it becomes full; the frame is written over afterwards. */
  constructor(visit: (frame: Int16Array) => void) {
    this.#visit = visit;
  }

  hear(packet: Uint8Array, { codec, timestamp, from, to }: CodesHeard): void {
    const gap = this.#nextTimestamp === -1 ? 0 : (timestamp - this.#nextTimestamp) | 0;
    // Late or twice: its time has been listened to already.
    if (gap < 0 && gap > -gapSamplesMax) return;
    this.#nextTimestamp = (timestamp + to - from) >>> 0;
    if (gap > 0 && gap <= gapSamplesMax) this.#skip(gap);
    const table = codec.samples;
    for (let at = from; at < to;) {
      const frame = this.#frame;
      const filled = this.#filled;
      const count = Math.min(frameSamples - filled, to - at);
      for (let index = 0; index < count; index++) frame[filled + index] = table[packet[at + index]!]!;
      at += count;
      this.#advance(count);
    }
  }

  /** What never came is silence. */
  #skip(samples: number): void {
    for (let left = samples; left > 0;) {
      const count = Math.min(frameSamples - this.#filled, left);
      this.#frame.fill(0, this.#filled, this.#filled + count);
      left -= count;
      this.#advance(count);
    }
  }

  #advance(count: number): void {
    this.#filled += count;
    if (this.#filled < frameSamples) return;
    this.#filled = 0;
    this.#visit(this.#frame);
  }
}
