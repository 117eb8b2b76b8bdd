import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeTone } from '@seatgrid/testkit/tone-maker.ts';
import { muLaw } from './g711.ts';
import { recordingHeader } from './recording-wav.ts';
import { writeSpokenPart } from './spoken-part.ts';
import { readTelephoneWav } from './wav.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spoken-part-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A stereo recording: the left side as given, in milliseconds of silence or tone; a tone all along on the right. */
async function recordingOf(...stretches: readonly (readonly ['quiet' | 'voice', number])[]): Promise<string> {
  const left = stretches.flatMap(([kind, durationMs]) =>
    kind === 'quiet'
      ? Array.from<number>({ length: durationMs * 8 }).fill(0)
      : [...makeTone({ frequencyHz: 400, durationMs })],
  );
  const right = makeTone({ frequencyHz: 1_000, durationMs: left.length / 8 });
  const sound = Uint8Array.from({ length: 2 * left.length }, (_, at) =>
    muLaw.codes[(at % 2 === 0 ? left[at / 2]! : right[(at - 1) / 2]!) & 0xffff]!,
  ); // prettier-ignore
  const path = join(folder, `${left.length}-${stretches.length}.wav`);
  await writeFile(path, Buffer.concat([recordingHeader(sound.length), sound]));
  return path;
}

test('what the left side said is kept, with a breath before and after, and nothing of the right', async () => {
  const from = await recordingOf(['quiet', 2_000], ['voice', 6_000], ['quiet', 1_000], ['voice', 500], ['quiet', 9_000]); // prettier-ignore
  const to = join(folder, 'message.wav');
  const made = await writeSpokenPart(from, to, { spokenMinMs: 1_000 });
  expect(made).toMatchObject({ ok: true, value: { durationMs: 500 + 7_500 + 500 } });
  const octets = await readFile(to);
  if (made.ok) expect(octets.length).toBe(made.value.octets);
  const sound = readTelephoneWav(octets);
  if (!sound.ok) throw new Error(sound.failure.detail);
  expect(Math.max(...sound.value.subarray(0, 499 * 8).map(Math.abs))).toBe(0);
  const tone = makeTone({ frequencyHz: 400, durationMs: 6_000 });
  for (const at of [0, 20_000, 47_999])
    expect(Math.abs(sound.value[4_000 + at]! - tone[at]!)).toBeLessThan(1_000);
});

test.each([
  ['nothing', [['quiet', 3_000]] as const],
  ['a click', [['quiet', 1_000], ['voice', 100], ['quiet', 2_000]] as const],
])('%s is no message, and leaves no file', async (_, stretches) => {
  const to = join(folder, 'none.wav');
  expect(await writeSpokenPart(await recordingOf(...stretches), to, { spokenMinMs: 500 })).toEqual({
    ok: false,
    failure: 'silent',
  });
  await expect(readFile(to)).rejects.toThrow('ENOENT');
}); // prettier-ignore
