/** The composition root of a media worker: the real clock, chance and the channel to the engine. Nothing else here. */
import { setPriority } from 'node:os';
import { performance } from 'node:perf_hooks';
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import { ringUnhurriedPollMs, spaciousWorkerHeapOctets, unhurriedTurnMs } from '../../limits.ts';
import { heardPollMs } from '../../datagrams/ring/ring-datagrams.ts';
import { openLibc } from '../../system/libc.ts';
import { SharedChannel, sharesMemory, workerEnd } from '../../channel/shared-channel.ts';
import { openDatagrams } from '../../datagrams/runtime/open-datagrams.ts';
import { BrowserPeers } from '../../webrtc/browser-peers.ts';
import { reportRestMsOf, type FromWorker, type MediaWorkerOptions } from '../media-messages.ts';
import { unpackCommand, type PackedCommand } from '../wire/command-wire.ts';
import { packReport } from '../wire/report-wire.ts';
import { MediaRoom } from '../worker/media-room.ts';
import { atTurnEnd, eachTurn, keepTurnsApart } from './loop-turns.ts';
import { keepHeapGrowth } from './heap-growth.ts';
import { helpersStepBack } from './helpers-step-back.ts';
import { systemRandom } from './system-random.ts';
import { MessageBatch } from './message-batch.ts';

const startedAtMs = performance.timeOrigin;
const clock: Clock = {
  // Never steps back, and counts parts of a millisecond.
  nowMs: () => startedAtMs + performance.now(),
  after(delayMs, wake) {
    const timer = setTimeout(wake, delayMs);
    return () => clearTimeout(timer);
  },
};

let room: MediaRoom | undefined;
const reports = new MessageBatch<FromWorker>((batch) => {
  if (!process.connected) return;
  const packed = batch.map(packReport);
  if (channel === undefined) process.send!(packed, nobodyAsks);
  else channel.send(packed);
}, reportRestMsOf);
let usedBefore = { atMs: performance.now(), microseconds: 0 };

const hear = (batch: PackedCommand[]) => {
  for (const packed of batch) {
    const message = unpackCommand(packed);
    if (message.kind === 'start') void start(message.options);
    else if (message.kind === 'close') void close();
    else room?.obey(message);
  }
  room?.settle();
};
const channel = process.argv[2] === sharesMemory ? joinChannel() : undefined;
process.on('message', hear);
// The engine is gone, and no one will ask or listen: recordings are brought to their end, and then this too.
process.on('disconnect', () => {
  channel?.close();
  void close();
});
// A Ctrl-C reaches the whole group; when to end is the engine's to say.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
process.on('uncaughtException', (error) => {
  if (!process.connected) process.exit(1);
  process.send!([{ kind: 'crashed', cause: error.stack ?? error.message } satisfies FromWorker], () =>
    process.exit(1),
  );
});

/** Sound suffers first from a busy machine. Lower is served sooner. */
const nice = -10;

async function start(options: MediaWorkerOptions): Promise<void> {
  try {
    setPriority(nice);
  } catch {
    // Only the privileged may; without, the worker shares as everyone does.
  }
  helpersStepBack();
  keepHeapGrowth(spaciousWorkerHeapOctets);
  const peers = new BrowserPeers({
    bindAddress: options.bindAddress,
    advertisedAddress: options.advertisedAddress,
    ports: options.webrtcPorts,
    codecs: options.browserCodecs,
    clock,
  });
  const datagrams = await openDatagrams(clock, options.datagrams, {
    pollMs(packets) {
      if (room?.isSomebodyHeard === true) return heardPollMs(packets);
      return room?.isPaced === true ? Infinity : ringUnhurriedPollMs;
    },
    soon: atTurnEnd,
  });
  room = new MediaRoom(options, {
    clock,
    random: systemRandom,
    peers,
    datagrams,
    tell: (message) => reports.add(message),
    utilisation() {
      // Of the loop's own processor time, not of the wall clock: a worker that waits for a busy machine is not full itself.
      const now = performance.now();
      const { user, system } = process.threadCpuUsage();
      const used = (user + system - usedBefore.microseconds) / 1_000;
      const share = used / Math.max(1, now - usedBefore.atMs);
      usedBefore = { atMs: now, microseconds: user + system };
      return Math.min(1, share);
    },
  });
  // What comes one by one is kept together; what is fetched comes with the frames that are due.
  keepTurnsApart(() => (datagrams.kind === 'plain' && room?.isPacedAlone === true ? unhurriedTurnMs : 0));
  await room.start();
}

async function close(): Promise<void> {
  await room?.close();
  reports.flush();
  await channel?.said();
  if (process.connected) process.disconnect?.();
}

function joinChannel(): SharedChannel {
  const joined = SharedChannel.join(openLibc(), workerEnd, {
    isNode: false,
    clock,
    listener: {
      onMessage: (batch) => hear(batch as PackedCommand[]),
      onSpoilt(cause) {
        throw new Error(`what the node says cannot be read: ${cause}`);
      },
    },
  });
  if (joined === undefined) throw new Error('the memory that the node shares cannot be mapped');
  eachTurn(() => joined.rest(room?.isPaced === true));
  return joined;
}

function nobodyAsks(): void {}
