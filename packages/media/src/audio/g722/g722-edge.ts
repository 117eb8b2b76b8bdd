/**
 * G.722 at the edge of a leg: on the wire wideband, within the engine the µ-law frames of every other leg (decision 0016). RFC
 * 3551 §4.5.2: its clock is told as 8000 Hz, so a packet has as many octets, and as much time, as one of G.711.
 */
import { frameSamples } from '../../frame.ts';
import { edgeSamplesMax } from '../../limits.ts';
import type { CodecEdge, OctetRange } from '../codec-edge.ts';
import { decodeG711, muLaw } from '../g711.ts';
import { HalfBandDecimator, HalfBandInterpolator } from '../half-band.ts';
import { G722Decoder } from './g722-decoder.ts';
import { G722Encoder } from './g722-encoder.ts';

const wide = new Int16Array(2 * edgeSamplesMax);
const narrow = new Int16Array(edgeSamplesMax);

export class G722Edge implements CodecEdge {
  /** What is missing is made up in the engine like that of G.711. */
  readonly recover = undefined;
  readonly #decoder = new G722Decoder();
  readonly #encoder = new G722Encoder();
  readonly #decimator = new HalfBandDecimator(2 * edgeSamplesMax);
  readonly #interpolator = new HalfBandInterpolator(frameSamples);

  samplesIn(_packet: Uint8Array, { from, to }: OctetRange): number {
    return to - from;
  }

  decode(packet: Uint8Array, { from, to }: OctetRange, codes: Uint8Array): number {
    const octets = Math.min(to - from, edgeSamplesMax);
    this.#decoder.decode(packet, from, from + octets, wide);
    this.#decimator.process(wide, 2 * octets, narrow);
    for (let index = 0; index < octets; index++) codes[index] = muLaw.codes[narrow[index]! & 0xffff]!;
    return octets;
  }

  encode(packet: Uint8Array, at: number): number {
    decodeG711(muLaw, packet.subarray(at, at + frameSamples), narrow);
    this.#interpolator.process(narrow, frameSamples, wide);
    this.#encoder.encode(wide.subarray(0, 2 * frameSamples), packet, at);
    return frameSamples;
  }

  close(): void {}
}
