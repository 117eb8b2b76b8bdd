/**
 * G.722 at the edge of a leg: on the wire wideband, within the engine the µ-law frames of every other leg (decision 0016). RFC
 * 3551 §4.5.2: its clock is told as 8000 Hz, so a packet has as many octets, and as much time, as one of G.711.
 */
import { frameSamples } from '../../frame.ts';
import { decodeG711, muLaw } from '../g711.ts';
import { HalfBandDecimator, HalfBandInterpolator } from '../half-band.ts';
import { G722Decoder } from './g722-decoder.ts';
import { G722Encoder } from './g722-encoder.ts';

/** Octets of sound in a packet that are looked at; 120 ms. */
export const g722OctetsMax = 6 * frameSamples;

const wide = new Int16Array(2 * g722OctetsMax);
const narrow = new Int16Array(g722OctetsMax);

export class G722Edge {
  readonly #decoder = new G722Decoder();
  readonly #encoder = new G722Encoder();
  readonly #decimator = new HalfBandDecimator(2 * g722OctetsMax);
  readonly #interpolator = new HalfBandInterpolator(frameSamples);

  /** The octets `packet[from..to)` as µ-law codes; returns how many. */
  decode(
    packet: Uint8Array,
    place: { readonly from: number; readonly to: number },
    codes: Uint8Array,
  ): number {
    const { from } = place;
    const octets = Math.min(place.to - from, g722OctetsMax);
    this.#decoder.decode(packet, from, from + octets, wide);
    this.#decimator.process(wide, 2 * octets, narrow);
    for (let index = 0; index < octets; index++) codes[index] = muLaw.codes[narrow[index]! & 0xffff]!;
    return octets;
  }

  /** A frame of µ-law codes in `packet` from `at` on, replaced by its octets. */
  encode(packet: Uint8Array, at: number): void {
    decodeG711(muLaw, packet.subarray(at, at + frameSamples), narrow);
    this.#interpolator.process(narrow, frameSamples, wide);
    this.#encoder.encode(wide.subarray(0, 2 * frameSamples), packet, at);
  }
}
