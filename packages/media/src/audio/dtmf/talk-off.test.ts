/** Speech and music make no digits: what a line mostly carries must never press a key. `SEATGRID_LONG` says a hundred times as much. */
import { execFileSync, spawnSync } from 'node:child_process';
import { randomInteger } from '@seatgrid/core/kernel/random.ts';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import { expect, test } from 'vitest';
import { frameSamples, sampleRateHz } from '../../frame.ts';
import { toTelephoneSamples } from '../convert-prompt.ts';
import { readWav } from '../wav.ts';
import { DigitDetector } from './digit-detector.ts';

const isLong = process.env['SEATGRID_LONG'] !== undefined;
const canSpeak = spawnSync('espeak-ng', ['--version']).status === 0;
if (!canSpeak) console.warn('SKIPPED: no espeak-ng, so no speech to be silent at');

const sentences: readonly (readonly [voice: string, text: string])[] = [
  [
    'en',
    'Thank you for calling. One two three four five six seven eight nine zero. She sells sea shells by the sea shore.',
  ],
  [
    'de',
    'Vielen Dank für Ihren Anruf. Eins zwei drei vier fünf sechs sieben acht neun null. Fischers Fritze fischt frische Fische.',
  ],
  ['fr', 'Merci de votre appel. Un deux trois quatre cinq six sept huit neuf zéro. Veuillez patienter.'],
  ['es', 'Gracias por llamar. Uno dos tres cuatro cinco seis siete ocho nueve cero. Tres tristes tigres.'],
  ['cmn-latn-pinyin', 'nin2 hao3, qing3 shao1 hou4. yi1 er4 san1 si4 wu3 liu4 qi1 ba1 jiu3 ling2.'],
  ['yue', '多謝你嘅來電。請稍等。一二三四五六七八九零。'],
];
const manners = ['', '+m3', '+m7', '+f2', '+f5', '+croak', '+whisper', '+klatt'];
const speeds = isLong ? [110, 140, 175, 200, 240] : [175];
const pitches = isLong ? [10, 30, 50, 70, 95] : [50];

function digitsIn(sound: Int16Array): string[] {
  const detector = new DigitDetector();
  const digits: string[] = [];
  for (let at = 0; at + frameSamples <= sound.length; at += frameSamples) {
    const { began } = detector.feed(sound.subarray(at, at + frameSamples));
    if (began !== undefined) digits.push(`${began} at ${(at / sampleRateHz).toFixed(2)} s`);
  }
  return digits;
}

test.skipIf(!canSpeak)('synthetic speech of many voices makes no digit', { timeout: 600_000 }, () => {
  let seconds = 0;
  for (const [voice, text] of sentences)
    for (const manner of isLong ? manners : manners.slice(seconds % 3, (seconds % 3) + 3))
      for (const speed of speeds)
        for (const pitch of pitches) {
          const options = ['-v', voice + manner, '-s', String(speed), '-p', String(pitch), '--stdout', text];
          const wav = readWav(execFileSync('espeak-ng', options, { maxBuffer: 1 << 26 }));
          if (!wav.ok) throw new Error(wav.failure.detail);
          const sound = toTelephoneSamples(wav.value);
          seconds += Math.round(sound.length / sampleRateHz);
          expect(digitsIn(sound), options.join(' ')).toEqual([]);
          expect(digitsIn(sound.map((sample) => sample >> 2)), `${options.join(' ')}, quietly`).toEqual([]);
        }
  console.log(`${seconds} s of speech, loud and quiet`);
  expect(seconds).toBeGreaterThan(60);
});

test('music of one to three voices with overtones makes no digit', () => {
  const random = createSeededRandom(77);
  const sound = new Int16Array(sampleRateHz * (isLong ? 3_600 : 120));
  for (let at = 0; at < sound.length;) {
    const samples = 800 + randomInteger(random, 4_000);
    const overtones = 1 + randomInteger(random, 6);
    const notes = Array.from(
      { length: 1 + randomInteger(random, 3) },
      () => 110 * 2 ** (randomInteger(random, 44) / 12),
    );
    for (let index = 0; index < samples && at + index < sound.length; index++) {
      let sum = 0;
      for (const hz of notes)
        for (let overtone = 1; overtone <= overtones; overtone++)
          if (hz * overtone < 3_600)
            sum += Math.sin((2 * Math.PI * hz * overtone * index) / sampleRateHz) / overtone;
      sound[at + index] = Math.round((4_000 * sum) / notes.length);
    }
    at += samples;
  }
  expect(digitsIn(sound)).toEqual([]);
});
