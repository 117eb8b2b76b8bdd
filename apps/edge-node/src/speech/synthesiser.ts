/** Speech from text, by whatever voice: turned into 8 kHz prompts of even loudness, and kept on disk by text and voice. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SpeechError } from '@seatgrid/adapters/speech/speech-error.ts';
import { speechTreatment, toTelephoneSpeech } from '@seatgrid/media/audio/telephone-speech.ts';
import { silentLog, type NodeLog } from '../node-log.ts';
import * as limits from './limits.ts';

/** A way to speak. */
export interface Voice {
  /** What tells its sound from another's: the same text is made once by each. */
  readonly id: string;
  /** Servers take their time, and none of this machine's. */
  readonly where: 'here' | 'server';
  /** A WAV file. */
  make(text: string, signal: AbortSignal): Promise<Uint8Array>;
}

export interface SpokenBy {
  readonly text: string;
  readonly voice: Voice;
}

export interface Synthesiser {
  /** Path of an 8 kHz mono WAV of the text, from the cache or made now; rejects with a `SpeechError`. */
  speak(text: string, voice: Voice): Promise<string>;
  /** The path when it is in the cache already. */
  cached(text: string, voice: Voice): string | undefined;
  /** Makes what is missing in the background, after whatever `speak` asks for. */
  prepare(texts: readonly SpokenBy[]): void;
  close(): void;
}

export interface SynthesiserOptions {
  /** Cache folder. */
  readonly folder: string;
  readonly log?: NodeLog;
}

export function createSynthesiser(options: SynthesiserOptions): Synthesiser {
  return new KeptSpeech({ ...options, log: options.log ?? silentLog });
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

class KeptSpeech implements Synthesiser {
  readonly #options: SynthesiserOptions & { readonly log: NodeLog };
  /** Keys of the files that are here. */
  readonly #here: Set<string>;
  readonly #orders = new Map<string, Order>();
  readonly #waiting: Order[] = [];
  readonly #making = { here: 0, server: 0 };
  readonly #closing = new AbortController();
  #toldMissing = false;

  constructor(options: SynthesiserOptions & { readonly log: NodeLog }) {
    this.#options = options;
    mkdirSync(options.folder, { recursive: true });
    this.#here = keptFiles(options.folder);
  }

  cached(text: string, voice: Voice): string | undefined {
    const key = keyOf(text, voice);
    return this.#here.has(key) ? this.#pathOf(key) : undefined;
  }

  speak(text: string, voice: Voice): Promise<string> {
    return this.#order(text, voice, true);
  }

  prepare(texts: readonly SpokenBy[]): void {
    for (const { text, voice } of texts)
      // Whoever needs the text at last hears of the fault; here it is only told.
      this.#order(text, voice, false).catch((error: unknown) => this.#tell(error as SpeechError));
  }

  close(): void {
    this.#closing.abort();
    for (const order of this.#waiting.splice(0))
      order.reject(new SpeechError('closed', 'the node is closing'));
  }

  #order(text: string, voice: Voice, isUrgent: boolean): Promise<string> {
    const key = keyOf(text, voice);
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
    for (const where of ['here', 'server'] as const)
      while (this.#making[where] < limits.makersMax) {
        const order = this.#nextFor(where);
        if (!order) break;
        this.#waiting.splice(this.#waiting.indexOf(order), 1);
        this.#making[where]++;
        void this.#make(order);
      }
  }

  #nextFor(where: Voice['where']): Order | undefined {
    const its = this.#waiting.filter(({ voice }) => voice.where === where);
    return its.find(({ isUrgent }) => isUrgent) ?? its[0];
  }

  async #make(order: Order): Promise<void> {
    try {
      const wav = await order.voice.make(order.text, this.#closing.signal);
      const speech = toTelephoneSpeech(wav);
      if (!speech.ok) throw new SpeechError('failed', `what was made is no sound: ${speech.failure.detail}`);
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
      this.#making[order.voice.where]--;
      this.#orders.delete(order.key);
      this.#work();
    }
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

function keyOf(text: string, voice: Voice): string {
  return createHash('sha256')
    .update(JSON.stringify([text, voice.id, speechTreatment]))
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
