/**
 * What a leg of another codec than G.711 does between the wire and the engine: its time is told in the engine's samples, its
 * sound in µ-law codes, and what was lost on the way is asked of the codec. Packets that are only passed on are not decoded.
 */
import type { CodecEdge } from '../../audio/codec-edge.ts';
import { G722Edge } from '../../audio/g722/g722-edge.ts';
import { OpusEdge, opusTicksPerSample, type OpusTerms } from '../../audio/opus/opus-edge.ts';
import { edgeSamplesMax, opusRecoveredMsMax } from '../../limits.ts';
import { samplesPerMs } from '../../frame.ts';
import type { PayloadPlace } from '../../rtp/jitter-buffer.ts';
import { emptyRtpHeader, type RtpHeader } from '../../rtp/rtp-packet.ts';
import { WideClock } from '../../rtp/wide-clock.ts';

export type EdgeWire = { readonly codec: 'G722' } | { readonly codec: 'opus'; readonly terms: OpusTerms };

/** Sound as codes, and where they lie; written over by the next packet of any leg. */
export interface EdgeSound {
  readonly codes: Uint8Array;
  readonly place: PayloadPlace;
}

const decoded = { codes: new Uint8Array(edgeSamplesMax), place: emptyRtpHeader() };
const recovered = { codes: new Uint8Array(edgeSamplesMax), place: emptyRtpHeader() };
const payload = { from: 0, to: 0 };
const lost = { samples: 0, codes: recovered.codes };

export class LegEdge {
  readonly wire: EdgeWire['codec'];
  readonly ticksPerSample: number;
  readonly #codec: CodecEdge;
  readonly #clock: WideClock | undefined;
  /** What comes next where nothing is lost. */
  #nextSequence = -1;
  #nextTimestamp = 0;

  constructor(wire: EdgeWire) {
    this.wire = wire.codec;
    this.#codec = wire.codec === 'opus' ? new OpusEdge(wire.terms) : new G722Edge();
    this.ticksPerSample = wire.codec === 'opus' ? opusTicksPerSample : 1;
    this.#clock = wire.codec === 'opus' ? new WideClock(opusTicksPerSample) : undefined;
  }

  change(wire: EdgeWire): void {
    if (wire.codec === 'opus' && this.#codec instanceof OpusEdge) this.#codec.change(wire.terms);
  }

  /** A timestamp of the wire in samples of the engine. */
  inward(timestamp: number): number {
    return this.#clock === undefined ? timestamp : this.#clock.inward(timestamp);
  }

  outward(timestamp: number): number {
    return this.#clock === undefined ? timestamp : this.#clock.outward(timestamp);
  }

  /** How long the packet lasts; 0 for what is none of this codec. */
  samplesIn(packet: Uint8Array, header: RtpHeader): number {
    return this.#codec.samplesIn(packet, rangeOf(header));
  }

  /** What should have come before this packet; undefined where nothing is missing, or more than can be made up. */
  recover(packet: Uint8Array, header: RtpHeader): EdgeSound | undefined {
    const samples = (header.timestamp - this.#nextTimestamp) | 0;
    const packets = (header.sequence - this.#nextSequence) & 0xffff;
    // RFC 7587 §3.1.3: a far end that falls silent sends no packets, and misses no number.
    const isLost = this.#nextSequence !== -1 && packets > 0 && samples > 0;
    if (this.#codec.recover === undefined || !isLost || samples > opusRecoveredMsMax * samplesPerMs)
      return undefined;
    lost.samples = samples;
    this.#codec.recover(packet, rangeOf(header), lost);
    recovered.place.timestamp = this.#nextTimestamp;
    recovered.place.payloadEnd = samples;
    return recovered;
  }

  /** Undefined for a packet whose turn is over: what it would have told has been made up, and the codec has gone on. */
  decode(packet: Uint8Array, header: RtpHeader): EdgeSound | undefined {
    const ahead = (header.timestamp - this.#nextTimestamp) | 0;
    const isPast = this.#nextSequence !== -1 && ahead < 0 && ahead > -edgeSamplesMax;
    if (isPast && this.#codec.recover !== undefined) return undefined;
    const samples = this.#codec.decode(packet, rangeOf(header), decoded.codes);
    this.#nextSequence = (header.sequence + 1) & 0xffff;
    this.#nextTimestamp = (header.timestamp + samples) >>> 0;
    decoded.place.timestamp = header.timestamp;
    decoded.place.payloadEnd = samples;
    return decoded;
  }

  /** A frame of µ-law codes in `packet` from `at` on, replaced by its payload; returns the octets of that. */
  encode(packet: Uint8Array, at: number): number {
    return this.#codec.encode(packet, at);
  }

  close(): void {
    this.#codec.close();
  }
}

function rangeOf({ payloadStart, payloadEnd }: RtpHeader): typeof payload {
  payload.from = payloadStart;
  payload.to = payloadEnd;
  return payload;
}
