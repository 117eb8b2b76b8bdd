/**
 * Turns packets that come when they like into one frame every 20 ms. A ring of one octet a sample, indexed by RTP timestamp,
 * holds whatever was received, so packet length, order and duplicates do not matter to it. It does not decode: G.711 only.
 *
 * Delay adapts both ways. A packet that comes after its turn shifts the play-out back, so that its sound is still heard; a
 * surplus that lasts is cut by one frame, in a quiet one if it soon comes.
 */
import { frameSamples } from '../frame.ts';
import {
  jitterConcealedFramesMax,
  jitterDepthFramesDefault,
  jitterDepthFramesMax,
  jitterDropFramesMax,
  jitterSurplusWindowFrames,
} from '../limits.ts';

const ringSamples = 4_096;
const ringMask = ringSamples - 1;
/** A timestamp further away than this is another stream, not a late or early packet of this one. */
const leapSamples = ringSamples / 2;

export type PullOutcome =
  /** Nothing has come lately, or not yet enough to start. */
  | 'idle'
  /** All of the frame was received. */
  | 'received'
  /** Some or all of it is missing and must be concealed; `frame` holds what there is, `silence` elsewhere. */
  | 'missing';

export class JitterBuffer {
  readonly #ring = new Uint8Array(ringSamples);
  readonly #present = new Uint8Array(ringSamples);
  #silence: number;
  #state: 'idle' | 'filling' | 'playing' = 'idle';
  #playTimestamp = 0;
  #endTimestamp = 0;
  #packetSamples = frameSamples;
  readonly #depthFramesMin: number;
  #depthFrames: number;
  #missingInARow = 0;
  #surplusFrames = Infinity;
  #pullsInWindow = 0;
  #late = 0;

  constructor(silence: number, depthFrames: number = jitterDepthFramesDefault) {
    this.#silence = silence;
    this.#depthFramesMin = depthFrames;
    this.#depthFrames = depthFrames;
  }

  /** The next sample to play, in the source's timestamps; meaningful unless idle. */
  get playTimestamp(): number {
    return this.#playTimestamp;
  }

  get isPlaying(): boolean {
    return this.#state === 'playing';
  }

  /** Packets that came after their turn. */
  get late(): number {
    return this.#late;
  }

  get bufferedSamples(): number {
    return this.#state === 'idle' ? 0 : Math.max(0, (this.#endTimestamp - this.#playTimestamp) | 0);
  }

  /** Forgets everything; `silence` is the code that stands for nothing heard. */
  reset(silence: number = this.#silence): void {
    this.#silence = silence;
    this.#present.fill(0);
    this.#state = 'idle';
    this.#missingInARow = 0;
    this.#surplusFrames = Infinity;
    this.#pullsInWindow = 0;
  }

