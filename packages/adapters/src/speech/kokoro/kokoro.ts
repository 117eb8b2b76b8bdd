/** Natural voices for Mandarin and English, where an operator has installed them: a process begun with the first text, ended when idle. */
import { fork, type ChildProcess } from 'node:child_process';
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import type { Tongue } from '@seatgrid/core/spoken/tongue.ts';
import { kokoroIdleMs } from '../../limits.ts';
import { SpeechError } from '../speech-error.ts';
import { isKokoroInstalled, kokoroVoicesIn } from './kokoro-folder.ts';
import type { KokoroAsked, KokoroTold } from './kokoro-process.ts';

export interface KokoroOptions {
  /** Where voices are installed. */
  readonly folder: string;
  /** `espeak-ng`, which tells how English words sound. */
  readonly synthesiser: string;
  readonly clock: Clock;
}

interface Order {
  resolve(sound: Uint8Array): void;
  reject(error: SpeechError): void;
}

export class Kokoro {
  readonly #options: KokoroOptions;
  readonly #orders = new Map<number, Order>();
  #child: ChildProcess | undefined;
  #cancelIdle: Cancel = () => {};
  #asked = 0;

  constructor(options: KokoroOptions) {
    this.#options = options;
  }

  isInstalled(): boolean {
    return isKokoroInstalled(this.#options.folder);
  }

  voices(): readonly string[] {
    return kokoroVoicesIn(this.#options.folder);
  }

  /** A WAV file; rejects with a `SpeechError`. */
  speak(
    {
      text,
      tongue,
      voice,
      speedPercent,
    }: { text: string; tongue: Tongue; voice: string; speedPercent: number },
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    if (tongue === 'cantonese') return refused('failed', 'Kokoro speaks Mandarin and English');
    if (!this.isInstalled()) return refused('missing', 'no natural voices are installed at the centre; ./seatgrid voices installs them'); // prettier-ignore
    const named = voice === '' ? usualVoices[tongue] : voice;
    if (!this.voices().includes(named)) return refused('failed', `there is no voice “${named}”`);
    if (signal.aborted) return refused('closed', 'nobody waits for it any longer');
    return this.#order({ id: ++this.#asked, text, tongue, voice: named, speedPercent }, signal);
  }

  async close(): Promise<void> {
    this.#cancelIdle();
    this.#child?.kill();
  }

  #order(asked: KokoroAsked, signal: AbortSignal): Promise<Uint8Array> {
    this.#cancelIdle();
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
    this.#orders.set(asked.id, { resolve, reject });
    const abort = () => {
      this.#settle(asked.id)?.reject(new SpeechError('too-late', 'Kokoro took too long'));
      // It would go on with what nobody waits for.
      this.#child?.kill();
    };
    signal.addEventListener('abort', abort, { once: true });
    (this.#child ??= this.#begin()).send(asked);
    return promise.finally(() => signal.removeEventListener('abort', abort));
  }

  #begin(): ChildProcess {
    const { folder, synthesiser } = this.#options;
    const child = fork(new URL('./kokoro-process.ts', import.meta.url), [folder, synthesiser], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    child.on('message', (told: KokoroTold) => {
      const order = this.#settle(told.id);
      if ('sound' in told) order?.resolve(told.sound);
      else order?.reject(new SpeechError('failed', `Kokoro did not speak: ${told.fault}`));
    });
    child.on('error', () => {});
    child.on('close', (code, ended) => {
      if (this.#child === child) this.#child = undefined;
      for (const id of this.#orders.keys())
        this.#settle(id)?.reject(new SpeechError('failed', `Kokoro ended with ${ended ?? code}`));
    });
    return child;
  }

  #settle(id: number): Order | undefined {
    const order = this.#orders.get(id);
    this.#orders.delete(id);
    if (this.#orders.size === 0) this.#cancelIdle = this.#options.clock.after(kokoroIdleMs, () => this.#child?.kill());
    return order;
  } // prettier-ignore
}

const usualVoices = { mandarin: 'zf_xiaobei', english: 'af_heart' } as const;

function refused(code: SpeechError['code'], message: string): Promise<never> {
  return Promise.reject(new SpeechError(code, message));
}
