/**
 * Starts a media worker, and ends it within bounds: a process of its own, because the WebRTC library keeps its state once a
 * process (two threads of one process crash it), and because a fault in native code shall cost a worker's calls and not the
 * node. The only place of the engine's main side that touches timers.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { mediaWorkerFlags, workerCloseMsMax } from '../../limits.ts';
import {
  commandRestMsOf,
  type FromWorker,
  type MediaWorkerOptions,
  type ToWorker,
} from '../media-messages.ts';
import { packCommand } from '../wire/command-wire.ts';
import { unpackReport, type PackedReport } from '../wire/report-wire.ts';
import { MessageBatch } from './message-batch.ts';

export interface MediaWorker {
  readonly pid: number | undefined;
  tell(message: ToWorker): void;
  /** Asks the worker to end, and ends it by force when it does not. */
  close(): Promise<void>;
}

export interface MediaWorkerListener {
  onMessage(message: FromWorker): void;
  /** It is gone, unasked. */
  onLost(cause: string): void;
}

export function startMediaWorker(options: MediaWorkerOptions, listener: MediaWorkerListener): MediaWorker {
  const child: ChildProcess = fork(fileURLToPath(new URL('./media-worker.ts', import.meta.url)), {
    execArgv: mediaWorkerFlags,
    // Plain data: as text it is written and read in half the time that structured clones take.
    serialization: 'json',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  let cause: string | undefined;
  let isClosing = false;
  let isGone = false;
  const commands = new MessageBatch<ToWorker>((batch) => {
    // A worker that died meanwhile is told of by its exit.
    if (!isGone && child.connected) child.send(batch.map(packCommand), nobodyAsks);
  }, commandRestMsOf);
  const tell = (message: ToWorker) => commands.add(message);

  const gone = new Promise<void>((settle) => {
    child.on('exit', (code, signal) => {
      isGone = true;
      settle();
      if (!isClosing) listener.onLost(cause ?? `the media worker ended with ${signal ?? `code ${code}`}`);
    });
  });
  child.on('error', (error) => {
    cause = error.message;
    // It never came to life: there will be no exit.
    if (child.pid === undefined && !isClosing) listener.onLost(cause);
  });
  child.on('message', (batch: PackedReport[]) => {
    for (const packed of batch) {
      const message = unpackReport(packed);
      if (message.kind === 'crashed') cause = message.cause;
      else listener.onMessage(message);
    }
  });
  tell({ kind: 'start', options });
  return {
    pid: child.pid,
    tell,
    async close() {
      isClosing = true;
      if (child.pid === undefined || isGone) return;
      tell({ kind: 'close' });
      const timer = setTimeout(() => child.kill('SIGKILL'), workerCloseMsMax);
      await gone;
      clearTimeout(timer);
    },
  };
}

function nobodyAsks(): void {}