  /** Takes `codes[from..to)`, whose first sample has `timestamp`; `translate`, when given, maps each code. */
  put(timestamp: number, codes: Uint8Array, from: number, to: number, translate?: Uint8Array): void {
    const samples = to - from;
    if (samples <= 0 || samples > leapSamples) return;
    if (this.#state !== 'idle') {
      const ahead = (timestamp - this.#playTimestamp) | 0;
      if (ahead < -leapSamples || ahead + samples > leapSamples) this.reset();
    }
    if (this.#state === 'idle') {
      this.#state = 'filling';
      this.#playTimestamp = timestamp;
      this.#endTimestamp = timestamp;
    }
    let ahead = (timestamp - this.#playTimestamp) | 0;
    if (ahead < 0) {
      if (this.#state === 'filling') this.#playTimestamp = timestamp;
      else if (!this.#waitFor(ahead)) return;
      ahead = (timestamp - this.#playTimestamp) | 0;
    }
    this.#packetSamples = samples;
    for (let index = 0; index < samples; index++) {
      const code = codes[from + index]!;
      const at = (timestamp + index) & ringMask;
      this.#ring[at] = translate === undefined ? code : translate[code]!;
      this.#present[at] = 1;
    }
    const end = (timestamp + samples) >>> 0;
    if (((end - this.#endTimestamp) | 0) > 0) this.#endTimestamp = end;
    if (((this.#endTimestamp - this.#playTimestamp) | 0) > jitterDepthFramesMax * frameSamples) this.#cut();
  }

  /** The frame whose turn it is, copied to `frame` (20 ms long). Call once every 20 ms. */
  pull(frame: Uint8Array): PullOutcome {
    if (this.#state === 'idle') return 'idle';
    if (this.#state === 'filling') {
      // A packet must outlast the wait for the next one, so long packets need more than the plain depth.
      const wanted = Math.max(this.#depthFrames * frameSamples, this.#packetSamples + frameSamples);
      if (this.bufferedSamples < wanted) return 'idle';
      this.#state = 'playing';
    }
    this.#shedSurplus();
    const received = this.#take(frame);
    if (received === frameSamples) {
      this.#missingInARow = 0;
      return 'received';
    }
    this.#missingInARow += 1;
    if (this.#missingInARow > jitterConcealedFramesMax && this.bufferedSamples === 0) {
      this.reset();
      return 'idle';
    }
    return 'missing';
  }

  /** Every whole frame waiting to be played, in order, left where it is. */
  forEachWaiting(frame: Uint8Array, visit: () => void): void {
    const count = Math.floor(this.bufferedSamples / frameSamples);
    for (let turn = 0; turn < count; turn++) {
      let received = 0;
      const from = this.#playTimestamp + turn * frameSamples;
      for (let index = 0; index < frameSamples; index++) {
        const at = (from + index) & ringMask;
        received += this.#present[at]!;
        frame[index] = this.#present[at] === 1 ? this.#ring[at]! : this.#silence;
      }
      if (received > 0) visit();
    }
  }

  #take(frame: Uint8Array): number {
    let received = 0;
    const from = this.#playTimestamp;
    for (let index = 0; index < frameSamples; index++) {
      const at = (from + index) & ringMask;
      if (this.#present[at] === 1) {
        frame[index] = this.#ring[at]!;
        this.#present[at] = 0;
        received += 1;
      } else frame[index] = this.#silence;
    }
    this.#playTimestamp = (from + frameSamples) >>> 0;
    return received;
  }

  /** A packet `-ahead` samples late: play-out goes back to meet it, unless that would make the delay too long. */
  #waitFor(ahead: number): boolean {
    this.#late += 1;
    const backFrames = Math.ceil(-ahead / frameSamples);
    if (backFrames + this.bufferedSamples / frameSamples > jitterDepthFramesMax) return false;
    // Only sound that was missed is worth going back for: a stray duplicate of what was played is not.
    if (this.#missingInARow === 0) return false;
    this.#playTimestamp = (this.#playTimestamp - backFrames * frameSamples) >>> 0;
    this.#missingInARow = 0;
    this.#depthFrames = Math.min(jitterDepthFramesMax, this.#depthFrames + 1);
    this.#surplusFrames = Infinity;
    this.#pullsInWindow = 0;
    return true;
  }

  /** Over a window, how far play-out never ran below what was needed: that much delay is of no use. */
  #shedSurplus(): void {
    const spare = Math.floor((this.bufferedSamples - this.#packetSamples) / frameSamples);
    if (spare < this.#surplusFrames) this.#surplusFrames = spare;
    this.#pullsInWindow += 1;
    if (this.#pullsInWindow < jitterSurplusWindowFrames) return;
    if (this.#surplusFrames > this.#spareWanted && (this.#isQuiet() || this.#isOverdue())) {
      this.#discardFrame();
      if (this.#depthFrames > this.#depthFramesMin) this.#depthFrames -= 1;
    } else if (this.#surplusFrames > this.#spareWanted) return;
    this.#surplusFrames = Infinity;
    this.#pullsInWindow = 0;
  }

  get #spareWanted(): number {
    return this.#depthFramesMin - 1;
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

  #discardFrame(): void {
    for (let index = 0; index < frameSamples; index++)
      this.#present[(this.#playTimestamp + index) & ringMask] = 0;
    this.#playTimestamp = (this.#playTimestamp + frameSamples) >>> 0;
  }

  /** Too much at once (the far end stalled and caught up): keep the newest part. */
  #cut(): void {
    while (((this.#endTimestamp - this.#playTimestamp) | 0) > (this.#depthFrames + 1) * frameSamples)
      this.#discardFrame();
  }
}
