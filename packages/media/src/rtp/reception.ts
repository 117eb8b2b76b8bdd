/** What a receiver knows of one incoming RTP stream: RFC 3550 appendices A.1 (sequence), A.3 (loss) and A.8 (jitter). */
import type { RtpHeader } from './rtp-packet.ts';
import { samplesPerMs } from '../frame.ts';

/** RFC 3550 A.1: MAX_DROPOUT and MAX_MISORDER. */
const dropoutMax = 3_000;
const misorderMax = 100;
const sequenceModulus = 0x1_0000;
/** A source that has been quiet for this long gives way at once to another. */
const quietMs = 200;

export class Reception {
  ssrc = -1;
  packets = 0;
  octets = 0;
  /** When the last packet came; 0 before the first. */
  lastAtMs = 0;
  #heardAtMs = 0;
  #first = 0;
  #highest = 0;
  #cycles = 0;
  #receivedOfSource = 0;
  /** Loss of sources that went before this one. */
  #lostBefore = 0;
  #transit = 0;
  #jitterSamples = 0;
  /** Packets that should have come from sources that went before. */
  #expectedBefore = 0;
  #candidateSsrc = -1;
  #candidateSequence = -1;

  /**
   * RFC 3550 §A.1: while one source speaks, another, or a leap in its numbers, is believed with the second packet in a row. One
   * that somebody slipped in changes nothing.
   */
  admits(header: RtpHeader, nowMs: number): boolean {
    const { ssrc, sequence } = header;
    if (ssrc === this.ssrc) {
      const step = (sequence - this.#highest + sequenceModulus) % sequenceModulus;
      if (step < dropoutMax || step > sequenceModulus - misorderMax) return true;
    }
    if (this.ssrc === -1 || nowMs - this.#heardAtMs > quietMs) return true;
    const isSecond = ssrc === this.#candidateSsrc && sequence === this.#candidateSequence;
    this.#candidateSsrc = ssrc;
    this.#candidateSequence = (sequence + 1) % sequenceModulus;
    return isSecond;
  }

  note(header: RtpHeader, packetOctets: number, nowMs: number): void {
    this.packets += 1;
    this.octets += packetOctets;
    this.lastAtMs = nowMs;
    this.#heardAtMs = nowMs;
    const transit = (((nowMs * samplesPerMs) >>> 0) - header.timestamp) | 0;
    if (header.ssrc !== this.ssrc) {
      this.#restart(header, transit);
      return;
    }
    const step = (header.sequence - this.#highest + sequenceModulus) % sequenceModulus;
    if (step < dropoutMax) {
      if (header.sequence < this.#highest) this.#cycles += sequenceModulus;
      this.#highest = header.sequence;
    } else if (step <= sequenceModulus - misorderMax) {
      this.#restart(header, transit);
      return;
    }
    this.#receivedOfSource += 1;
    const difference = Math.abs((transit - this.#transit) | 0);
    this.#transit = transit;
    this.#jitterSamples += (difference - this.#jitterSamples) / 16;
  }

  get lost(): number {
    return this.#lostBefore + Math.max(0, this.expected - this.#receivedOfSource);
  }

  /** Packets of the present source that should have come. */
  get expected(): number {
    return this.ssrc === -1 ? 0 : this.highestExtended - this.#first + 1;
  }

  /** Of all sources: what share of it was lost is `lost` of these. */
  get expectedInAll(): number {
    return this.#expectedBefore + this.expected;
  }

  get highestExtended(): number {
    return this.#cycles + this.#highest;
  }

  get jitterSamples(): number {
    return this.#jitterSamples;
  }

  get jitterMs(): number {
    return this.#jitterSamples / samplesPerMs;
  }

  #restart(header: RtpHeader, transit: number): void {
    this.#lostBefore = this.lost;
    this.#expectedBefore = this.expectedInAll;
    this.ssrc = header.ssrc;
    this.#first = header.sequence;
    this.#highest = header.sequence;
    this.#cycles = 0;
    this.#receivedOfSource = 1;
    this.#transit = transit;
  }
}
