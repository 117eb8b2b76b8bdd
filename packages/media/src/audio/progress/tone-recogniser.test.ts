/** Every country's tones, off as far as E.180 lets exchanges be, through µ-law and noise: each is known for what it is. */
import { spawnSync } from 'node:child_process';
import { randomInteger } from '@seatgrid/core/kernel/random.ts';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import { findTones } from '@seatgrid/testkit/tone-finder.ts';
import { expect, test } from 'vitest';
import { frameSamples, sampleRateHz, samplesPerMs } from '../../frame.ts';
import { toTelephoneSamples } from '../convert-prompt.ts';
import { muLaw } from '../g711.ts';
import { readWav } from '../wav.ts';
import { countries, informationTone, readCadence, tonesOf, type Country } from './country-tones.ts';
import { progressTone } from './progress-tone.ts';
import { ToneRecogniser, type RecognisedTone } from './tone-recogniser.ts';

interface Step {
  readonly frequenciesHz: readonly number[];
  readonly swellHz?: number | undefined;
  readonly ms: number;
}

const silence = (ms: number): Step => ({ frequenciesHz: [], ms });
const random = createSeededRandom(180);
let state = randomInteger(random, 0x1_0000_0000);
const chance = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 0x1_0000_0000;
const within = (share: number) => 1 + share * (2 * chance() - 1);

/** The steps again and again, every part of the rhythm and the pitch off by chance. */
function sound(
  steps: readonly Step[],
  options: { readonly durationMs: number; readonly isOff: boolean },
): Int16Array {
  const { durationMs, isOff } = options;
  const pitch = isOff ? within(0.015) : 1;
  const on = isOff ? within(0.15) : 1;
  const off = isOff ? within(0.15) : 1;
  const amplitude = 32_124 * 10 ** ((-8 - 22 * chance() - 3.17) / 20);
  const samples = new Int16Array(durationMs * samplesPerMs);
  let at = 0;
  for (let step = 0; at < samples.length; step++) {
    const { frequenciesHz, swellHz, ms } = steps[step % steps.length]!;
    const end = at + Math.round(ms * samplesPerMs * (frequenciesHz.length > 0 ? on : off));
    for (; at < Math.min(end, samples.length); at++) {
      let sum = 60 * (chance() - 0.5);
      const swell =
        swellHz === undefined ? 1 : (1 + 0.8 * Math.sin((2 * Math.PI * swellHz * at) / sampleRateHz)) / 1.8;
      for (const hz of frequenciesHz)
        sum += amplitude * swell * Math.sin((2 * Math.PI * hz * pitch * at) / sampleRateHz);
      samples[at] = muLaw.samples[muLaw.codes[Math.round(sum) & 0xffff]!]!;
    }
  }
  return samples;
}

function recognised(country: Country, samples: Int16Array): RecognisedTone[] {
  const recogniser = new ToneRecogniser(country);
  const tones: RecognisedTone[] = [];
  for (let at = 0; at + frameSamples <= samples.length; at += frameSamples) {
    const tone = recogniser.feed(samples.subarray(at, at + frameSamples));
    if (tone !== undefined) tones.push(tone);
  }
  return tones;
}

function stepsOf(country: Country, tone: 'ringback' | 'busy' | 'congestion'): Step[] {
  const { frequenciesHz, swellHz, pairs } = readCadence(tonesOf(country)[tone]);
  return pairs.flatMap(({ onMs, offMs }) => [{ frequenciesHz, swellHz, ms: onMs }, silence(offMs)]);
}

const information: readonly Step[] = [
  ...informationTone.frequenciesHz.map((hz) => ({ frequenciesHz: [hz], ms: informationTone.eachMs })),
  silence(informationTone.pauseMs),
];

