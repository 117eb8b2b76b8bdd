/**
 * Starts a media worker, and ends it within bounds: a process of its own, because the WebRTC library keeps its state once a
 * process (two threads of one process crash it), and because a fault in native code shall cost a worker's calls and not the
 * node. The only place of the engine's main side that touches timers.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import { mediaWorkerFlags, workerCloseMsMax } from '../../limits.ts';
import {
  commandRestMsOf,
  type FromWorker,
  type MediaWorkerOptions,
  type ToWorker,
} from '../media-messages.ts';
import { libcIfAny } from '../../system/libc.ts';
import {
  makeChannelEnds,
  SharedChannel,
  sharesMemory,
  type ChannelListener,
} from '../../channel/shared-channel.ts';
import { packCommand } from '../wire/command-wire.ts';
import { unpackReport, type PackedReport } from '../wire/report-wire.ts';
import { MessageBatch } from './message-batch.ts';

export interface MediaWorker {
  readonly pid: number | undefined;
  tell(message: ToWorker): void;
  /** At once, by force, as if it had died of `cause`. */
  end(cause: string): void;
  /** Asks the worker to end, and ends it by force when it does not. */
  close(): Promise<void>;
}

export interface MediaWorkerListener {
  onMessage(message: FromWorker): void;
  /** Once a second, while it is not asked to end. */
  onSecond(): void;
  /** It is gone, unasked. */
  onLost(cause: string): void;
}

export function startMediaWorker(options: MediaWorkerOptions, listener: MediaWorkerListener): MediaWorker {
  let cause: string | undefined;
  let isClosing = false;
  let isGone = false;
  const hear = (batch: PackedReport[]) => {
    for (const packed of batch) {
      const message = unpackReport(packed);
      if (message.kind === 'crashed') cause = message.cause;
      else listener.onMessage(message);
    }
  };
  const end = (why: string) => {
    cause = why;
    child.kill('SIGKILL');
  };
  const channel =
    options.datagrams === 'plain'
      ? undefined
      : nodeEnd({
          onMessage: (batch) => hear(batch as PackedReport[]),
          onSpoilt: (detail) => end(`what the media worker says cannot be read: ${detail}`),
        });
  const child: ChildProcess = fork(
    fileURLToPath(new URL('./media-worker.ts', import.meta.url)),
    channel === undefined ? [] : [sharesMemory],
    {
      execArgv: mediaWorkerFlags,
      // Plain data: as text it is written and read in half the time that structured clones take.
      serialization: 'json',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc', ...(channel?.given ?? [])],
    },
  );
  channel?.isGiven();
  const commands = new MessageBatch<ToWorker>((batch) => {
    // A worker that died meanwhile is told of by its exit.
    if (isGone) return;
    const packed = batch.map(packCommand);
    if (channel === undefined) {
      if (child.connected) child.send(packed, nobodyAsks);
      return;
    }
    channel.end.send(packed);
    channel.end.look();
  }, commandRestMsOf);
  const tell = (message: ToWorker) => commands.add(message);
  const seconds = setInterval(() => listener.onSecond(), 1_000).unref();

  const gone = new Promise<void>((settle) => {
    child.on('exit', (code, signal) => {
      isGone = true;
      clearInterval(seconds);
      channel?.end.look();
      channel?.end.close();
      settle();
      if (!isClosing) listener.onLost(cause ?? `the media worker ended with ${signal ?? `code ${code}`}`);
    });
  });
  child.on('error', (error) => {
    cause = error.message;
    // It never came to life: there will be no exit.
    if (child.pid !== undefined) return;
    clearInterval(seconds);
    channel?.end.close();
    if (!isClosing) listener.onLost(cause);
  });
  child.on('message', hear);
  tell({ kind: 'start', options });
  return {
    pid: child.pid,
    tell,
    end,
    async close() {
      isClosing = true;
      clearInterval(seconds);
      if (child.pid === undefined || isGone) return;
      tell({ kind: 'close' });
      const timer = setTimeout(() => child.kill('SIGKILL'), workerCloseMsMax);
      await gone;
      clearTimeout(timer);
    },
  };
}

const clock: Pick<Clock, 'after'> = {
  after(delayMs, wake) {
    const timer = setTimeout(wake, delayMs);
    return () => clearTimeout(timer);
  },
};

interface NodeEnd {
  readonly end: SharedChannel;
  /** What the worker inherits, in the order of `workerEnd`. */
  readonly given: readonly number[];
  /** The worker has what it inherits. */
  isGiven(): void;
}

/** Undefined where processes cannot share memory: then Node's own channel carries everything. */
function nodeEnd(listener: ChannelListener): NodeEnd | undefined {
  const libc = libcIfAny();
  const ends = libc && makeChannelEnds(libc);
  if (libc === undefined || ends === undefined) return undefined;
  const { memory, ownBell, farBell } = ends.worker;
  const given = [memory, ownBell, farBell];
  const end = SharedChannel.join(libc, ends.node, { isNode: true, clock, listener });
  if (end === undefined) {
    for (const fd of [...given, ends.node.ownBell, ends.node.farBell]) libc.close(fd);
    return undefined;
  }
  return {
    end,
    given,
    isGiven() {
      for (const fd of given) libc.close(fd);
    },
  };
}

function nobodyAsks(): void {}
