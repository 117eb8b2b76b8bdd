/** Speech by espeak-ng as a child process: at once, on any machine, and nobody takes it for a person. */
import { spawn } from 'node:child_process';
import type { Tongue } from '@seatgrid/core/spoken/tongue.ts';
import * as limits from '../limits.ts';
import { SpeechError } from './speech-error.ts';

export interface EspeakVoice {
  readonly name: string;
  readonly wordsPerMinute: number;
}

/** `cmn` reads Chinese characters by way of English spelling; `cmn-latn-pinyin` reads them right. */
const voices: Readonly<Record<Tongue, EspeakVoice>> = {
  english: { name: 'en-us', wordsPerMinute: 150 },
  mandarin: { name: 'cmn-latn-pinyin', wordsPerMinute: 155 },
  cantonese: { name: 'yue', wordsPerMinute: 140 },
};

export function espeakVoice(tongue: Tongue, speedPercent: number): EspeakVoice {
  const { name, wordsPerMinute } = voices[tongue];
  return { name, wordsPerMinute: Math.round((wordsPerMinute * speedPercent) / 100) };
}

export interface EspeakOrder {
  /** `espeak-ng`, or a path to it. */
  readonly command: string;
  readonly text: string;
  readonly voice: EspeakVoice;
  readonly signal: AbortSignal;
}

/** A WAV file; rejects with a `SpeechError`. */
export function espeak({ command, text, voice, signal }: EspeakOrder): Promise<Uint8Array> {
  return runEspeak({
    command,
    signal,
    text,
    options: ['--stdout', '-v', voice.name, '-s', String(voice.wordsPerMinute)],
  });
}

/** The text's sounds in the International Phonetic Alphabet, a line a clause. */
export async function espeakPhonemes({ command, text, signal }: Omit<EspeakOrder, 'voice'>): Promise<string> {
  const options = ['-q', '--ipa', '--tie=^', '-v', voices.english.name];
  return Buffer.from(await runEspeak({ command, signal, text, options })).toString('utf8');
}

interface Run extends Omit<EspeakOrder, 'voice'> {
  readonly options: readonly string[];
}

function runEspeak({ command, text, options, signal }: Run): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, ['--stdin', ...options], {
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: limits.espeakMaxMs,
      signal,
    });
    const parts: Buffer[] = [];
    let octets = 0;
    let complaint = '';
    child.stdout.on('data', (part: Buffer) => {
      octets += part.length;
      if (octets > limits.espeakOctetsMax) child.kill();
      else parts.push(part);
    });
    child.stderr.setEncoding('utf8').on('data', (part: string) => (complaint = (complaint + part).slice(-500)));
    child.on('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'ENOENT'
          ? new SpeechError('missing', `${command} is not installed, so no text can be spoken; apt-get install espeak-ng`, error)
          : error.name === 'AbortError'
            ? new SpeechError('closed', 'nobody waits for it any longer')
            : new SpeechError('failed', `${command} did not start: ${error.message}`, error),
      ),
    );
    child.on('close', (code, ended) => {
      if (code === 0) resolve(Buffer.concat(parts));
      else reject(new SpeechError('failed', `${command} ended with ${ended ?? code}: ${complaint.trim()}`));
    });
    // It may be gone before it has read; that is told by `close`.
    child.stdin.on('error', () => {});
    child.stdin.end(`${text}\n`);
  });
} // prettier-ignore
