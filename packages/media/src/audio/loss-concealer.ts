/**
 * Sound in place of packets that never came: ITU-T G.711 Appendix I. The last pitch period heard is repeated, then the last two,
 * then three, fading until nothing is left after 60 ms; what comes after the gap is overlapped with it. It is called only where
 * something is missing: of undisturbed sound it knows nothing.
 *
 * Appendix I delays all sound by 3.75 ms so that the tail already heard can still be bent towards the repetition. That
 * tail is offered as `tail`; who has no such delay eases the first samples instead (`easeFrom`).
 */
import { samplesPerMs } from '../frame.ts';

/** The Recommendation's frame: 10 ms. */
export const concealmentSamples = 10 * samplesPerMs;
const pitchMin = 40;
const pitchMax = 120;
/** A quarter of a pitch period is overlapped, so at most this much. */
const overlapMax = pitchMax >> 2;
/** How much of what was heard it wants to see: three of the longest periods and an overlap. */
export const historySamples = 3 * pitchMax + overlapMax;
const correlationSamples = 160;
/** The coarse search looks at every second lag and sample. */
const decimation = 2;
const powerMin = 250;
/** The overlap after a gap grows by this for each frame the gap was long. */
const overlapGrowth = 32;
const fadePerFrame = 0.2;
/** Frames after which nothing is left to fade. */
const audibleFramesMax = 6;
/** Only so many periods are taken in; more would turn up sound that is too old. */
const periodsMax = 3;

export class LossConcealer {
  /** What was heard, its end bent so that the last period can be repeated without a step. */
  readonly #sound = new Float32Array(historySamples);
  /** The end as it was heard. */
  readonly #lastQuarter = new Float32Array(overlapMax);
  readonly #carried = new Float32Array(concealmentSamples);
  #frames = 0;
  #pitch = pitchMin;
  #overlap = pitchMin >> 2;
  #loop = pitchMin;
  #at = 0;

  get isConcealing(): boolean {
    return this.#frames > 0;
  }

  /** What the last samples before the gap become where they can still be changed. */
  get tail(): Float32Array {
    return this.#sound.subarray(historySamples - this.#overlap);
  }

  /** Goes back to the beginning of the gap: sound follows at once after all. */
  rewind(): void {
    this.#at = 0;
  }

  /** Forgets a gap that sound no longer follows. */
  reset(): void {
    this.#frames = 0;
  }

  /** Fills `frame` with the next 10 ms of a gap; `history` ends where it begins, and is looked at in its first frame only. */
  conceal(history: Int16Array, frame: Int16Array): void {
    if (this.#frames === 0) this.#begin(history);
    else if (this.#frames < periodsMax) {
      this.#addPeriod(frame);
      return;
    }
    if (this.#frames >= audibleFramesMax) frame.fill(0);
    else {
      this.#repeat(frame, concealmentSamples);
      if (this.#frames > 0) this.#fade(frame);
    }
    this.#frames += 1;
  }

  /** The first 10 ms heard after a gap, overlapped in place with what would have gone on. */
  recover(frame: Int16Array): void {
    const samples = Math.min(concealmentSamples, this.#overlap + (this.#frames - 1) * overlapGrowth);
    this.#repeat(this.#carried, samples);
    const gain = Math.max(0, 1 - (this.#frames - 1) * fadePerFrame);
    for (let index = 0; index < samples; index++) {
      const weight = (index + 1) / samples;
      frame[index] = clipped((1 - weight) * gain * this.#carried[index]! + weight * frame[index]!);
    }
    this.#frames = 0;
  }

  #begin(history: Int16Array): void {
    this.#sound.set(history);
    this.#pitch = this.#findPitch();
    this.#overlap = this.#pitch >> 2;
    this.#lastQuarter.set(this.#sound.subarray(historySamples - this.#overlap));
    this.#at = 0;
    this.#loop = this.#pitch;
    this.#bendEnd();
  }

  /** Frames two and three bring an older period in, because one alone would sound like a buzzer. */
  #addPeriod(frame: Int16Array): void {
    const before = this.#at;
    this.#repeat(this.#carried, this.#overlap);
    this.#at = before;
    while (this.#at > this.#pitch) this.#at -= this.#pitch;
    this.#loop += this.#pitch;
    this.#bendEnd();
    this.#repeat(frame, concealmentSamples);
    for (let index = 0; index < this.#overlap; index++) {
      const weight = (index + 1) / this.#overlap;
      frame[index] = clipped((1 - weight) * Math.trunc(this.#carried[index]!) + weight * frame[index]!);
    }
    this.#fade(frame);
    this.#frames += 1;
  }

  /** The end of the loop goes over into what stands before its beginning. */
  #bendEnd(): void {
    const sound = this.#sound;
    const end = historySamples - this.#overlap;
    for (let index = 0; index < this.#overlap; index++) {
      const weight = (index + 1) / this.#overlap;
      const before = sound[end - this.#loop + index]!;
      sound[end + index] = clipped((1 - weight) * this.#lastQuarter[index]! + weight * before);
    }
  }

  #repeat(into: Int16Array | Float32Array, samples: number): void {
    const start = historySamples - this.#loop;
    for (let index = 0; index < samples; index++) {
      into[index] = this.#sound[start + this.#at]!;
      this.#at = this.#at + 1 === this.#loop ? 0 : this.#at + 1;
    }
  }

  #fade(frame: Int16Array): void {
    let gain = 1 - (this.#frames - 1) * fadePerFrame;
    for (let index = 0; index < concealmentSamples; index++) {
      frame[index] = frame[index]! * gain;
      gain -= fadePerFrame / concealmentSamples;
    }
  }

  /** The lag at which the last 20 ms are most like what came before, first coarsely, then around the best. */
  #findPitch(): number {
    const range = pitchMax - pitchMin;
    const coarse = this.#bestOffset(0, range, decimation);
    const around = decimation - 1;
    return pitchMax - this.#bestOffset(Math.max(0, coarse - around), Math.min(range, coarse + around), 1);
  }

  #bestOffset(from: number, to: number, step: number): number {
    const sound = this.#sound;
    const now = historySamples - correlationSamples;
    const first = now - pitchMax;
    let best = from;
    let bestLikeness = -Infinity;
    for (let offset = from; offset <= to; offset += step) {
      let power = 0;
      let correlation = 0;
      for (let index = 0; index < correlationSamples; index += step) {
        const then = sound[first + offset + index]!;
        power += then * then;
        correlation += then * sound[now + index]!;
      }
      const likeness = correlation / Math.sqrt(Math.max(power, powerMin));
      // The coarse search prefers the shorter of two equal lags.
      if (likeness > bestLikeness || (step > 1 && likeness === bestLikeness)) {
        bestLikeness = likeness;
        best = offset;
      }
    }
    return best;
  }
}

/** Lets the first samples after `last` leave from it, where the sound itself begins elsewhere. */
export function easeFrom(last: number, frame: Int16Array): void {
  const step = last - frame[0]!;
  for (let index = 0; index < overlapMax; index++)
    frame[index] = clipped(frame[index]! + step * (1 - (index + 1) / (overlapMax + 1)));
}

function clipped(value: number): number {
  return value > 0x7fff ? 0x7fff : value < -0x8000 ? -0x8000 : value;
}
