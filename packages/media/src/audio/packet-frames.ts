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
    if (gap > 0 && gap <= gapSamplesMax) for (let missing = 0; missing < gap; missing++) this.#append(0);
    const table = codec.samples;
    for (let index = from; index < to; index++) this.#append(table[packet[index]!]!);
  }

  #append(sample: number): void {
    this.#frame[this.#filled] = sample;
    this.#filled += 1;
    if (this.#filled < frameSamples) return;
    this.#filled = 0;
    this.#visit(this.#frame);
  }
}
