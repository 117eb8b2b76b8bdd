/**
 * Writes one stereo recording while its call lasts: two codes a sample, gathered and written in parts, so that a crash costs
 * at most `recordingFlushMs`. It keeps time by the clock: ticks that were missed become silence, so that a moment of the
 * call is found at its own time in the file.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { failure, success, type Result } from '@seatgrid/core/kernel/result.ts';
import { muLaw } from '../../audio/g711.ts';
import { hasVoice } from '../../audio/has-voice.ts';
import {
  recordingFrameOctets,
  recordingHeader,
  recordingHeaderOctets,
  soundMs,
} from '../../audio/recording-wav.ts';
import { frameMs, frameSamples, samplesPerMs } from '../../frame.ts';
import {
  jitterDepthFramesMax,
  recordingBacklogOctetsMax,
  recordingFlushMs,
  ticksCaughtUpMax,
} from '../../limits.ts';

export interface FinishedRecording {
  readonly path: string;
  readonly durationMs: number;
  readonly octets: number;
  readonly sha256: string;
}

const flushOctets = recordingFlushMs * samplesPerMs * recordingFrameOctets;

export class Recorder {
  readonly path: string;
  #part: Uint8Array<ArrayBuffer> = new Uint8Array(flushOctets);
  #filled = 0;
  #frames = 0;
  readonly #startedMs: number;
  #isPaused = false;
  /** Frames that are silent yet after a pause: what was said in it may still wait in a jitter buffer. */
  #silentFramesLeft = 0;
  /** Writes in order; rejects with the first that failed. */
  #writing: Promise<void>;
  #file: FileHandle | undefined;
  #backlogOctets = 0;
  #soundOctets = 0;
  #fault: string | undefined;
  /** Watched only where its end is wanted. */
  readonly #quietMax: number;
  #voiceAtMs: number;

  constructor(path: string, nowMs: number, endsAfterQuietMs = Infinity) {
    this.path = path;
    this.#startedMs = nowMs;
    this.#quietMax = endsAfterQuietMs;
    this.#voiceAtMs = nowMs;
    this.#writing = this.#begin();
    this.#writing.catch((error: Error) => (this.#fault ??= error.message));
  }

  /** Why it can no longer write, as soon as that is known. */
  get fault(): string | undefined {
    return this.#fault;
  }

  /** Nobody has spoken on the left for as long as was to be waited. */
  isQuiet(nowMs: number): boolean {
    return nowMs - this.#voiceAtMs >= this.#quietMax;
  }

  /** From the next frame on both sides at once; the clock goes on. */
  pause(isPaused: boolean): void {
    if (this.#isPaused && !isPaused) this.#silentFramesLeft = jitterDepthFramesMax;
    this.#isPaused = isPaused;
  }

  /** One frame of µ-law codes for each side; undefined is silence. */
  write(left: Uint8Array | undefined, right: Uint8Array | undefined, nowMs: number): void {
    if (this.#quietMax !== Infinity && left !== undefined && hasVoice(left)) this.#voiceAtMs = nowMs;
    const due = Math.floor((nowMs - this.#startedMs) / frameMs);
    if (due - this.#frames > ticksCaughtUpMax)
      while (this.#frames < due - 1) this.#append(undefined, undefined);
    const isSilent = this.#isPaused || this.#silentFramesLeft > 0;
    if (this.#silentFramesLeft > 0) this.#silentFramesLeft -= 1;
    this.#append(isSilent ? undefined : left, isSilent ? undefined : right);
  }

  /** Writes what is left, sets the header right and hashes the file. */
  async finish(): Promise<Result<FinishedRecording, { readonly path: string; readonly detail: string }>> {
    try {
      this.#flush();
      await this.#writing;
      await this.#file!.write(recordingHeader(this.#soundOctets), 0, recordingHeaderOctets, 0);
      await this.#file!.sync();
      const hash = createHash('sha256');
      for await (const chunk of createReadStream(this.path)) hash.update(chunk as Buffer);
      return success({
        path: this.path,
        durationMs: soundMs(this.#soundOctets),
        octets: recordingHeaderOctets + this.#soundOctets,
        sha256: hash.digest('hex'),
      });
    } catch (error) {
      return failure({ path: this.path, detail: (error as Error).message });
    } finally {
      await this.#file?.close().catch(() => {});
    }
  }

  async #begin(): Promise<void> {
    // Never over an older recording.
    this.#file = await open(this.path, 'wx');
    await this.#file.writeFile(recordingHeader(0));
  }

  #append(left: Uint8Array | undefined, right: Uint8Array | undefined): void {
    this.#frames += 1;
    const part = this.#part;
    let at = this.#filled;
    for (let index = 0; index < frameSamples; index++) {
      part[at++] = left === undefined ? muLaw.silence : left[index]!;
      part[at++] = right === undefined ? muLaw.silence : right[index]!;
    }
    this.#filled = at;
    if (at >= flushOctets) this.#flush();
  }

  #flush(): void {
    if (this.#filled === 0 || this.#fault !== undefined) {
      this.#filled = 0;
      return;
    }
    const part = this.#part.subarray(0, this.#filled);
    this.#part = new Uint8Array(flushOctets);
    this.#filled = 0;
    this.#backlogOctets += part.length;
    if (this.#backlogOctets > recordingBacklogOctetsMax) {
      this.#fault = 'the disk is too slow for this recording';
      return;
    }
    this.#writing = this.#writing.then(async () => {
      await this.#file!.writeFile(part);
      this.#soundOctets += part.length;
      this.#backlogOctets -= part.length;
    });
    this.#writing.catch((error: Error) => (this.#fault ??= error.message));
  }
}
