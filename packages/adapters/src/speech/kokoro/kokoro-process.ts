/** The process Kokoro speaks in: what it costs in memory and time is not the centre's. Told one text at a time. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { wavOfPcm } from '../../connectors/kinds/pcm-wav.ts';
import { espeakPhonemes } from '../espeak.ts';
import { kokoroFiles } from './kokoro-folder.ts';
import { kokoroSentences, type Readers } from './kokoro-text.ts';
import * as limits from '../../limits.ts';

export interface KokoroAsked {
  readonly id: number;
  readonly text: string;
  readonly tongue: 'mandarin' | 'english';
  readonly voice: string;
  readonly speedPercent: number;
}
export type KokoroTold =
  { readonly id: number; readonly sound: Uint8Array } | { readonly id: number; readonly fault: string };

/** Of its packages, as far as they are used; they are no dependency of the product. */
interface Onnx {
  readonly InferenceSession: { create(path: string, options: object): Promise<Session> };
  readonly Tensor: new (type: string, data: unknown, dims: readonly number[]) => unknown;
}
interface Session {
  run(feeds: Record<string, unknown>): Promise<Record<string, { readonly data: Float32Array }>>;
  readonly outputNames: readonly string[];
}
interface PinyinPro {
  pinyin(text: string, options: { toneType: 'num'; type: 'array'; v: true }): string[];
  segment(text: string): readonly { readonly origin: string }[];
}

const rateHz = 24_000;
const styleValues = 256;
const [voicesFolder = '', synthesiser = 'espeak-ng'] = process.argv.slice(2);
const files = kokoroFiles(voicesFolder);
const load = createRequire(join(files.folder, 'package.json'));
const styles = new Map<string, Promise<Float32Array>>();
let model: Promise<{ readonly onnx: Onnx; readonly session: Session; readonly vocabulary: Readonly<Record<string, number>> }> | undefined; // prettier-ignore

process.on('message', (asked: KokoroAsked) => {
  speak(asked).then(
    (sound) => process.send!({ id: asked.id, sound } satisfies KokoroTold),
    (error: unknown) => process.send!({ id: asked.id, fault: String(error) } satisfies KokoroTold),
  );
});

async function speak({ text, tongue, voice, speedPercent }: KokoroAsked): Promise<Uint8Array> {
  const { onnx, session, vocabulary } = await (model ??= openModel());
  const style = await styleOf(voice);
  const parts: Int16Array[] = [];
  for (const phonemes of await kokoroSentences(text, tongue, readers())) {
    const tokens = [...phonemes].flatMap((one) => vocabulary[one] ?? []).slice(0, limits.kokoroTokensMax);
    if (tokens.length === 0) continue;
    const from = tokens.length * styleValues;
    const heard = await session.run({
      tokens: new onnx.Tensor('int64', BigInt64Array.from([0, ...tokens, 0], BigInt), [1, tokens.length + 2]),
      style: new onnx.Tensor('float32', style.slice(from, from + styleValues), [1, styleValues]),
      speed: new onnx.Tensor('float32', Float32Array.of(speedPercent / 100), [1]),
    });
    parts.push(samplesOf(heard[session.outputNames[0]!]!.data), new Int16Array((rateHz * limits.sentencePauseMs) / 1_000));
  }
  return wavOfPcm(Buffer.concat(parts.map((part) => new Uint8Array(part.buffer))), rateHz);
} // prettier-ignore

async function openModel() {
  const onnx = load('onnxruntime-node') as Onnx;
  const session = await onnx.InferenceSession.create(files.model, {
    intraOpNumThreads: limits.kokoroThreads,
  });
  const { vocab } = JSON.parse(await readFile(files.vocabulary, 'utf8')) as { vocab: Record<string, number> };
  return { onnx, session, vocabulary: vocab };
}

function styleOf(voice: string): Promise<Float32Array> {
  if (!/^\w{1,40}$/.test(voice)) throw new Error(`there is no voice “${voice}”`);
  let style = styles.get(voice);
  if (!style) {
    style = readFile(join(files.voices, `${voice}.bin`)).then((octets) => new Float32Array(Uint8Array.from(octets).buffer));
    styles.set(voice, style);
  }
  return style;
} // prettier-ignore

function readers(): Readers {
  const { pinyin, segment } = load('pinyin-pro') as PinyinPro;
  return {
    pinyin: (text) => segment(text).map(({ origin }) => pinyin(origin, { toneType: 'num', type: 'array', v: true })),
    ipa: (text) => espeakPhonemes({ command: synthesiser, text, signal: new AbortController().signal }),
  };
} // prettier-ignore

function samplesOf(heard: Float32Array): Int16Array {
  return Int16Array.from(heard, (sample) => Math.round(Math.max(-1, Math.min(1, sample)) * 0x7fff));
}
