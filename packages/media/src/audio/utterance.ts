/**
 * What one party says when it is their turn: begun by so much voice, over after so much quiet, and kept with the moment before,
 * so that no first syllable is lost. Told a frame a tick; knows nothing of words.
 */
import { frameMs, frameSamples } from '../frame.ts';
import { utteranceEdgeMs } from '../limits.ts';
import { muLaw } from './g711.ts';
import { meanMagnitude, voiceMeanMin } from './has-voice.ts';

export interface UtteranceLimits {
  /** It is over when nothing was said for so long. */
  readonly quietMs: number;
  /** It is cut there. */
  readonly longestMs: number;
}

/** So many of the last `lookedAtFrames` have voice: a word, not a click, nor the end of an echo. */
const voicedFramesMin = 6;
const lookedAtFrames = 10;
const edgeFrames = utteranceEdgeMs / frameMs;
/** A voice stands out from the line’s own noise by so much; the noise is the quietest that was heard lately. */
const aboveNoise = 2.5;
const noiseGrowth = 1.01;
const noiseMin = 20;
/** Whoever is louder speaks, even where there was never a quiet moment to compare with. */
const noiseMax = 300;

export class Utterance {
  readonly #quietFrames: number;
  readonly #longestFrames: number;
  #frames: Uint8Array[] = [];
  /** Of the last frames, whether each had voice. */
  #recent: boolean[] = [];
  /** Who is asked something is quiet at first. */
  #noise = Infinity;
  #hasBegun = false;
  #quietFor = 0;

  constructor({ quietMs, longestMs }: UtteranceLimits) {
    this.#quietFrames = Math.ceil(quietMs / frameMs);
    this.#longestFrames = Math.ceil(longestMs / frameMs);
  }

  /** One frame of µ-law codes; undefined is one that never came. */
  hear(codes: Uint8Array | undefined): 'began' | 'over' | undefined {
    const isVoiced = codes !== undefined && this.#isVoice(codes);
    // The caller's own memory: what is handed in is written over with the next frame.
    this.#frames.push(codes === undefined ? silence : codes.slice());
    if (!this.#hasBegun) return this.#wait(isVoiced);
    this.#quietFor = isVoiced ? 0 : this.#quietFor + 1;
    return this.#quietFor >= this.#quietFrames || this.#frames.length >= this.#longestFrames
      ? 'over'
      : undefined;
  }

  /** µ-law codes of all of it, the silence at its end cut. */
  sound(): Uint8Array {
    const frames = this.#frames.slice(0, this.#frames.length - Math.max(0, this.#quietFor - edgeFrames));
    const sound = new Uint8Array(frames.length * frameSamples);
    frames.forEach((frame, index) => sound.set(frame, index * frameSamples));
    return sound;
  }

  #wait(isVoiced: boolean): 'began' | undefined {
    this.#recent = [...this.#recent.slice(1 - lookedAtFrames), isVoiced];
    if (this.#frames.length > edgeFrames + lookedAtFrames) this.#frames.shift();
    if (this.#recent.filter(Boolean).length < voicedFramesMin) return undefined;
    this.#hasBegun = true;
    return 'began';
  }

  #isVoice(codes: Uint8Array): boolean {
    const mean = meanMagnitude(codes);
    this.#noise = Math.max(noiseMin, Math.min(mean, noiseMax, this.#noise * noiseGrowth));
    return mean >= Math.max(voiceMeanMin, aboveNoise * this.#noise);
  }
}

const silence = new Uint8Array(frameSamples).fill(muLaw.silence);
