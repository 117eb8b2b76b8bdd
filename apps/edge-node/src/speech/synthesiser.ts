/** Speech from text: espeak-ng as a child process, turned into 8 kHz prompts of even loudness and kept on disk by text. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locale } from '@seatgrid/core/kernel/locale.ts';
import { silentLog, type NodeLog } from '../node-log.ts';
import * as limits from './limits.ts';
import { toTelephoneSpeech } from './telephone-speech.ts';

export interface Synthesiser {
  /** Path of an 8 kHz mono WAV of the text, from the cache or made now; rejects with a `SpeechError`. */
  speak(text: string, locale: Locale): Promise<string>;
  /** The path when it is in the cache already. */
  cached(text: string, locale: Locale): string | undefined;
  /** Makes what is missing in the background, after whatever `speak` asks for. */
  prepare(texts: readonly { readonly text: string; readonly locale: Locale }[]): void;
  close(): void;
}

export interface SynthesiserOptions {
  /** Cache folder. */
  readonly folder: string;
  /** `espeak-ng`, or a path to it. */
  readonly command: string;
  readonly log?: NodeLog;
}

export class SpeechError extends Error {
  override readonly name = 'SpeechError';
  readonly code: 'missing' | 'failed' | 'too-long' | 'closed';

  constructor(code: SpeechError['code'], message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.code = code;
  }
}

interface Voice {
  readonly name: string;
  readonly wordsPerMinute: number;
}

/** `cmn` reads Chinese characters by way of English spelling; `cmn-latn-pinyin` reads them right. */
const voices: Readonly<Record<Locale, Voice>> = {
  en: { name: 'en-us', wordsPerMinute: 150 },
  'zh-Hans': { name: 'cmn-latn-pinyin', wordsPerMinute: 155 },
  'zh-Hant': { name: 'cmn-latn-pinyin', wordsPerMinute: 155 },
};
/** Of trimming and levelling: raised when the same text shall sound otherwise. */
const treatment = 1;

export function createSynthesiser(options: SynthesiserOptions): Synthesiser {
  return new EspeakSynthesiser({ ...options, log: options.log ?? silentLog });
}

interface Order {
  readonly key: string;
  readonly text: string;
  readonly voice: Voice;
  readonly made: Promise<string>;
  readonly resolve: (path: string) => void;
  readonly reject: (error: SpeechError) => void;
  isUrgent: boolean;
}

class EspeakSynthesiser implements Synthesiser {
  readonly #options: SynthesiserOptions & { readonly log: NodeLog };
  /** Keys of the files that are here. */
  readonly #here: Set<string>;
  readonly #orders = new Map<string, Order>();
  readonly #waiting: Order[] = [];
  #processes = 0;
  readonly #closing = new AbortController();
  #toldMissing = false;

  constructor(options: SynthesiserOptions & { readonly log: NodeLog }) {
    this.#options = options;
    mkdirSync(options.folder, { recursive: true });
    this.#here = keptFiles(options.folder);
  }

  cached(text: string, locale: Locale): string | undefined {
    const key = keyOf(text, voices[locale], locale);
    return this.#here.has(key) ? this.#pathOf(key) : undefined;
  }

  speak(text: string, locale: Locale): Promise<string> {
    return this.#order(text, locale, true);
  }

  prepare(texts: readonly { readonly text: string; readonly locale: Locale }[]): void {
    for (const { text, locale } of texts)
      // Whoever needs the text at last hears of the fault; here it is only told.
      this.#order(text, locale, false).catch((error: unknown) => this.#tell(error as SpeechError));
  }

