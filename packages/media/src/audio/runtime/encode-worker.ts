/* oxlint-disable unicorn/require-post-message-target-origin -- a thread has no origin */
/** The thread behind `RecordingEncoder`: reads a recording, writes an MP3 beside its final name, renames it. */
import { createHash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { parentPort } from 'node:worker_threads';
import { createMp3Encoder } from 'wasm-media-encoders';
import { failure, success, type Result } from '@seatgrid/core/kernel/result.ts';
import { sampleRateHz } from '../../frame.ts';
import { muLaw } from '../g711.ts';
import { recordingFrameOctets, recordingHeaderOctets, soundMs } from '../recording-wav.ts';
import { tagAt } from '../wav.ts';
import type { EncodeFault, EncodeReply, EncodeRequest, EncodedRecording } from '../recording-encoder.ts';

/** 14.4 MB an hour, both channels. */
const bitRateKbit = 32;
const chunkOctets = 2 * sampleRateHz * recordingFrameOctets;
const encoderReady = createMp3Encoder();
/** Requests are served in the order they came. */
let last: Promise<void> = Promise.resolve();

parentPort?.on('message', (request: EncodeRequest) => {
  last = last.then(async () => {
    const reply: EncodeReply = { id: request.id, result: await encode(request) };
    parentPort?.postMessage(reply);
  });
});

async function encode({ wavPath, mp3Path }: EncodeRequest): Promise<Result<EncodedRecording, EncodeFault>> {
  const partPath = `${mp3Path}.part`;
  let stage: EncodeFault['code'] = 'unreadable';
  try {
    await using wav = await open(wavPath, 'r');
    const header = new Uint8Array(recordingHeaderOctets);
    await wav.read(header, 0, recordingHeaderOctets, 0);
    if (tagAt(header, 8) !== 'WAVE' || tagAt(header, 50) !== 'data')
      return failure({ code: 'not-a-recording', detail: `${wavPath} does not begin as a recording of ours` });
    stage = 'unwritable';
    const mp3 = await open(partPath, 'w');
    let written: Omit<EncodedRecording, 'durationMs'>;
    let soundOctets = 0;
    try {
      const encoder = await encoderReady;
      encoder.configure({
        sampleRate: sampleRateHz,
        channels: 2,
        bitrate: bitRateKbit,
        outputSampleRate: sampleRateHz,
      });
      const hash = createHash('sha256');
      let octets = 0;
      const put = async (part: Uint8Array) => {
        hash.update(part);
        octets += part.length;
        await mp3.write(part);
      };
      const chunk = new Uint8Array(chunkOctets);
      const left = new Float32Array(chunkOctets / recordingFrameOctets);
      const right = new Float32Array(left.length);
      for (let at = recordingHeaderOctets; ;) {
        const { bytesRead } = await wav.read(chunk, 0, chunkOctets, at);
        const frames = Math.floor(bytesRead / recordingFrameOctets);
        if (frames === 0) break;
        at += frames * recordingFrameOctets;
        soundOctets += frames * recordingFrameOctets;
        for (let index = 0; index < frames; index++) {
          left[index] = muLaw.samples[chunk[2 * index]!]! / 0x8000;
          right[index] = muLaw.samples[chunk[2 * index + 1]!]! / 0x8000;
        }
        // The encoder owns what it returns and writes over it next time.
        await put(encoder.encode([left.subarray(0, frames), right.subarray(0, frames)]).slice());
      }
      await put(encoder.finalize().slice());
      await mp3.sync();
      written = { octets, sha256: hash.digest('hex') };
    } finally {
      await mp3.close();
    }
    await rename(partPath, mp3Path);
    return success({ durationMs: soundMs(soundOctets), ...written });
  } catch (error) {
    await rm(partPath, { force: true }).catch(() => {});
    return failure({ code: stage, detail: (error as Error).message });
  }
}
