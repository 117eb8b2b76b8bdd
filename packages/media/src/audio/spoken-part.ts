/**
 * A message out of its recording: the left side alone, without the silence before and after, as 16-bit mono WAV that every
 * player knows. Read and written in parts, so that minutes of speech hold nobody up.
 */
import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { failure, success, type Result } from '@seatgrid/core/kernel/result.ts';
import { frameSamples, samplesPerMs } from '../frame.ts';
import { muLaw } from './g711.ts';
import { hasVoice } from './has-voice.ts';
import { recordingFrameOctets, recordingHeaderOctets } from './recording-wav.ts';
import { wavHeader, wavHeaderOctets } from './wav.ts';

export interface SpokenPart {
  readonly durationMs: number;
  readonly octets: number;
  readonly sha256: string;
}

/** Left before the first word and after the last. */
const edgeFrames = 25;
const framesAtOnce = 250;
const partOctets = framesAtOnce * frameSamples * recordingFrameOctets;

/** Failure `silent`: nobody spoke for as long as `spokenMinMs` in all; nothing is written. */
export async function writeSpokenPart(
  from: string,
  to: string,
  { spokenMinMs }: { readonly spokenMinMs: number },
): Promise<Result<SpokenPart, 'silent'>> {
  await using source = await open(from, 'r');
  const found = await findVoice(source);
  if (found.voicedFrames * frameSamples < spokenMinMs * samplesPerMs) return failure('silent');
  await using target = await open(to, 'w');
  const samples = (found.endFrame - found.startFrame) * frameSamples;
  const hash = createHash('sha256');
  const write = async (octets: Uint8Array) => {
    hash.update(octets);
    await target.write(octets);
  };
  await write(wavHeader(samples, samplesPerMs * 1_000));
  for await (const { codes, frame } of leftSide(source)) {
    const first = Math.max(0, found.startFrame - frame) * frameSamples;
    const last = Math.min(codes.length, (found.endFrame - frame) * frameSamples);
    if (last <= first) continue;
    const octets = new Uint8Array(2 * (last - first));
    const view = new DataView(octets.buffer);
    for (let index = first; index < last; index++)
      view.setInt16(2 * (index - first), muLaw.samples[codes[index]!]!, true);
    await write(octets);
  }
  await target.sync();
  return success({
    durationMs: Math.round(samples / samplesPerMs),
    octets: wavHeaderOctets + 2 * samples,
    sha256: hash.digest('hex'),
  });
}

async function findVoice(source: FileHandle) {
  let first = -1;
  let last = -1;
  let frames = 0;
  let voicedFrames = 0;
  for await (const { codes, frame } of leftSide(source))
    for (let at = 0; at + frameSamples <= codes.length; at += frameSamples) {
      const number = frame + at / frameSamples;
      frames = number + 1;
      if (!hasVoice(codes.subarray(at, at + frameSamples))) continue;
      if (first < 0) first = number;
      last = number;
      voicedFrames += 1;
    }
  return {
    voicedFrames,
    startFrame: Math.max(0, first - edgeFrames),
    endFrame: Math.min(frames, last + 1 + edgeFrames),
  };
}

async function* leftSide(source: FileHandle) {
  const part = new Uint8Array(partOctets);
  for (let frame = 0; ; frame += framesAtOnce) {
    const at = recordingHeaderOctets + (frame / framesAtOnce) * partOctets;
    const { bytesRead } = await source.read(part, 0, partOctets, at);
    const codes = new Uint8Array(Math.floor(bytesRead / recordingFrameOctets));
    for (let index = 0; index < codes.length; index++) codes[index] = part[index * recordingFrameOctets]!;
    if (codes.length > 0) yield { codes, frame };
    if (bytesRead < partOctets) return;
  }
}
