/**
 * A fax terminal at the end of an RTP stream. Modems must hear every sample once and in order, however late: there is no play-out
 * clock and nothing is concealed. What overtook is put back, what is proven lost is told as lost, and of a line that is dead the
 * terminal is told silence by the clock, since its timers run by sound.
 */
import { decodeG711, encodeG711, type G711Codec } from '../audio/g711.ts';
import { frameSamples } from '../frame.ts';
import { faxDeadLineMs, faxReorderedPacketsMax, rtpPacketOctetsMax } from '../limits.ts';
import type { OutgoingStream } from '../rtp/outgoing-stream.ts';
import { emptyRtpHeader, readRtpHeader, rtpHeaderOctets, writeRtpHeader } from '../rtp/rtp-packet.ts';
import type { FaxTerminal } from './spandsp.ts';

/** A longer hole is no loss but another stream. */
const gapSamplesMax = 8_000;

interface Waiting {
  readonly timestamp: number;
  readonly samples: Int16Array;
}

export class FaxLine {
  readonly #terminal: FaxTerminal;
  readonly #codec: G711Codec;
  readonly #stream: OutgoingStream;
  readonly #header = emptyRtpHeader();
  readonly #waiting = new Map<number, Waiting>();
  /** The next sequence number and timestamp expected; none before the first packet. */
  #next: { sequence: number; timestamp: number } | undefined;
  #lastHeardMs: number;
  readonly #spoken = new Int16Array(frameSamples);
  #isFirst = true;

  constructor(terminal: FaxTerminal, codec: G711Codec, stream: OutgoingStream, nowMs: number) {
    this.#terminal = terminal;
    this.#codec = codec;
    this.#stream = stream;
    this.#lastHeardMs = nowMs;
  }

  receive(packet: Uint8Array, nowMs: number): void {
    const header = this.#header;
    if (packet.length > rtpPacketOctetsMax || !readRtpHeader(packet, header)) return;
    if (header.payloadType !== this.#codec.payloadType) return;
    const { sequence, timestamp, payloadStart, payloadEnd } = header;
    this.#lastHeardMs = nowMs;
    const samples = new Int16Array(payloadEnd - payloadStart);
    decodeG711(this.#codec, packet.subarray(payloadStart, payloadEnd), samples);
    this.#next ??= { sequence, timestamp };
    if (signed16(sequence - this.#next.sequence) < 0) return;
    this.#waiting.set(sequence, { timestamp, samples });
    if (this.#waiting.size > faxReorderedPacketsMax) this.#giveUpMissing();
    this.#hearInOrder();
  }

  /** One frame of ours; called every 20 ms. A packet of its own, since a socket that catches up sends several later. */
  frame(nowMs: number): Uint8Array {
    if (nowMs - this.#lastHeardMs > faxDeadLineMs) this.#missFrame();
    this.#terminal.speak(this.#spoken);
    const packet = new Uint8Array(rtpHeaderOctets + frameSamples);
    writeRtpHeader(packet, this.#stream.own(this.#codec.payloadType, frameSamples, this.#isFirst));
    this.#isFirst = false;
    encodeG711(this.#codec, this.#spoken, packet.subarray(rtpHeaderOctets));
    return packet;
  }

  #hearInOrder(): void {
    const next = this.#next!;
    for (let held = this.#waiting.get(next.sequence); held; held = this.#waiting.get(next.sequence)) {
      this.#waiting.delete(next.sequence);
      next.sequence = (next.sequence + 1) & 0xffff;
      const gap = (held.timestamp - next.timestamp) | 0;
      if (gap > 0 && gap <= gapSamplesMax) this.#terminal.miss(gap);
      this.#terminal.hear(held.samples);
      next.timestamp = (held.timestamp + held.samples.length) >>> 0;
    }
  }

  /** Too many wait for one that does not come: the earliest of them is next. */
  #giveUpMissing(): void {
    const next = this.#next!;
    const ahead = [...this.#waiting.keys()].map((sequence) => (sequence - next.sequence) & 0xffff);
    next.sequence = (next.sequence + Math.min(...ahead)) & 0xffff;
  }

  #missFrame(): void {
    this.#terminal.miss(frameSamples);
    if (this.#next) this.#next.timestamp = (this.#next.timestamp + frameSamples) >>> 0;
  }
}

function signed16(difference: number): number {
  return (difference << 16) >> 16;
}
