/** What a caller says in a test: a text spoken by espeak-ng, as a telephone has it. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readTelephoneWav } from '@seatgrid/media/audio/wav.ts';
import { toTelephoneSpeech } from '@seatgrid/media/audio/telephone-speech.ts';

const run = promisify(execFile);

export async function spokenSound(text: string, voice = 'en-us'): Promise<Int16Array> {
  const folder = await mkdtemp(join(tmpdir(), 'spoken-'));
  try {
    const path = join(folder, 'text.wav');
    await run('espeak-ng', ['-v', voice, '-s', '150', '-w', path, '--', text]);
    const made = toTelephoneSpeech(await readFile(path));
    const read = made.ok ? readTelephoneWav(made.value) : made;
    if (!read.ok) throw new Error(read.failure.detail);
    return read.value;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Once, and then silence longer than any test. */
export function saidOnce(sound: Int16Array): Int16Array {
  const once = new Int16Array(sound.length + 60 * 8_000);
  once.set(sound);
  return once;
}
