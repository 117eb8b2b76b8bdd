/* oxlint-disable unicorn/require-post-message-target-origin -- a thread has no origin */
/**
 * Turns finished recordings into MP3 in a thread of its own, one after another, so that no call and no request waits for it.
 * Constant bit rate: the size is known before, and a player can seek anywhere.
 */
import { Worker } from 'node:worker_threads';
import { failure, type Result } from '@seatgrid/core/kernel/result.ts';

export interface EncodeRequest {
  readonly id: number;
  readonly wavPath: string;
  readonly mp3Path: string;
}

export interface EncodedRecording {
  readonly durationMs: number;
  readonly octets: number;
  readonly sha256: string;
}

export interface EncodeFault {
  readonly code: 'unreadable' | 'unwritable' | 'not-a-recording' | 'encoder-died' | 'closed';
  readonly detail: string;
}

export interface EncodeReply {
  readonly id: number;
  readonly result: Result<EncodedRecording, EncodeFault>;
}

export interface RecordingEncoder {
  /** Writes `mp3Path` whole or not at all. The WAV is left where it is. */
  encode(wavPath: string, mp3Path: string): Promise<Result<EncodedRecording, EncodeFault>>;
  close(): Promise<void>;
}

export function createRecordingEncoder(): RecordingEncoder {
  const waiting = new Map<number, (result: Result<EncodedRecording, EncodeFault>) => void>();
  let worker: Worker | undefined;
  let nextId = 1;
  let isClosed = false;

  function settleAll(fault: EncodeFault): void {
    for (const settle of waiting.values()) settle(failure(fault));
    waiting.clear();
  }

  function startWorker(): Worker {
    const started = new Worker(new URL('./runtime/encode-worker.ts', import.meta.url));
    started.on('message', (reply: EncodeReply) => {
      waiting.get(reply.id)?.(reply.result);
      waiting.delete(reply.id);
      if (waiting.size === 0) started.unref();
    });
    started.on('error', (error) => {
      worker = undefined;
      settleAll({ code: 'encoder-died', detail: String(error) });
    });
    started.on('exit', () => {
      if (worker === started) worker = undefined;
      settleAll({ code: isClosed ? 'closed' : 'encoder-died', detail: 'the encoding thread ended' });
    });
    return started;
  }

  return {
    encode(wavPath, mp3Path) {
      if (isClosed) return Promise.resolve(failure({ code: 'closed', detail: 'the encoder is closed' }));
      worker ??= startWorker();
      worker.ref();
      const request: EncodeRequest = { id: nextId++, wavPath, mp3Path };
      worker.postMessage(request);
      return new Promise((settle) => waiting.set(request.id, settle));
    },
    async close() {
      isClosed = true;
      await worker?.terminate();
    },
  };
}

/** One recording, for scripts and tests; a process that has many keeps a `RecordingEncoder`. */
export async function encodeRecording(wavPath: string, mp3Path: string) {
  const encoder = createRecordingEncoder();
  try {
    return await encoder.encode(wavPath, mp3Path);
  } finally {
    await encoder.close();
  }
}
