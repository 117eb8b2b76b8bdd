/** Sound of our own making, read a frame at a time: prompts, tones, music. No timers: whoever paces the call asks. */
import { frameMs, frameSamples, samplesPerMs } from '../../frame.ts';

export interface SoundSource {
  /** Fills the start of `frame` and returns how many samples; fewer than a frame means it is over. */
  read(frame: Int16Array): number;
}

/** One sound again and again, from where it was left. */
export class LoopingSound implements SoundSource {
  readonly #sound: Int16Array;
  #at = 0;

  constructor(sound: Int16Array) {
    this.#sound = sound;
  }

  read(frame: Int16Array): number {
    if (this.#sound.length === 0) return 0;
    for (let filled = 0; filled < frame.length;) {
      const part = this.#sound.subarray(this.#at, this.#at + frame.length - filled);
      frame.set(part, filled);
      filled += part.length;
      this.#at = (this.#at + part.length) % this.#sound.length;
    }
    return frame.length;
  }
}

/** Sounds one after another without a gap, then over. Until they are loaded it gives silence. */
export class SoundSequence implements SoundSource {
  #sounds: readonly Int16Array[] | undefined;
  #sound = 0;
  #at = 0;
  #played = 0;

  /** `undefined` while they are still being read. */
  constructor(sounds?: readonly Int16Array[]) {
    this.#sounds = sounds;
  }

  loaded(sounds: readonly Int16Array[]): void {
    this.#sounds = sounds;
  }

  /** Behind whatever it has. */
  add(sound: Int16Array): void {
    this.#sounds = [...(this.#sounds ?? []), sound];
  }

  get soundsLeft(): number {
    return (this.#sounds?.length ?? 0) - this.#sound;
  }

  get isLoaded(): boolean {
    return this.#sounds !== undefined;
  }

  get playedMs(): number {
    return Math.round(this.#played / samplesPerMs);
  }

  read(frame: Int16Array): number {
    if (this.#sounds === undefined) {
      frame.fill(0);
      return frame.length;
    }
    let filled = 0;
    while (filled < frame.length) {
      const sound = this.#sounds[this.#sound];
      if (sound === undefined) break;
      const part = sound.subarray(this.#at, this.#at + frame.length - filled);
      frame.set(part, filled);
      filled += part.length;
      this.#at += part.length;
      if (this.#at >= sound.length) {
        this.#sound += 1;
        this.#at = 0;
      }
    }
    this.#played += filled;
    return filled;
  }
}

export function silenceOf(durationMs: number): Int16Array {
  return new Int16Array(Math.max(0, Math.round(durationMs)) * samplesPerMs);
}

export const silentFrame = new Int16Array(frameSamples);

export function framesOf(durationMs: number): number {
  return Math.ceil(durationMs / frameMs);
}
