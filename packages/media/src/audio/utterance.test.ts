import { expect, test } from 'vitest';
import { frameMs, frameSamples } from '../frame.ts';
import { encodeG711, muLaw } from './g711.ts';
import { Utterance } from './utterance.ts';

type Stretch = readonly [kind: 'voice' | 'quiet' | 'noise' | 'lost', ms: number];
const meanOf = { voice: 2_000, quiet: 10, noise: 400 } as const;

/** A wave of this mean magnitude; words are told by their level alone. */
function frame(mean: number, at: number): Uint8Array {
  const samples = Int16Array.from({ length: frameSamples }, (_, index) =>
    Math.round(mean * 1.57 * Math.sin((2 * Math.PI * 200 * (at * frameSamples + index)) / 8_000)),
  );
  const codes = new Uint8Array(frameSamples);
  encodeG711(muLaw, samples, codes);
  return codes;
}

/** What was told at which millisecond, and how long the kept sound is. */
function told(stretches: readonly Stretch[], limits = { quietMs: 600, longestMs: 5_000 }) {
  const utterance = new Utterance(limits);
  const events: [string, number][] = [];
  let at = 0;
  for (const [kind, ms] of stretches)
    for (let left = ms / frameMs; left > 0; left--) {
      const heard = utterance.hear(kind === 'lost' ? undefined : frame(meanOf[kind], at));
      at += 1;
      if (heard) events.push([heard, at * frameMs]);
      if (heard === 'over') return { events, soundMs: utterance.sound().length / 8 };
    }
  return { events, soundMs: null };
}

test.each<[string, readonly Stretch[], readonly (readonly [string, number])[], number | null]>([
  ['silence is no utterance', [['quiet', 3_000]], [], null],
  ['a click is none', [['quiet', 500], ['voice', 60], ['quiet', 2_000]], [], null],
  ['a word is begun by its sixth frame of voice and over after the quiet', [['quiet', 1_000], ['voice', 400], ['quiet', 1_000]], [['began', 1_120], ['over', 2_000]], 1_080],
  ['a pause within a sentence does not end it', [['quiet', 100], ['voice', 300], ['quiet', 500], ['voice', 300], ['quiet', 700]], [['began', 220], ['over', 1_800]], 1_500],
  ['frames that never came are quiet', [['quiet', 100], ['voice', 300], ['lost', 700]], [['began', 220], ['over', 1_000]], 700],
  ['who never stops is cut', [['quiet', 100], ['voice', 9_000]], [['began', 220], ['over', 5_000]], 5_000],
  ['a line’s noise is no voice, and a voice above it is', [['noise', 4_000], ['voice', 400], ['noise', 1_000]], [['began', 4_120], ['over', 5_000]], 1_080],
  ['who speaks already is heard', [['voice', 400], ['quiet', 1_000]], [['began', 120], ['over', 1_000]], 700],
  ['noise that sets in is heard once, and then known', [['quiet', 100], ['noise', 9_000]], [['began', 220], ['over', 4_860]], 4_560],
])('%s', (_, stretches, events, soundMs) => {
  expect(told(stretches)).toEqual({ events, soundMs });
}); // prettier-ignore
