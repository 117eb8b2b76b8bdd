/**
 * Opus at the edge of a leg (RFC 6716, RFC 7587). libopus decodes to and encodes from 8000 samples a second whatever the wire
 * carries, stereo as mono, so nothing is resampled here. What is lost is told by the packet after it where the far end sends
 * forward error correction, and made up from what was heard before where it does not.
 */
import { assert } from '@seatgrid/core/kernel/assert.ts';
import { frameSamples, sampleRateHz, samplesPerMs } from '../../frame.ts';
import { opusBitRateMax, opusComplexity, opusExpectedLossPercent } from '../../limits.ts';
import type { CodecEdge, OctetRange } from '../codec-edge.ts';
import { muLaw } from '../g711.ts';
import { allocate, opusControl, opusLibrary, opusVoice } from './opus-library.ts';
import { opusSamples } from './opus-packet.ts';

/** What the far end says of how it wants to be spoken to (RFC 7587 §6.1). */
export interface OpusTerms {
  readonly takesCorrection: boolean;
  readonly isConstantRate: boolean;
  readonly bitRateMax: number;
}

/** libopus makes up whole 2.5 ms. */
const samplesPerStep = 2.5 * samplesPerMs;

export class OpusEdge implements CodecEdge {
  readonly #library = opusLibrary();
  readonly #decoder: number;
  readonly #encoder: number;

  constructor(terms: OpusTerms) {
    const library = this.#library;
    this.#decoder = allocate(library, library.opus_decoder_get_size(1));
    library.opus_decoder_init(this.#decoder, sampleRateHz, 1);
    this.#encoder = allocate(library, library.opus_encoder_get_size(1));
    library.opus_encoder_init(this.#encoder, sampleRateHz, 1, opusVoice);
    library.opus_encoder_ctl_set(this.#encoder, opusControl.setComplexity, opusComplexity);
    this.change(terms);
  }

  change({ takesCorrection, isConstantRate, bitRateMax }: OpusTerms): void {
    const set = (control: number, value: number) =>
      this.#library.opus_encoder_ctl_set(this.#encoder, control, value);
    set(opusControl.setBitRate, Math.min(opusBitRateMax, bitRateMax));
    set(opusControl.setVariableRate, isConstantRate ? 0 : 1);
    set(opusControl.setForwardCorrection, takesCorrection ? 1 : 0);
    // Without some loss to expect, no packet would carry anything of the one before.
    set(opusControl.setExpectedLoss, takesCorrection ? opusExpectedLossPercent : 0);
  }

  samplesIn(packet: Uint8Array, payload: OctetRange): number {
    return opusSamples(packet, payload);
  }

  decode(packet: Uint8Array, payload: OctetRange, codes: Uint8Array): number {
    const library = this.#library;
    const octets = this.#lay(packet, payload);
    const samples = opusSamples(packet, payload);
    const count = library.opus_decode(this.#decoder, library.packetAt, octets, library.samplesAt, samples, 0);
    return this.#read(count, codes);
  }

  recover(packet: Uint8Array, payload: OctetRange, lost: { samples: number; codes: Uint8Array }): void {
    const library = this.#library;
    const octets = this.#lay(packet, payload);
    // RFC 6716 §2.1.7: a packet tells of the one just before it alone; what is missing besides, libopus makes up.
    const count = library.opus_decode(
      this.#decoder,
      library.packetAt,
      octets,
      library.samplesAt,
      lost.samples - (lost.samples % samplesPerStep),
      1,
    );
    this.#read(count, lost.codes);
  }

  encode(packet: Uint8Array, at: number): number {
    const library = this.#library;
    const samples = library.samples();
    for (let index = 0; index < frameSamples; index++) samples[index] = muLaw.samples[packet[at + index]!]!;
    const room = packet.length - at;
    const octets = library.opus_encode(
      this.#encoder,
      library.samplesAt,
      frameSamples,
      library.packetAt,
      room,
    );
    assert(octets > 0, `libopus could not encode a frame: ${octets}`);
    packet.set(library.octets().subarray(0, octets), at);
    return octets;
  }

  close(): void {
    this.#library.free(this.#decoder);
    this.#library.free(this.#encoder);
  }

  #lay(packet: Uint8Array, { from, to }: OctetRange): number {
    const octets = this.#library.octets();
    const count = Math.min(to - from, octets.length);
    octets.set(packet.subarray(from, from + count));
    return count;
  }

  /** Fewer than none is a packet that libopus could not read. */
  #read(count: number, codes: Uint8Array): number {
    const samples = this.#library.samples();
    for (let index = 0; index < count; index++) codes[index] = muLaw.codes[samples[index]! & 0xffff]!;
    return Math.max(0, count);
  }
}

/** The clock of Opus counts so much faster than that of the engine (RFC 7587 §4.1: 48,000 a second, whatever is in it). */
export const opusTicksPerSample = 48_000 / sampleRateHz;
