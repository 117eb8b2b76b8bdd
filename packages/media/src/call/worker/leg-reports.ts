/**
 * The RTCP of one leg: what we tell its far end of what we hear and send, what it tells us, and so how long the way there and
 * back is. The same for phones and browsers, whose library sends no reports of its own.
 */
import { randomInteger, type Random } from '@seatgrid/core/kernel/random.ts';
import { samplesPerMs } from '../../frame.ts';
import { roundTripMsMax, rtcpIntervalMs } from '../../limits.ts';
import { buildRtcp, compactNtp, readRtcp, type FarReception } from '../../rtp/rtcp.ts';
import type { MediaLeg } from './media-leg.ts';

const compactUnitsPerMs = 65_536 / 1_000;
/** Reports of ours a far end may still quote. */
const reportsQuoted = 4;

export class LegReports {
  readonly #leg: MediaLeg;
  readonly #random: Random;
  #nextMs: number;
  #expectedBefore = 0;
  #lostBefore = 0;
  #senderReportTime = 0;
  #senderReportAtMs = 0;
  #hasReported = false;
  /** Compact times of our latest sender reports. */
  readonly #sent: number[] = [];

  constructor(leg: MediaLeg, parts: { readonly random: Random; readonly nowMs: number }) {
    this.#leg = leg;
    this.#random = parts.random;
    // RFC 3550 §6.2: the first report comes after half the interval.
    this.#nextMs = parts.nowMs + this.#interval() / 2;
  }

  /** False for what is no RTCP. */
  receive(packet: Uint8Array, nowMs: number): boolean {
    const leg = this.#leg;
    const received = readRtcp(packet, leg.stream.ssrc);
    if (received === undefined) return false;
    if (received.senderReportTime !== undefined) {
      this.#senderReportTime = received.senderReportTime;
      this.#senderReportAtMs = nowMs;
    }
    if (received.theirs !== undefined) this.#noteTheirs(received.theirs, nowMs);
    return true;
  }

  sendIfDue(nowMs: number): void {
    if (nowMs < this.#nextMs) return;
    this.#nextMs = nowMs + this.#interval();
    this.#send(nowMs, { isLast: false });
  }

  /** RFC 3550 §6.3.7: whoever was never heard of does not say goodbye. */
  close(nowMs: number): void {
    if (this.#leg.packetsOut > 0 || this.#hasReported) this.#send(nowMs, { isLast: true });
  }

  /** RFC 3550 §6.3.1: between half and one and a half of the interval, so that nobody keeps step. */
  #interval(): number {
    return rtcpIntervalMs / 2 + randomInteger(this.#random, rtcpIntervalMs);
  }

  #noteTheirs(theirs: FarReception, nowMs: number): void {
    const leg = this.#leg;
    // More than we sent cannot be missing.
    leg.far = {
      lost: Math.min(leg.packetsOut, Math.max(0, theirs.lost)),
      jitterMs: theirs.jitterSamples / leg.ticksPerSample / samplesPerMs,
    };
    if (!this.#sent.includes(theirs.lastReport)) return;
    // RFC 3550 §6.4.1: now, less when our report left, less how long it lay there.
    const units = (compactNtp(nowMs) - theirs.lastReport - theirs.delaySinceLast) | 0;
    const roundTripMs = Math.max(0, units / compactUnitsPerMs);
    if (roundTripMs <= roundTripMsMax) leg.roundTripMs = roundTripMs;
  }

  #send(nowMs: number, { isLast }: { readonly isLast: boolean }): void {
    const leg = this.#leg;
    const { reception } = leg;
    const hasSent = leg.packetsOut > 0;
    const hasHeard = reception.ssrc !== -1;
    if (!hasSent && !hasHeard) return;
    this.#hasReported = true;
    if (hasSent) this.#sent.unshift(compactNtp(nowMs));
    this.#sent.length = Math.min(this.#sent.length, reportsQuoted);
    const { expectedInAll: expected, lost } = reception;
    const expectedNow = Math.max(0, expected - this.#expectedBefore);
    const lostNow = Math.max(0, lost - this.#lostBefore);
    this.#expectedBefore = expected;
    this.#lostBefore = lost;
    const lastReport = this.#senderReportTime;
    leg.transport.sendRtcp(
      buildRtcp({
        ssrc: leg.stream.ssrc,
        cname: `leg-${leg.stream.ssrc.toString(16)}`,
        sender: hasSent
          ? { nowMs, timestamp: leg.nextTimestamp, packets: leg.packetsOut, octets: leg.octetsOut }
          : undefined,
        block: hasHeard
          ? {
              ssrc: reception.ssrc,
              fractionLost: expectedNow === 0 ? 0 : Math.min(255, Math.floor((lostNow * 256) / expectedNow)),
              lost,
              highestExtended: reception.highestExtended,
              jitterSamples: reception.jitterSamples * leg.ticksPerSample,
              lastReport,
              delaySinceLast:
                lastReport === 0 ? 0 : (compactNtp(nowMs) - compactNtp(this.#senderReportAtMs)) >>> 0,
            }
          : undefined,
        isLast,
      }),
    );
  }
}
