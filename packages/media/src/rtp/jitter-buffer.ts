/**
 * Turns packets that come when they like into one frame every 20 ms. A ring of one octet a sample, indexed by RTP timestamp,
 * holds whatever was received, so packet length, order and duplicates do not matter to it. It does not decode: G.711 only.
 *
 * Delay adapts both ways, a whole frame at a time. A frame that is not there while play-out runs closer to arrival than
 * `ArrivalDelay` wants is waited for; a delay that is a frame longer than wanted, and stays so, is cut by one, in a quiet
 * frame if one soon comes. A new source goes on where the old one ended.
 */
import { frameSamples, samplesPerMs } from '../frame.ts';
import {
  jitterConcealedFramesMax,
  jitterDepthFramesDefault,
  jitterDepthFramesMax,
  jitterDropFramesMax,
  jitterLateInARowMax,
  jitterSurplusWindowFrames,
} from '../limits.ts';
import { ArrivalDelay } from './arrival-delay.ts';
import type { RtpHeader } from './rtp-packet.ts';

const ringSamples = 4_096;
const ringMask = ringSamples - 1;
/** A timestamp further away than this is another stream, not a late or early packet of this one. */
const leapSamples = ringSamples / 2;
const unmade = new Uint8Array(0);
const halfSamples = frameSamples / 2;

export type PullOutcome =
  /** Nothing has come lately, or not yet enough to start. */
  | 'idle'
  /** All of the frame was received. */
  | 'received'
  /** Some or all of it is missing and must be concealed: `missingHalves` tells which; `silence` stands there. */
  | 'missing';

/** Where a packet's sound lies, and when it is to be heard: part of its header. */
export type PayloadPlace = Readonly<Pick<RtpHeader, 'timestamp' | 'payloadStart' | 'payloadEnd'>>;

export class JitterBuffer {
  /** Made with the first packet: most legs are relayed and never need them. */
  #ring = unmade;
  #present = unmade;
  readonly #delay = new ArrivalDelay();
  #silence: number;
  #state: 'idle' | 'filling' | 'playing' = 'idle';
  #playTimestamp = 0;
  #endTimestamp = 0;
  #packetSamples = frameSamples;
  #missingInARow = 0;
  #lateInARow = 0;
  #surplusSamples = Infinity;
  #pullsInWindow = 0;
  #late = 0;
  /** From the present source's timestamps to those of the ring. */
  #shift = 0;
  #isSourceNew = false;
  #isSpliced = false;
  #wasCut = false;
  #missingHalves = 0;

  constructor(silence: number) {
    this.#silence = silence;
  }

  /** The next sample to play, in the ring's timestamps; meaningful unless idle. */
  get playTimestamp(): number {
    return this.#playTimestamp;
  }

