/**
 * One outgoing RTP stream that never breaks its own numbering, whoever feeds it: frames of our own making and packets relayed
 * from other streams take turns, and the far end sees one source whose sequence numbers and timestamps run on.
 */
import type { RtpHeader } from './rtp-packet.ts';

const sequenceMask = 0xffff;

export class OutgoingStream {
  readonly ssrc: number;
  /** What the packet about to be sent carries; filled by `own` and `relayed`. */
  readonly header: RtpHeader;
  #nextSequence: number;
  #nextTimestamp: number;
  #sourceSsrc = -1;
  #sequenceShift = 0;
  #timestampShift = 0;
  /** First sequence number that belongs to the source now relayed: older ones are already taken. */
  #relayedFrom = 0;

  /** RFC 3550 §5.1: SSRC, first sequence number and first timestamp should be random. */
  constructor(start: { readonly ssrc: number; readonly sequence: number; readonly timestamp: number }) {
    this.ssrc = start.ssrc;
    this.#nextSequence = start.sequence & sequenceMask;
    this.#nextTimestamp = start.timestamp >>> 0;
    this.header = {
      isMarked: false,
      payloadType: 0,
      sequence: 0,
      timestamp: 0,
      ssrc: start.ssrc,
      payloadStart: 0,
      payloadEnd: 0,
    };
  }

  /** Time passed in which nothing was sent: the timestamp goes on, so that the far end knows how long. */
  skip(samples: number): void {
    this.#nextTimestamp = (this.#nextTimestamp + samples) >>> 0;
  }

  get nextTimestamp(): number {
    return this.#nextTimestamp;
  }

  /** A frame of our own, `samples` long. */
  own(payloadType: number, samples: number, isMarked: boolean): RtpHeader {
    this.#sourceSsrc = -1;
    const header = this.header;
    header.isMarked = isMarked;
    header.payloadType = payloadType;
    header.sequence = this.#nextSequence;
    header.timestamp = this.#nextTimestamp;
    this.#nextSequence = (this.#nextSequence + 1) & sequenceMask;
    this.#nextTimestamp = (this.#nextTimestamp + samples) >>> 0;
    return header;
  }

  /** A packet that shares its timestamp with others of one event (RFC 4733 §2.5.1.2); advance by `skip` afterwards. */
  ownAt(payloadType: number, timestamp: number, isMarked: boolean): RtpHeader {
    this.#sourceSsrc = -1;
    const header = this.header;
    header.isMarked = isMarked;
    header.payloadType = payloadType;
    header.sequence = this.#nextSequence;
    header.timestamp = timestamp;
    this.#nextSequence = (this.#nextSequence + 1) & sequenceMask;
    return header;
  }

  /**
   * The header under which another stream's packet goes on, its gaps and disorder kept visible; undefined for a packet that
   * is older than the moment its source was taken up.
   */
  relayed(source: RtpHeader, payloadType: number, samples: number): RtpHeader | undefined {
    const header = this.header;
    const isTakenUp = source.ssrc !== this.#sourceSsrc;
    if (isTakenUp) this.#takeUp(source);
    const sequence = (source.sequence + this.#sequenceShift) & sequenceMask;
    if (signed16(sequence - this.#relayedFrom) < 0) return undefined;
    const timestamp = (source.timestamp + this.#timestampShift) >>> 0;
    if (signed16(sequence - this.#nextSequence) >= 0) this.#nextSequence = (sequence + 1) & sequenceMask;
    const end = (timestamp + samples) >>> 0;
    if (((end - this.#nextTimestamp) | 0) > 0) this.#nextTimestamp = end;
    header.isMarked = source.isMarked || isTakenUp;
    header.payloadType = payloadType;
    header.sequence = sequence;
    header.timestamp = timestamp;
    return header;
  }

  /** A packet of the relayed source that is not passed on leaves no hole that would look like a loss. */
  swallowed(source: RtpHeader): void {
    if (source.ssrc === this.#sourceSsrc) this.#sequenceShift -= 1;
  }

  #takeUp(source: RtpHeader): void {
    this.#sourceSsrc = source.ssrc;
    this.#relayedFrom = this.#nextSequence;
    this.#sequenceShift = this.#nextSequence - source.sequence;
    this.#timestampShift = this.#nextTimestamp - source.timestamp;
  }
}

function signed16(difference: number): number {
  return (difference << 16) >> 16;
}
