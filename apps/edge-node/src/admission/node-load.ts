/** The node's load, measured: the main thread's event loop, media workers, ports, descriptors, journal. Real measurement; decides nothing. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
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
  let before = performance.eventLoopUtilization();
  let descriptors = 0;
  let countedAtMs = Number.NEGATIVE_INFINITY;
  return (nowMs) => {
    const now = performance.eventLoopUtilization();
    const main = performance.eventLoopUtilization(now, before).utilization;
    before = now;
    const { workers, portsUsed, pids } = media.load();
    if (nowMs - countedAtMs >= descriptorsLookEveryMs) {
      countedAtMs = nowMs;
      descriptors = Math.max(...[process.pid, ...pids].map(descriptorShare));
    }
    return {
      // By the clock, not by its own processor time: one that is kept waiting by a busy machine serves as badly.
      main,
      media: Math.min(...workers),
      rtpPorts: portsUsed,
      descriptors,
      journal: journal.waiting() / eventsInMemoryMax,
      calls: calls.size,
    };
  };
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
