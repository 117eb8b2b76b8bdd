import { execFileSync } from 'node:child_process';
import { appendFile, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toneAmplitude } from '@seatgrid/testkit/tone-finder.ts';
import { makeTone } from '@seatgrid/testkit/tone-maker.ts';
import { muLaw } from './g711.ts';
import { createRecordingEncoder, encodeRecording } from './recording-encoder.ts';
import { recordingHeader, recordingHeaderOctets, repairWav } from './recording-wav.ts';
import { readWav } from './wav.ts';

const leftHz = 400;
const rightHz = 1_000;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recording-'));
});

afterAll(() => rm(folder, { recursive: true }));

/** A recording as its writer leaves it when killed: no sizes in the header. */
async function unfinished(name: string, durationMs: number): Promise<string> {
  const left = makeTone({ frequencyHz: leftHz, durationMs });
  const right = makeTone({ frequencyHz: rightHz, durationMs });
  const sound = new Uint8Array(2 * left.length);
  left.forEach((sample, index) => {
    sound[2 * index] = muLaw.codes[sample & 0xffff]!;
    sound[2 * index + 1] = muLaw.codes[right[index]! & 0xffff]!;
  });
  const path = join(folder, name);
  await writeFile(path, recordingHeader(0));
  await appendFile(path, sound);
  return path;
}

test('a recording left by a crash is repaired to its last whole sample, once', async () => {
  const path = await unfinished('crashed.wav', 1_000);
  await truncate(path, recordingHeaderOctets + 2 * 7_999 + 1);
  expect(await repairWav(path)).toEqual({
    ok: true,
    value: { durationMs: 1_000, octets: recordingHeaderOctets + 2 * 7_999, wasRepaired: true },
  });
  const read = readWav(await readFile(path));
  expect(read.ok && read.value.channels.map((channel) => channel.length)).toEqual([7_999, 7_999]);
  const again = await repairWav(path);
  expect(again.ok && again.value.wasRepaired).toBe(false);
});

test('what is no recording is left alone', async () => {
  const path = join(folder, 'other.txt');
  await writeFile(path, 'these are not the sounds you are looking for, and never were at all');
  const repaired = await repairWav(path);
  expect(!repaired.ok && repaired.failure.code).toBe('not-a-recording');
  const missing = await repairWav(join(folder, 'nowhere.wav'));
  expect(!missing.ok && missing.failure.code).toBe('unreadable');
});

test('an encoded recording keeps its sides apart and stays below 15 MB an hour', async () => {
  const path = await unfinished('whole.wav', 20_000);
  const mp3Path = join(folder, 'whole.mp3');
  const encoded = await encodeRecording(path, mp3Path);
  if (!encoded.ok) throw new Error(encoded.failure.detail);
  const { size } = await stat(mp3Path);
  expect(encoded.value).toMatchObject({ octets: size, durationMs: 20_000 });
  expect((size / 20) * 3_600).toBeLessThan(15_000_000);
  const mp3 = await readFile(mp3Path);
  // MPEG-2.5 layer III frame header.
  expect([mp3[0], mp3[1]! & 0xfe]).toEqual([0xff, 0xe2]);

  const decoded = decodeWithSox(mp3Path);
  if (decoded === undefined) {
    console.warn('SKIPPED: sox that reads MP3 is not here; the decoded channels were not measured');
    return;
  }
  const [left, right] = decoded;
  expect(toneAmplitude(left!, leftHz)).toBeCloseTo(0.25, 1);
  expect(toneAmplitude(right!, rightHz)).toBeCloseTo(0.25, 1);
  expect(toneAmplitude(left!, rightHz)).toBeLessThan(0.005);
  expect(toneAmplitude(right!, leftHz)).toBeLessThan(0.005);
});

/** Two seconds from the middle of each channel. */
function decodeWithSox(path: string): Int16Array[] | undefined {
  try {
    return ['1', '2'].map((channel) => {
      const raw = execFileSync(
        'sox',
        [
          path,
          '-t',
          'raw',
          '-r',
          '8000',
          '-e',
          'signed',
          '-b',
          '16',
          '-',
          'remix',
          channel,
          'trim',
          '5',
          '2',
        ],
        { stdio: ['ignore', 'pipe', 'ignore'] },
      );
      return Int16Array.from({ length: raw.length / 2 }, (_, index) => raw.readInt16LE(2 * index));
    });
  } catch {
    return undefined;
  }
}

test('faults of encoding are values, and nothing half-written stays', async () => {
  const encoder = createRecordingEncoder();
  const path = await unfinished('good.wav', 200);
  const outcomes = await Promise.all([
    encoder.encode(join(folder, 'nowhere.wav'), join(folder, 'a.mp3')),
    encoder.encode(path, join(folder, 'no/such/folder.mp3')),
    encoder.encode(join(folder, 'other.txt'), join(folder, 'b.mp3')),
    encoder.encode(path, join(folder, 'good.mp3')),
  ]);
  expect(outcomes.map((outcome) => (outcome.ok ? 'ok' : outcome.failure.code))).toEqual([
    'unreadable',
    'unwritable',
    'not-a-recording',
    'ok',
  ]);
  await expect(stat(join(folder, 'a.mp3.part'))).rejects.toThrow('ENOENT');
  await encoder.close();
  const late = await encoder.encode(path, join(folder, 'late.mp3'));
  expect(!late.ok && late.failure.code).toBe('closed');
});
