/**
 * Hold music of our own making: soft chords and a few bells, composed from a seed, that loop without a seam. 8 kHz, 16-bit,
 * mono; it stays within what a telephone carries.
 */
import { writeWav } from '@seatgrid/media/audio/wav.ts';
import { sampleRateHz } from '@seatgrid/media/frame.ts';

/** Scale degrees in semitones above the key, four chords each. */
const progressions = [
  [[0, 4, 7, 11], [9, 12, 16, 19], [5, 9, 12, 16], [7, 11, 14, 17]],
  [[0, 4, 7, 14], [4, 7, 11, 14], [5, 9, 12, 19], [0, 4, 7, 11]],
  [[0, 7, 12, 16], [5, 9, 12, 16], [2, 5, 9, 12], [7, 12, 14, 19]],
] as const; // prettier-ignore
const pentatonic = [0, 2, 4, 7, 9, 12, 14, 16] as const;
const keysHz = [220, 233.08, 246.94, 261.63] as const;
const barSecondsAbout = 3.75;
const beatsPerBar = 4;
/** About -12 dBFS at the loudest: music stays behind speech. */
const peak = 0.25;

/** A whole WAV file. The same seed makes the same music. */
export function renderDemoMusic(seed: number, seconds: number): Uint8Array {
  const chance = chances(seed);
  const length = Math.round(seconds * sampleRateHz);
  const mix = new Float32Array(length);
  const bars = Math.max(1, Math.round(seconds / barSecondsAbout));
  const barSamples = length / bars;
  const keyHz = keysHz[Math.floor(chance() * keysHz.length)]!;
  const progression = progressions[Math.floor(chance() * progressions.length)]!;

  for (let bar = 0; bar < bars; bar++) {
    const at = Math.round(bar * barSamples);
    for (const semitones of progression[bar % progression.length]!)
      addPad(mix, { at, hz: pitch(keyHz, semitones), samples: barSamples });
    for (let beat = 0; beat < beatsPerBar; beat++) {
      if (chance() > 0.55) continue;
      const semitones = 12 + pentatonic[Math.floor(chance() * pentatonic.length)]!;
      addBell(mix, { at: Math.round(at + (beat * barSamples) / beatsPerBar), hz: pitch(keyHz, semitones) });
    }
  }
  return writeWav(toSamples(mix), sampleRateHz);
}

function pitch(keyHz: number, semitones: number): number {
  return keyHz * 2 ** (semitones / 12);
}

/** Swells in, and out into the next bar; what passes the end comes round to the beginning. */
function addPad(mix: Float32Array, note: { at: number; hz: number; samples: number }): void {
  const fade = Math.round(note.samples * 0.4);
  const whole = Math.round(note.samples) + fade;
  const turn = (2 * Math.PI * note.hz) / sampleRateHz;
  for (let index = 0; index < whole; index++) {
    const edge = Math.min(1, index / fade, (whole - index) / fade);
    const swell = edge * edge * (3 - 2 * edge);
    // Two voices a shade apart beat slowly against each other, which sounds warm.
    const tone =
      Math.sin(turn * index) + 0.6 * Math.sin(turn * 1.003 * index) + 0.25 * Math.sin(2 * turn * index);
    mix[(note.at + index) % mix.length]! += 0.3 * swell * tone;
  }
}

function addBell(mix: Float32Array, note: { at: number; hz: number }): void {
  const whole = Math.min(mix.length, Math.round(1.6 * sampleRateHz));
  const turn = (2 * Math.PI * note.hz) / sampleRateHz;
  for (let index = 0; index < whole; index++) {
    const seconds = index / sampleRateHz;
    const ring = Math.min(1, index / 40) * Math.exp(-3 * seconds) * (1 - index / whole);
    mix[(note.at + index) % mix.length]! +=
      0.35 * ring * (Math.sin(turn * index) + 0.3 * Math.exp(-4 * seconds) * Math.sin(3 * turn * index));
  }
}

function toSamples(mix: Float32Array): Int16Array {
  let loudest = 0;
  for (const value of mix) loudest = Math.max(loudest, Math.abs(value));
  const gain = loudest === 0 ? 0 : (peak * 0x7fff) / loudest;
  return Int16Array.from(mix, (value) => Math.round(value * gain));
}

/** A composer's dice, not a source of secrets: a multiplicative congruential generator (modulus 2^31 - 1). */
function chances(seed: number): () => number {
  let state = (Math.abs(Math.trunc(seed)) % 2_147_483_646) + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
