/**
 * Digits as named events (RFC 4733), received and sent.
 *
 * RFC 4733 §2.3:
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |     event     |E|R| volume    |          duration             |
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */
import { frameSamples, samplesPerMs } from '../frame.ts';
import { digitLostMs, digitsQueuedMax } from '../limits.ts';

/** RFC 4733 table 3: events 0 to 15. */
export const digitSymbols = '0123456789*#ABCD';

export const eventOctets = 4;
const endBit = 0x80;
const volumeMask = 0x3f;
/** -10 dBm0, as ordinary telephones send. */
const volume = 10;
const durationMax = 0xffff;

export interface ReceivedDigit {
  readonly digit: string;
  readonly durationMs: number;
}

export interface DigitProgress {
  /** A digit whose first packet this is. */
  readonly began?: string;
  readonly ended?: ReceivedDigit;
}

const nothing: DigitProgress = {};

/** Makes one digit of the many packets that tell of it. */
export class DigitReceiver {
  #timestamp = -1;
  #event = -1;
  #duration = 0;
  /** Of segments that went before. */
  #earlier = 0;
  #isEnded = true;
  #lastAtMs = 0;

  /** `packet[at..]` holds the event; `timestamp` is the packet's. */
  receive(timestamp: number, packet: Uint8Array, at: number, end: number, nowMs: number): DigitProgress {
    if (end - at < eventOctets) return nothing;
    const event = packet[at]!;
    if (event >= digitSymbols.length) return nothing;
    const isEnd = (packet[at + 1]! & endBit) !== 0;
    const duration = eventDuration(packet, at);
    // RFC 4733 §2.5.1.4: the end is sent three times; all packets of an event share its timestamp, which names it.
    if (timestamp === this.#timestamp && event === this.#event) {
      if (this.#isEnded) return nothing;
      this.#lastAtMs = nowMs;
      if (duration > this.#duration) this.#duration = duration;
      return isEnd ? { ended: this.#finish() } : nothing;
    }
    // RFC 4733 §2.5.1.3: an event that lasts longer than its field can say goes on in a segment that begins where this one ends.
    if (!this.#isEnded && event === this.#event && timestamp === this.#segmentEnd) {
      this.#earlier += this.#duration;
      this.#timestamp = timestamp;
      this.#duration = duration;
      this.#lastAtMs = nowMs;
      return isEnd ? { ended: this.#finish() } : nothing;
    }
    // A packet of an event gone by, late out of the network.
    if (
      this.#timestamp !== -1 &&
      ((timestamp - this.#timestamp) | 0) < 0 &&
      nowMs - this.#lastAtMs < digitLostMs
    )
      return nothing;
    const unfinished = this.#isEnded ? undefined : this.#finish();
    this.#timestamp = timestamp;
    this.#event = event;
    this.#duration = duration;
    this.#lastAtMs = nowMs;
    this.#isEnded = false;
    const began = digitSymbols[event]!;
    if (unfinished !== undefined) {
      // The new one is short of its own end; should this packet be that end, its repetition will tell.
      return { began, ended: unfinished };
    }
    return isEnd ? { began, ended: this.#finish() } : { began };
  }

  /** RFC 4733 §2.5.2.2: a receiver ends an event whose end was lost. Call now and then while a digit is pending. */
  expire(nowMs: number): ReceivedDigit | undefined {
    if (this.#isEnded || nowMs - this.#lastAtMs < digitLostMs) return undefined;
    return this.#finish();
  }

  get isPending(): boolean {
    return !this.#isEnded;
  }

  get #segmentEnd(): number {
    return (this.#timestamp + this.#duration) >>> 0;
  }

  #finish(): ReceivedDigit {
    this.#isEnded = true;
    const durationMs = (this.#earlier + this.#duration) / samplesPerMs;
    this.#earlier = 0;
    return { digit: digitSymbols[this.#event]!, durationMs };
  }
}

export interface DigitToSend {
  readonly digit: string;
  readonly durationMs: number;
}

export interface EventPacket {
  timestamp: number;
  isMarked: boolean;
  event: number;
  isEnd: boolean;
  duration: number;
}

const pauseFrames = 4;
/** RFC 4733 §2.5.1.4: the final packet is sent three times, so that one arrives. */
const endPackets = 3;

/** Feeds digits to a stream, one packet every 20 ms; while it is busy the stream carries no sound. */
export class DigitSender {
  readonly packet: EventPacket = { timestamp: 0, isMarked: false, event: 0, isEnd: false, duration: 0 };
  readonly #queue: DigitToSend[] = [];
  #step = 0;
  #frames = 0;

  /** False when too many wait already. */
  add(digit: DigitToSend): boolean {
    if (this.#queue.length >= digitsQueuedMax || !digitSymbols.includes(digit.digit)) return false;
    this.#queue.push(digit);
    return true;
  }

  get isBusy(): boolean {
    return this.#queue.length > 0;
  }

  /**
   * One 20 ms step, `timestamp` being that of the frame it replaces. True when `packet` is to be sent (its end, `isEnd`, as
   * often as `repeats` says); false in the pause between digits.
   */
  next(timestamp: number): boolean {
    const digit = this.#queue[0];
    if (digit === undefined) return false;
    const packet = this.packet;
    if (this.#step === 0) {
      this.#frames = Math.max(2, Math.min(Math.round((digit.durationMs * samplesPerMs) / frameSamples), 400));
      packet.timestamp = timestamp;
      packet.event = digitSymbols.indexOf(digit.digit);
      packet.isEnd = false;
    }
    packet.isMarked = this.#step === 0;
    this.#step += 1;
    if (this.#step <= this.#frames) {
      packet.duration = Math.min(this.#step * frameSamples, durationMax);
      packet.isEnd = this.#step === this.#frames;
      return true;
    }
    if (this.#step >= this.#frames + pauseFrames) {
      this.#step = 0;
      this.#queue.shift();
    }
    return false;
  }

  get repeats(): number {
    return this.packet.isEnd ? endPackets : 1;
  }
}

export function writeEvent(packet: EventPacket, octets: Uint8Array, at: number): void {
  octets[at] = packet.event;
  octets[at + 1] = (packet.isEnd ? endBit : 0) | (volume & volumeMask);
  setEventDuration(octets, at, packet.duration);
}

/** How long the event has lasted, in whatever clock it counts. */
export function eventDuration(octets: Uint8Array, at: number): number {
  return (octets[at + 2]! << 8) | octets[at + 3]!;
}

/** The same packet for another clock. */
export function setEventDuration(octets: Uint8Array, at: number, duration: number): void {
  const told = Math.min(duration, durationMax);
  octets[at + 2] = told >> 8;
  octets[at + 3] = told;
}