test('of all tones of all countries, off by up to 1.5 % in pitch and 15 % in rhythm, 99 in 100 are known', () => {
  let heard = 0;
  const wrong: string[] = [];
  for (const country of countries)
    for (const tone of ['ringback', 'busy', 'congestion', 'information'] as const)
      for (let round = 0; round < 3; round++) {
        const steps = tone === 'information' ? information : stepsOf(country, tone);
        const [first, ...more] = recognised(
          country,
          sound(steps, { durationMs: tone === 'ringback' ? 9_000 : 7_000, isOff: true }),
        );
        // Some countries sound alike for both: no ear tells them apart.
        const { busy, congestion } = tonesOf(country);
        const isAlike = busy === congestion && tone === 'congestion';
        heard += 1;
        if (first !== (isAlike ? 'busy' : tone) || more.length > 0)
          wrong.push(`${country} ${tone}: ${[first, ...more].join()}`);
      }
  console.log(`${heard - wrong.length} of ${heard} tones known`, wrong);
  expect(heard).toBeGreaterThan(480);
  expect(wrong.length / heard).toBeLessThanOrEqual(0.01);
});

test.each(countries)('what we play ourselves is known for what it is: %s', (country) => {
  for (const tone of ['ringback', 'busy', 'congestion', 'information'] as const) {
    const cycle = progressTone(tone, country);
    const samples = new Int16Array(9 * sampleRateHz);
    for (let at = 0; at < samples.length; at += cycle.length)
      samples.set(cycle.subarray(0, Math.min(cycle.length, samples.length - at)), at);
    const { busy, congestion } = tonesOf(country);
    expect(recognised(country, samples)).toEqual([
      tone === 'congestion' && busy === congestion ? 'busy' : tone,
    ]);
  }
  expect(recognised(country, sound(dialSteps(country), { durationMs: 4_000, isOff: false }))).toEqual([]);
});

/** Only dial tones without a rhythm: others sound like what they are not. */
function dialSteps(country: Country): Step[] {
  const { frequenciesHz, swellHz } = readCadence(tonesOf(country).dial);
  return [{ frequenciesHz, swellHz, ms: 1_000 }];
}

test('ringback of China is one second of 450 Hz in five, and of the United States two of 440 and 480 in six', () => {
  const china = progressTone('ringback', 'cn');
  expect(china.length).toBe(40_000);
  expect(findTones(china.subarray(0, 8_000), { frequenciesHz: [400, 450, 500] })).toEqual([450]);
  expect(china.subarray(8_000).every((sample) => sample === 0)).toBe(true);
  const states = progressTone('ringback', 'us');
  expect(states.length).toBe(48_000);
  expect(findTones(states.subarray(0, 16_000), { frequenciesHz: [350, 440, 480] })).toEqual([440, 480]);
});

test('a fax that calls and a modem that answers are known in every country', () => {
  const calling = [{ frequenciesHz: [1_100], ms: 500 }, silence(3_000)];
  const answering = [silence(400), { frequenciesHz: [2_100], ms: 3_300 }];
  for (const country of countries) {
    expect(recognised(country, sound(calling, { durationMs: 5_000, isOff: true }))).toEqual(['fax-calling']);
    expect(recognised(country, sound(answering, { durationMs: 3_000, isOff: false }))).toEqual([
      'modem-answering',
    ]);
  }
});

test('ringing, then speech, then busy: each is said once, in order', () => {
  const parts = [
    sound(stepsOf('cn', 'ringback'), { durationMs: 10_000, isOff: false }),
    sound([{ frequenciesHz: [180, 520, 760, 1_330], ms: 400 }, silence(70)], {
      durationMs: 3_000,
      isOff: false,
    }),
    sound(stepsOf('cn', 'busy'), { durationMs: 6_000, isOff: false }),
  ];
  expect(recognised('cn', Int16Array.from(parts.flatMap((part) => [...part])))).toEqual(['ringback', 'busy']);
});

test.skipIf(spawnSync('espeak-ng', ['--version']).status !== 0)('speech is no tone in any country', () => {
  const text = 'Thank you for calling. One two three four five. We were away a year ago. Mmm, aah, no, no.';
  for (const voice of ['en', 'en+f2', 'de', 'cmn-latn-pinyin']) {
    const wav = readWav(
      spawnSync('espeak-ng', ['-v', voice, '--stdout', text], { maxBuffer: 1 << 26 }).stdout,
    );
    if (!wav.ok) throw new Error(wav.failure.detail);
    const speech = toTelephoneSamples(wav.value);
    for (const country of countries) expect(recognised(country, speech), `${voice} ${country}`).toEqual([]);
  }
});
