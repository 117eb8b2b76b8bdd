import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeTone } from '@seatgrid/testkit/tone-maker.ts';
import { muLaw } from '../../audio/g711.ts';
import { recordingHeaderOctets } from '../../audio/recording-wav.ts';
import { frameMs, frameSamples } from '../../frame.ts';
import { jitterDepthFramesMax } from '../../limits.ts';
import { Recorder } from './recorder.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recorder-'));
});
afterAll(() => rm(folder, { recursive: true }));

const codesOf = (frequencyHz: number, durationMs: number) =>
  Uint8Array.from(makeTone({ frequencyHz, durationMs }), (sample) => muLaw.codes[sample & 0xffff]!);

test('a pause is silence on both sides from one frame to another, and what stands around it is where it was said, to the sample', async () => {
  const frames = 300;
  const left = codesOf(400, frames * frameMs);
  const right = codesOf(1_000, frames * frameMs);
  const recorder = new Recorder(join(folder, 'paused.wav'), 0);
  const frame = (codes: Uint8Array, number: number) =>
    codes.subarray(number * frameSamples, (number + 1) * frameSamples);
  const [pausedAt, resumedAt] = [100, 180];
  for (let number = 0; number < frames; number++) {
    if (number === pausedAt) recorder.pause(true);
    if (number === pausedAt + 10) recorder.pause(true);
    if (number === resumedAt) recorder.pause(false);
    recorder.write(frame(left, number), frame(right, number), (number + 1) * frameMs);
  }
  const finished = await recorder.finish();
  expect(finished).toMatchObject({ ok: true, value: { durationMs: frames * frameMs } });
  const sound = (await readFile(recorder.path)).subarray(recordingHeaderOctets);
  const side = (channel: 0 | 1) => Uint8Array.from({ length: sound.length / 2 }, (_, at) => sound[2 * at + channel]!);
  // What was said in the pause may come out of a jitter buffer after it.
  const heardAt = (resumedAt + jitterDepthFramesMax) * frameSamples;
  const silentAt = pausedAt * frameSamples;
  for (const [channel, said] of [[0, left], [1, right]] as const) {
    const expected = Uint8Array.from(said);
    expected.fill(muLaw.silence, silentAt, heardAt);
    expect(Buffer.from(side(channel)).equals(Buffer.from(expected))).toBe(true);
  }
}); // prettier-ignore

test('a recording paused from its first frame to its last is silence of its whole length', async () => {
  const recorder = new Recorder(join(folder, 'silent.wav'), 0);
  recorder.pause(true);
  const tone = codesOf(400, frameMs);
  for (let number = 0; number < 50; number++) recorder.write(tone, tone, (number + 1) * frameMs);
  expect(await recorder.finish()).toMatchObject({ ok: true, value: { durationMs: 50 * frameMs } });
  const sound = (await readFile(recorder.path)).subarray(recordingHeaderOctets);
  expect(sound.length).toBe(2 * 50 * frameSamples);
  expect(sound.every((code) => code === muLaw.silence)).toBe(true);
});

test('who is quiet for as long as was to be waited has ended; a line’s noise is no voice', () => {
  const recorder = new Recorder(join(folder, 'quiet.wav'), 0, 1_000);
  const voice = codesOf(400, frameMs);
  const noise = voice.map((_, at) => muLaw.codes[(at % 2 === 0 ? 40 : -40) & 0xffff]!);
  const endsAfter = (codes: Uint8Array | undefined, fromMs: number) => {
    for (let nowMs = fromMs; nowMs < fromMs + 5_000; nowMs += frameMs) {
      recorder.write(codes, undefined, nowMs);
      if (recorder.isQuiet(nowMs)) return nowMs - fromMs;
    }
    return undefined;
  };
  expect(endsAfter(voice, 0)).toBeUndefined();
  expect(endsAfter(noise, 5_000)).toBe(1_000 - frameMs);
  expect(endsAfter(voice, 10_000)).toBeUndefined();
  expect(endsAfter(undefined, 15_000)).toBe(1_000 - frameMs);
  expect(new Recorder(join(folder, 'long.wav'), 0).isQuiet(1e9)).toBe(false);
});
