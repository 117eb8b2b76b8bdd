/**
 * How late packets come, over the quickest of late: what a play-out must wait so that most are there in time. Times are
 * samples. Kept as a histogram that forgets, so that a bad moment weighs for about ten seconds.
 */
import { frameSamples, samplesPerMs } from '../frame.ts';
import { jitterDepthFramesDefault, jitterDepthFramesMax, jitterInTimeShare } from '../limits.ts';

const binSamples = 2 * samplesPerMs;
const bins = Math.ceil((jitterDepthFramesMax * frameSamples) / binSamples);
/** What one packet counts against the next. */
const growth = 1.002;
const weightMax = 1e9;
/** The quickest is sought among the last one to two times as many packets, so that a clock running off is followed. */
const quickestPackets = 250;
/** The wanted delay is worked out anew after so many packets, and not from fewer than a few. */
const packetsPerLook = 10;
const packetsMin = 25;
const leastSamples = (jitterDepthFramesDefault - 1) * frameSamples;
/** Further from the others than this it is another time line. */
const leapSamples = 2_048;
const unmade = new Float64Array(0);

export class ArrivalDelay {
  /** Made with the first packet. */
  #weights = unmade;
  #total = 0;
  #weight = 1;
  #isKnown = false;
  /** Arrival less timestamp, modulo 2^32, of the quickest packet of this window and the one before. */
  #quickest = 0;
  #quickestBefore = 0;
  #packets = 0;
  #wanted = leastSamples;

  /** The time line has changed; how much packets scatter has not. */
  restart(): void {
    this.#isKnown = false;
    this.#packets = 0;
  }

  note(timestamp: number, nowSamples: number): void {
    const transit = (nowSamples - timestamp) | 0;
    if (!this.#isKnown || Math.abs((transit - this.#least) | 0) > leapSamples) {
      this.#isKnown = true;
      this.#quickest = transit;
      this.#quickestBefore = transit;
      this.#packets = 0;
    }
    if (((transit - this.#quickest) | 0) < 0) this.#quickest = transit;
    this.#count((transit - this.#least) | 0);
    this.#packets += 1;
    if (this.#packets % packetsPerLook === 0 && this.#total >= packetsMin) this.#look();
    if (this.#packets < quickestPackets) return;
    this.#packets = 0;
    this.#quickestBefore = this.#quickest;
    this.#quickest = transit;
  }

  /** What the sample of `timestamp` would have waited, were it played now and had it come as quickly as any. */
  waited(timestamp: number, nowSamples: number): number {
    return this.#isKnown ? (nowSamples - timestamp - this.#least) | 0 : 0;
  }

  /** What it should wait. */
  get wanted(): number {
    return this.#wanted;
  }

  /** The timestamp a packet that came as quickly as any would have now. */
  timestampAt(nowSamples: number): number {
    return (nowSamples - this.#least) >>> 0;
  }

  get #least(): number {
    return ((this.#quickest - this.#quickestBefore) | 0) < 0 ? this.#quickest : this.#quickestBefore;
  }

  #count(delay: number): void {
    if (this.#weights === unmade) this.#weights = new Float64Array(bins);
    this.#weights[Math.min(bins - 1, Math.max(0, Math.floor(delay / binSamples)))]! += this.#weight;
    this.#total += this.#weight;
    this.#weight *= growth;
    if (this.#weight < weightMax) return;
    for (let bin = 0; bin < bins; bin++) this.#weights[bin]! /= weightMax;
    this.#total /= weightMax;
    this.#weight /= weightMax;
  }

  #look(): void {
    let sum = 0;
    let bin = 0;
    while (bin < bins - 1 && (sum += this.#weights[bin]!) < jitterInTimeShare * this.#total) bin += 1;
    this.#wanted = Math.max(leastSamples, (bin + 1) * binSamples);
  }
}