  /** The ring's timestamp for one of the source's. */
  placeOf(timestamp: number): number {
    return (timestamp + this.#shift) >>> 0;
  }

  get isPlaying(): boolean {
    return this.#state === 'playing';
  }

  /** Packets that came after their turn. */
  get late(): number {
    return this.#late;
  }

  /** Of the frame last pulled: bit 0 for its first ten milliseconds, bit 1 for the others. */
  get missingHalves(): number {
    return this.#missingHalves;
  }

  /** The frame last pulled does not follow the one before: sound between them was thrown away. */
  get isSpliced(): boolean {
    return this.#isSpliced;
  }

  get bufferedSamples(): number {
    return this.#state === 'idle' ? 0 : Math.max(0, (this.#endTimestamp - this.#playTimestamp) | 0);
  }

  /** Forgets everything; `silence` is the code that stands for nothing heard. */
  reset(silence: number = this.#silence): void {
    this.#silence = silence;
    this.#shift = 0;
    this.#isSourceNew = false;
    this.#delay.restart();
    this.#empty();
  }

  /** RFC 3550 §8.2: another SSRC is another source, whose timestamps have nothing to do with those before. */
  changeSource(): void {
    this.#isSourceNew = true;
  }

  /** Takes the payload that `header` marks in `codes`; `translate`, when given, maps each code. */
  put(header: PayloadPlace, codes: Uint8Array, nowMs: number, translate?: Uint8Array): void {
    const from = header.payloadStart;
    const samples = header.payloadEnd - from;
    if (samples <= 0 || samples > leapSamples) return;
    const nowSamples = samplesAt(nowMs);
    if (this.#isSourceNew) this.#follow(header.timestamp, nowSamples);
    const timestamp = this.placeOf(header.timestamp);
    if (this.#state !== 'idle') {
      const ahead = (timestamp - this.#playTimestamp) | 0;
      if (ahead < -leapSamples || ahead + samples > leapSamples) {
        this.#delay.restart();
        this.#empty();
      }
    }
    this.#delay.note(timestamp, nowSamples);
    if (this.#state === 'idle') {
      this.#state = 'filling';
      this.#playTimestamp = timestamp;
      this.#endTimestamp = timestamp;
    }
    const ahead = (timestamp - this.#playTimestamp) | 0;
    if (ahead >= 0) this.#lateInARow = 0;
    else if (this.#state === 'filling') this.#playTimestamp = timestamp;
    else if (!this.#goBack(ahead, nowSamples)) return;
    this.#packetSamples = samples;
    this.#keep(timestamp, codes.subarray(from, header.payloadEnd), translate);
    const end = (timestamp + samples) >>> 0;
    if (((end - this.#endTimestamp) | 0) > 0) this.#endTimestamp = end;
    if (((this.#endTimestamp - this.#playTimestamp) | 0) > jitterDepthFramesMax * frameSamples) this.#cut();
  }

  /** The frame whose turn it is, copied to `frame` (20 ms long). Call once every 20 ms. */
  pull(frame: Uint8Array, nowMs: number): PullOutcome {
    if (this.#state === 'idle') return 'idle';
    const nowSamples = samplesAt(nowMs);
    this.#isSpliced = this.#wasCut;
    this.#wasCut = false;
    if (this.#state === 'filling') {
      if (!this.#isFilled(nowSamples)) return 'idle';
      this.#state = 'playing';
    } else this.#shedSurplus(nowSamples);
    if (this.#take(frame)) {
      this.#missingInARow = 0;
      this.#advance();
      return 'received';
    }
    this.#missingInARow += 1;
    if (this.#missingInARow > jitterConcealedFramesMax && this.bufferedSamples === 0) {
      this.#empty();
      return 'idle';
    }
    if (this.#delay.waited(this.#playTimestamp, nowSamples) >= this.#delay.wanted) this.#advance();
    else this.#missingHalves = 3;
    return 'missing';
  }

  /** Every whole frame waiting to be played, in order, left where it is. */
  forEachWaiting(frame: Uint8Array, visit: () => void): void {
    const count = Math.floor(this.bufferedSamples / frameSamples);
    for (let turn = 0; turn < count; turn++)
      if (this.#copy((this.#playTimestamp + turn * frameSamples) >>> 0, frame) !== 0) visit();
  }

  #empty(): void {
    this.#present.fill(0);
    this.#state = 'idle';
    this.#missingInARow = 0;
    this.#lateInARow = 0;
    this.#isSpliced = false;
    this.#wasCut = false;
    this.#forgetSurplus();
  }

  /** The new source's first packet takes the place a packet arriving now would have, behind whatever still waits. */
  #follow(timestamp: number, nowSamples: number): void {
    this.#isSourceNew = false;
    if (this.#state === 'idle') {
      this.#delay.restart();
      return;
    }
    const due = this.#delay.timestampAt(nowSamples);
    const place = ((due - this.#endTimestamp) | 0) > 0 ? due : this.#endTimestamp;
    this.#shift = (place - timestamp) | 0;
  }

  /** A packet must outlast the wait for the next one, so long packets need more than the plain depth. */
  #isFilled(nowSamples: number): boolean {
    const depth = jitterDepthFramesDefault * frameSamples;
    return (
      this.bufferedSamples >= Math.max(depth, this.#packetSamples + frameSamples) &&
      this.#delay.waited(this.#playTimestamp, nowSamples) >= this.#delay.wanted
    );
  }

  /** Copies what there is of the frame at hand; true when that is all of it. */
  #take(frame: Uint8Array): boolean {
    const received = this.#copy(this.#playTimestamp, frame);
    this.#missingHalves = received === frameSamples ? 0 : received === 0 ? 3 : this.#findHoles();
    return received === frameSamples;
  }

  #copy(from: number, frame: Uint8Array): number {
    const start = from & ringMask;
    // Nearly every frame lies there whole and in one piece: then it is copied as one.
    if (start + frameSamples <= ringSamples) {
      const end = start + frameSamples;
      if (!this.#present.subarray(start, end).includes(0)) {
        frame.set(this.#ring.subarray(start, end));
        return frameSamples;
      }
    }
    let received = 0;
    for (let index = 0; index < frameSamples; index++) {
      const at = (from + index) & ringMask;
      if (this.#present[at] === 1) {
        frame[index] = this.#ring[at]!;
        received += 1;
      } else frame[index] = this.#silence;
    }
    return received;
  }

  #keep(timestamp: number, codes: Uint8Array, translate: Uint8Array | undefined): void {
    if (this.#ring === unmade) {
      this.#ring = new Uint8Array(ringSamples);
      this.#present = new Uint8Array(ringSamples);
    }
    const start = timestamp & ringMask;
    const end = start + codes.length;
    if (translate === undefined && end <= ringSamples) {
      this.#ring.set(codes, start);
      this.#present.fill(1, start, end);
      return;
    }
    for (let index = 0; index < codes.length; index++) {
      const code = codes[index]!;
      const at = (start + index) & ringMask;
      this.#ring[at] = translate === undefined ? code : translate[code]!;
      this.#present[at] = 1;
    }
  }

  #findHoles(): number {
    let halves = 0;
    for (let index = 0; index < frameSamples; index++)
      if (this.#present[(this.#playTimestamp + index) & ringMask] === 0)
        halves |= index < halfSamples ? 1 : 2;
    return halves;
  }

  /**
   * A packet `-ahead` samples late: play-out goes back to meet it where the delay is to grow so far anyway, where nothing else
   * is there to be played, or where nothing has come in time for a while.
   */
  #goBack(ahead: number, nowSamples: number): boolean {
    this.#late += 1;
    this.#lateInARow += 1;
    // Only sound that was missed is worth going back for: a stray duplicate of what was played is not.
    if (this.#missingInARow === 0) return false;
    const back = Math.ceil(-ahead / frameSamples) * frameSamples;
    if (back + this.bufferedSamples > jitterDepthFramesMax * frameSamples) return false;
    const isWanted = this.#delay.waited(this.#playTimestamp, nowSamples) + back <= this.#delay.wanted;
    if (!isWanted && this.bufferedSamples > 0 && this.#lateInARow < jitterLateInARowMax) return false;
    this.#playTimestamp = (this.#playTimestamp - back) >>> 0;
    this.#missingInARow = 0;
    this.#lateInARow = 0;
    this.#forgetSurplus();
    return true;
  }

  /** Over a window, how far the delay never fell below what was wanted: that much is of no use. */
  #shedSurplus(nowSamples: number): void {
    const surplus = this.#delay.waited(this.#playTimestamp, nowSamples) - this.#delay.wanted;
    if (surplus < this.#surplusSamples) this.#surplusSamples = surplus;
    this.#pullsInWindow += 1;
    if (this.#pullsInWindow < jitterSurplusWindowFrames) return;
    if (this.#surplusSamples >= frameSamples) {
      if (!this.#isQuiet() && !this.#isOverdue()) return;
      this.#advance();
      this.#isSpliced = true;
    }
    this.#forgetSurplus();
  }

  #forgetSurplus(): void {
    this.#surplusSamples = Infinity;
    this.#pullsInWindow = 0;
  }

  #isOverdue(): boolean {
    return this.#pullsInWindow >= jitterSurplusWindowFrames + jitterDropFramesMax;
  }

  /** All codes of the frame alike within the lowest segment: nobody will miss it. */
  #isQuiet(): boolean {
    const silence = this.#silence & 0x70;
    for (let index = 0; index < frameSamples; index += 4) {
      const at = (this.#playTimestamp + index) & ringMask;
      if (this.#present[at] === 1 && (this.#ring[at]! & 0x70) !== silence) return false;
    }
    return true;
  }

  #advance(): void {
    const start = this.#playTimestamp & ringMask;
    this.#present.fill(0, start, start + frameSamples);
    if (start + frameSamples > ringSamples) this.#present.fill(0, 0, start + frameSamples - ringSamples);
    this.#playTimestamp = (this.#playTimestamp + frameSamples) >>> 0;
  }

  /** Too much at once (the far end stalled and caught up): keep the newest part. */
  #cut(): void {
    const kept = Math.max(this.#delay.wanted, jitterDepthFramesDefault * frameSamples) + frameSamples;
    while (((this.#endTimestamp - this.#playTimestamp) | 0) > kept) this.#advance();
    this.#wasCut = true;
  }
}

function samplesAt(nowMs: number): number {
  return Math.round(nowMs * samplesPerMs) >>> 0;
}