  close(): void {
    this.#closing.abort();
    for (const order of this.#waiting.splice(0))
      order.reject(new SpeechError('closed', 'the node is closing'));
  }

  #order(text: string, locale: Locale, isUrgent: boolean): Promise<string> {
    const voice = voices[locale];
    const key = keyOf(text, voice, locale);
    if (this.#here.has(key)) return Promise.resolve(this.#pathOf(key));
    if (this.#closing.signal.aborted) return Promise.reject(new SpeechError('closed', 'the node is closing'));
    if (text.length > limits.textCharsMax)
      return Promise.reject(
        new SpeechError(
          'too-long',
          `a text of ${text.length} characters is not spoken; at most ${limits.textCharsMax} are`,
        ),
      );
    const under = this.#orders.get(key);
    if (under !== undefined) {
      under.isUrgent ||= isUrgent;
      return under.made;
    }
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const order: Order = { key, text, voice, made: promise, resolve, reject, isUrgent };
    this.#orders.set(key, order);
    this.#waiting.push(order);
    this.#work();
    return promise;
  }

  #work(): void {
    while (this.#processes < limits.processesMax && this.#waiting.length > 0) {
      const urgent = this.#waiting.findIndex(({ isUrgent }) => isUrgent);
      const [order] = this.#waiting.splice(Math.max(0, urgent), 1);
      this.#processes++;
      void this.#make(order!);
    }
  }

  async #make(order: Order): Promise<void> {
    try {
      const wav = await this.#run(order);
      const speech = toTelephoneSpeech(wav);
      if (!speech.ok)
        throw new SpeechError('failed', `${this.#options.command} made no sound: ${speech.failure.detail}`);
      const path = this.#pathOf(order.key);
      await writeFile(`${path}.part`, speech.value);
      await rename(`${path}.part`, path);
      this.#here.add(order.key);
      order.resolve(path);
    } catch (error) {
      order.reject(
        error instanceof SpeechError
          ? error
          : new SpeechError('failed', `speech could not be kept: ${String(error)}`, error),
      );
    } finally {
      this.#processes--;
      this.#orders.delete(order.key);
      this.#work();
    }
  }

  #run({ text, voice }: Order): Promise<Uint8Array> {
    const { command } = this.#options;
    return new Promise((resolve, reject) => {
      const child = spawn(
        command,
        ['--stdin', '--stdout', '-v', voice.name, '-s', String(voice.wordsPerMinute)],
        {
          stdio: ['pipe', 'pipe', 'pipe'],
          timeout: limits.processMaxMs,
          signal: this.#closing.signal,
        },
      );
      const parts: Buffer[] = [];
      let octets = 0;
      let complaint = '';
      child.stdout.on('data', (part: Buffer) => {
        octets += part.length;
        if (octets > limits.processOctetsMax) child.kill();
        else parts.push(part);
      });
      child.stderr
        .setEncoding('utf8')
        .on('data', (part: string) => (complaint = (complaint + part).slice(-500)));
      child.on('error', (error: NodeJS.ErrnoException) =>
        reject(
          error.code === 'ENOENT'
            ? new SpeechError(
                'missing',
                `${command} is not installed, so no text can be spoken; apt-get install espeak-ng`,
                error,
              )
            : error.name === 'AbortError'
              ? new SpeechError('closed', 'the node is closing')
              : new SpeechError('failed', `${command} did not start: ${error.message}`, error),
        ),
      );
      child.on('close', (code, signal) => {
        if (code === 0) resolve(Buffer.concat(parts));
        else
          reject(new SpeechError('failed', `${command} ended with ${signal ?? code}: ${complaint.trim()}`));
      });
      // It may be gone before it has read; that is told by `close`.
      child.stdin.on('error', () => {});
      child.stdin.end(`${text}\n`);
    });
  }

  #pathOf(key: string): string {
    return join(this.#options.folder, `${key}.wav`);
  }

  #tell(error: SpeechError): void {
    if (error.code === 'closed' || (error.code === 'missing' && this.#toldMissing)) return;
    if (error.code === 'missing') this.#toldMissing = true;
    this.#options.log.warn({ code: error.code }, error.message);
  }
}

function keyOf(text: string, voice: Voice, locale: Locale): string {
  return createHash('sha256')
    .update(JSON.stringify([text, locale, voice.name, voice.wordsPerMinute, treatment]))
    .digest('hex');
}

function keptFiles(folder: string): Set<string> {
  const keys = readdirSync(folder).flatMap((name) => /^([0-9a-f]{64})\.wav$/.exec(name)?.[1] ?? []);
  if (keys.length > limits.cachedFilesMax) {
    const byAge = keys
      .map((key) => ({ key, atMs: statSync(join(folder, `${key}.wav`)).mtimeMs }))
      .sort((a, b) => a.atMs - b.atMs);
    for (const { key } of byAge.slice(0, keys.length - limits.cachedFilesMax)) {
      rmSync(join(folder, `${key}.wav`), { force: true });
      keys.splice(keys.indexOf(key), 1);
    }
  }
  return new Set(keys);
}
