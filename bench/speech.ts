/**
 * How what is spoken is understood by another ear: sentences by each voice, as a telephone has them, recognised by a real server of
 * OpenAI's protocol; the share of words (English) or syllables (Chinese) it heard otherwise, and what a second of speech costs.
 * `SEATGRID_RECOGNISER=http://127.0.0.1:8000/v1 node bench/speech.ts [--quick]`. Kokoro is measured where `./seatgrid voices` installed it.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { espeak, espeakVoice } from '@seatgrid/adapters/speech/espeak.ts';
import { Kokoro } from '@seatgrid/adapters/speech/kokoro/kokoro.ts';
import type { Tongue } from '@seatgrid/core/spoken/tongue.ts';
import { spokenWords } from '@seatgrid/edge-node/speech/spoken-words.ts';
import { toTelephoneSpeech } from '@seatgrid/media/audio/telephone-speech.ts';
import { wallClock } from '@seatgrid/testkit/wall-clock.ts';
import { calibrate } from './rig/calibrate.ts';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const recogniser = process.env['SEATGRID_RECOGNISER']?.replace(/\/$/, '');
const never = new AbortController().signal;
/** One sentence. */
const recogniseMaxMs = 60_000;
/** Without figures: a recogniser writes those as it likes. */
const sentences: Readonly<Record<Tongue, readonly string[]>> = {
  english: [
    'Thank you for calling, all our agents are busy at the moment.',
    'Please say in a few words what your call is about.',
    'Your order has left our warehouse and will arrive tomorrow morning.',
    'The office is closed today because of the public holiday.',
    'Mister Smith, your balance has been paid in full.',
  ],
  mandarin: [
    '感谢您的来电，所有座席正忙，请稍候。',
    '请用几个字说明您要咨询的问题。',
    '您的订单已经发货，预计明天上午送达。',
    '今天是法定节假日，办公室不办公。',
    '王小明先生，您的账单已经全部付清。',
  ],
  cantonese: ['多謝你嘅來電，請你等一等。', '你嘅訂單聽日上晝會送到。', '今日係公眾假期，我哋唔開門。'],
};
const languages: Readonly<Record<Tongue, string>> = { english: 'en', mandarin: 'zh', cantonese: 'zh' };

interface Row {
  readonly voice: string;
  readonly tongue: Tongue;
  readonly sentences: number;
  /** Of the words or syllables spoken. */
  readonly otherwise: number;
  /** Seconds of work for a second of speech. */
  readonly cost: number;
}
type Speak = (text: string) => Promise<Uint8Array>;

async function measured(voice: string, tongue: Tongue, speak: Speak): Promise<Row> {
  let [wrong, spoken, workMs, soundMs] = [0, 0, 0, 0];
  const all = values.quick ? sentences[tongue].slice(0, 2) : sentences[tongue];
  for (const text of all) {
    const startedMs = performance.now();
    const made = await speak(text);
    workMs += performance.now() - startedMs;
    const sound = toTelephoneSpeech(made);
    if (!sound.ok) throw new Error(sound.failure.detail);
    soundMs += sound.value.length / 16;
    const meant = await unitsOf(text, tongue);
    const heard = await unitsOf(await recognised(sound.value, languages[tongue]), tongue);
    wrong += distance(meant, heard);
    spoken += meant.length;
  }
  return { voice, tongue, sentences: all.length, otherwise: wrong / spoken, cost: workMs / soundMs };
}

async function recognised(wav: Uint8Array, language: string): Promise<string> {
  const form = new FormData();
  for (const [name, value] of Object.entries({
    model: 'whisper-1',
    language,
    response_format: 'json',
    temperature: '0',
  }))
    form.set(name, value);
  form.set('file', new Blob([Uint8Array.from(wav)], { type: 'audio/wav' }), 'speech.wav');
  const answer = await fetch(`${recogniser}/audio/transcriptions`, {
    method: 'POST',
    body: form,
    signal: AbortSignal.timeout(recogniseMaxMs),
  });
  if (!answer.ok) throw new Error(`the recogniser answered ${answer.status}`);
  return ((await answer.json()) as { readonly text: string }).text;
}

/** Chinese by its syllables: a recogniser writes either script. */
function unitsOf(text: string, tongue: Tongue): Promise<readonly string[]> {
  return spokenWords(tongue === 'english' ? text.replaceAll(/mr\.?(?=\s|$)/gi, 'mister') : text);
}

/** Units put in, left out or put otherwise. */
function distance(meant: readonly string[], heard: readonly string[]): number {
  let last = heard.map((_, at) => at + 1);
  last.unshift(0);
  for (const [row, unit] of meant.entries()) {
    const next = [row + 1];
    for (const [at, other] of heard.entries())
      next.push(Math.min(last[at]! + (unit === other ? 0 : 1), last[at + 1]! + 1, next[at]! + 1));
    last = next;
  }
  return last.at(-1)!;
}

if (!recogniser) {
  console.log(
    'speech: SEATGRID_RECOGNISER names no recogniser (http://host:port/v1), so nothing is measured',
  );
  process.exit(0);
}
const kokoro = new Kokoro({
  folder: process.env['CENTRE_VOICES'] ?? resolve(import.meta.dirname, '../data/voices'),
  synthesiser: 'espeak-ng',
  clock: wallClock,
});
const rows: Row[] = [];
for (const tongue of ['english', 'mandarin', 'cantonese'] as const)
  rows.push(
    await measured('espeak-ng', tongue, (text) =>
      espeak({ command: 'espeak-ng', text, voice: espeakVoice(tongue, 100), signal: never }),
    ),
  );
if (kokoro.isInstalled())
  for (const tongue of ['english', 'mandarin'] as const)
    rows.push(
      await measured('Kokoro', tongue, (text) =>
        kokoro.speak({ text, tongue, voice: '', speedPercent: 100 }, never),
      ),
    );
else console.log('skipped: Kokoro is not installed (./seatgrid voices)');
await kokoro.close();
const result = { machine: `${cpus().length} × ${cpus()[0]?.model}`, calibration: calibrate(0), rows };
console.table(
  rows.map(({ otherwise, cost, ...row }) => ({
    ...row,
    'heard otherwise, %': (100 * otherwise).toFixed(1),
    's of work per s': cost.toFixed(2),
  })),
);
mkdirSync(resolve(import.meta.dirname, 'results'), { recursive: true });
writeFileSync(resolve(import.meta.dirname, 'results/speech.json'), `${JSON.stringify(result, null, 2)}\n`);
