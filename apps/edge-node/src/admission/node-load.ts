/** The node's load, measured: the main thread's event loop, media workers, ports, descriptors, journal. Real measurement; decides nothing. */
import { openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import type { MediaEngine } from '@seatgrid/media/call/media-engine.ts';
import type { EventJournal } from '../ledger/event-journal.ts';
import { eventsInMemoryMax } from '../ledger/limits.ts';
import { descriptorsLookEveryMs } from './limits.ts';
import type { NodeLoad } from './load-gate.ts';

export function nodeLoadMeter(
  media: Pick<MediaEngine, 'load'>,
  journal: Pick<EventJournal, 'waiting'>,
  calls: ReadonlyMap<unknown, unknown>,
): (nowMs: number) => NodeLoad {
  const mainThread = mainThreadMeter();
  let descriptors = 0;
  let countedAtMs = Number.NEGATIVE_INFINITY;
  return (nowMs) => {
    const { workers, portsUsed, pids } = media.load();
    if (nowMs - countedAtMs >= descriptorsLookEveryMs) {
      countedAtMs = nowMs;
      descriptors = Math.max(...[process.pid, ...pids].map(descriptorShare));
    }
    return {
      ...mainThread(nowMs),
      media: Math.min(...workers),
      rtpPorts: portsUsed,
      descriptors,
      journal: journal.waiting() / eventsInMemoryMax,
      calls: calls.size,
    };
  };
}

/**
 * Shares of the main thread's time since it was last asked: all but its rest, and what of it was waiting for a processor. Its rest
 * is the less of what two witnesses say: the event loop takes for rest what a thread that was woken waits until its turn, and the
 * scheduler what it waits for the disk. Nothing is known at the first look.
 */
export function mainThreadMeter(): (nowMs: number) => Pick<NodeLoad, 'main' | 'mainWaited'> {
  let before: ReturnType<typeof look> | undefined;
  return (nowMs) => {
    const now = look(nowMs);
    const since = before ?? now;
    const sinceMs = Math.max(1, now.atMs - since.atMs);
    const mainWaited = Math.min(1, (now.waitedMs - since.waitedMs) / sinceMs);
    const used = (now.usedMs - since.usedMs) / sinceMs;
    const looped =
      before === undefined ? 0 : performance.eventLoopUtilization(now.loop, before.loop).utilization;
    before = now;
    return { main: Math.min(1, Math.max(looped, used + mainWaited)), mainWaited };
  };
}

function look(atMs: number) {
  const { user, system } = process.threadCpuUsage();
  return {
    atMs,
    usedMs: (user + system) / 1_000,
    waitedMs: waitedMs(),
    loop: performance.eventLoopUtilization(),
  };
}

/** proc_pid_schedstat: what the main thread stood ready for a processor, since its start. 0 where the system does not say: then all by the event loop. */
function waitedMs(): number {
  if (schedstat.fd === undefined) return 0;
  const octets = readSync(schedstat.fd, schedstat.text, 0, schedstat.text.length, 0);
  return Number(schedstat.text.toString('latin1', 0, octets).split(' ')[1]) / 1e6;
}

/** Open for good: it is read for every few calls, and says what is so now each time it is read from its beginning. */
const schedstat = { fd: openSchedstat(), text: Buffer.alloc(128) };

function openSchedstat(): number | undefined {
  try {
    return openSync(`/proc/self/task/${process.pid}/schedstat`, 'r');
  } catch {
    return undefined;
  }
}

/** proc(5); 0 where there is no /proc, or the process is just being replaced. */
function descriptorShare(pid: number): number {
  try {
    const limit = /^Max open files\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'utf8'))?.[1];
    const folder = `/proc/${pid}/fd`;
    // Linux counts them itself since 6.2; listing thousands holds everything up.
    return limit === undefined ? 0 : (statSync(folder).size || readdirSync(folder).length) / Number(limit);
  } catch {
    return 0;
  }
}
