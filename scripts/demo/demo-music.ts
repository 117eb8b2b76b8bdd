/** Hold music of our own: a plucked line over a quiet drone, made from a few numbers, so that no recording has to be licensed. */
import { writeWav } from '@seatgrid/media/audio/wav.ts';

export interface DemoMusic {
  readonly name: string;
  readonly beatsPerMinute: number;
  /** Semitones above the root, one an eighth note. */
  readonly notes: readonly number[];
  readonly rootHz: number;
}

const rateHz = 16_000;
const pluckAmplitude = 0.11;
const droneAmplitude = 0.035;
const decayPerSecond = 3.2;

/** 16-bit mono samples at 16 kHz: the line twice, the second time an octave up in every fourth note. Ends where it began. */
export function renderMusic(music: DemoMusic): Int16Array {
  const noteSamples = Math.round((rateHz * 30) / music.beatsPerMinute);
  const line = [...music.notes, ...music.notes.map((note, at) => (at % 4 === 3 ? note + 12 : note))];
  const sound = new Float64Array(noteSamples * line.length);
  line.forEach((note, at) => pluck(sound, at * noteSamples, music.rootHz * 2 ** (note / 12)));
  for (let at = 0; at < sound.length; at++) {
    // A whole number of periods, so that the loop has no click.
    const turns = Math.round((music.rootHz / 2) * (sound.length / rateHz));
    sound[at]! += droneAmplitude * Math.sin((2 * Math.PI * turns * at) / sound.length);
  }
  return Int16Array.from(sound, (value) => Math.round(Math.max(-1, Math.min(1, value)) * 0x7fff));
}

/** One decaying note; what rings past the end is heard at the beginning. */
function pluck(sound: Float64Array, from: number, hz: number): void {
  for (let at = 0; at < rateHz * 1.8; at++) {
    const seconds = at / rateHz;
    const attack = Math.min(1, seconds / 0.004);
    const level = pluckAmplitude * attack * Math.exp(-decayPerSecond * seconds);
    const turn = 2 * Math.PI * hz * seconds;
    const index = (from + at) % sound.length;
    sound[index]! += level * (Math.sin(turn) + 0.35 * Math.sin(2 * turn) + 0.12 * Math.sin(3 * turn));
  }
}

/** Two falling tones before the welcome. */
export function renderChime(): Int16Array {
  const sound = new Float64Array(rateHz * 1.2);
  const strike = (from: number, hz: number) => {
    for (let at = from; at < sound.length; at++) {
      const seconds = (at - from) / rateHz;
      sound[at]! +=
        0.2 * Math.min(1, seconds / 0.003) * Math.exp(-5 * seconds) * Math.sin(2 * Math.PI * hz * seconds);
    }
  };
  strike(0, 880);
  strike(Math.round(rateHz * 0.35), 698.46);
  return Int16Array.from(sound, (value) => Math.round(value * 0x7fff));
}

export const toWav = (samples: Int16Array) => new Uint8Array(writeWav(samples, rateHz));
