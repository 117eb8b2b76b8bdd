/** A line that talks is only glanced at; a tone on it is known all the same. */
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import { expect, test } from 'vitest';
import { frameSamples, sampleRateHz, samplesPerMs } from '../../frame.ts';
import { muLaw } from '../g711.ts';
import { countries, type Country } from './country-tones.ts';
import { LineTones } from './line-tones.ts';
import { progressTone } from './progress-tone.ts';
import type { RecognisedTone } from './tone-recogniser.ts';

/** Something like a voice: a pitch that wanders, its overtones, and pauses. */
function voice(durationMs: number): Int16Array {
  const octets = createSeededRandom(33).bytes(4_096);
  let phase = 0;
  return Int16Array.from({ length: durationMs * samplesPerMs }, (_, at) => {
    const syllable = Math.floor(at / (0.18 * sampleRateHz));
    const hz = 110 + (octets[syllable % octets.length]! % 90) + 20 * Math.sin(at / 900);
    phase += (2 * Math.PI * hz) / sampleRateHz;
    const isPause = octets[(7 * syllable) % octets.length]! < 60;
    const hiss = octets[(at * 31) % octets.length]! - 128;
    if (isPause) return hiss / 8;
    let sum = 0;
    for (let overtone = 1; overtone <= 12; overtone++) sum += Math.sin(overtone * phase) / overtone;
    return 2_500 * sum + 4 * hiss;
  });
}

/** Each tone that is said, and how long after the beginning of `samples`. */
function heard(line: LineTones, samples: Int16Array, packetSamples: number, fromTimestamp: number) {
  const said: { readonly tone: RecognisedTone; readonly atMs: number }[] = [];
  for (let at = 0; at + packetSamples <= samples.length; at += packetSamples) {
    const packet = Uint8Array.from(
      samples.subarray(at, at + packetSamples),
      (sample) => muLaw.codes[sample & 0xffff]!,
    );
    const tone = line.hear(packet, {
      codec: muLaw,
      timestamp: fromTimestamp + at,
      from: 0,
      to: packetSamples,
    });
    if (tone !== undefined) said.push({ tone, atMs: at / samplesPerMs });
  }
  return said;
}

const talkMs = 90_000;
const talk = voice(talkMs);

function busyOf(country: Country, durationMs: number): Int16Array {
  const once = progressTone('busy', country);
  return Int16Array.from({ length: durationMs * samplesPerMs }, (_, at) => once[at % once.length]!);
}

test.each([80, 160, 240])(
  'after long talk, in packets of %i samples, a busy line is known within seconds',
  (packetSamples) => {
    const line = new LineTones('cn');
    expect(heard(line, talk, packetSamples, 0)).toEqual([]);
    const [first] = heard(line, busyOf('cn', 8_000), packetSamples, talk.length);
    expect(first?.tone).toBe('busy');
    expect(first!.atMs).toBeLessThan(4_000);
  },
);

test('so is that of other countries, as surely as by whoever never looked away', () => {
  const wrong: Country[] = [];
  for (const country of countries.filter((_, index) => index % 4 === 0)) {
    const attentive = heard(new LineTones(country), busyOf(country, 10_000), frameSamples, 0)[0];
    const line = new LineTones(country);
    heard(line, talk.subarray(0, 40_000 * samplesPerMs), frameSamples, 0);
    const [late] = heard(line, busyOf(country, 10_000), frameSamples, 40_000 * samplesPerMs);
    if (late?.tone !== attentive?.tone) wrong.push(country);
  }
  expect(wrong).toEqual([]);
});
