/** How far off expected waits are at several sites that serve each other's callers: whole nodes and the centre's matchmaker, in virtual time. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventFacts } from '@seatgrid/contracts/journal/journal-event.ts';
import type { CallId } from '@seatgrid/core/kernel/ids.ts';
import type { Reach } from '@seatgrid/core/routing/queue.ts';
import { planWaits } from './site-plan.ts';
import { runSites } from './site-world.ts';

export interface WaitsOfSite {
  /** Callers who waited and were served. */
  readonly callers: number;
  /** Of those, who were told how long. */
  readonly told: number;
  /** Theirs. */
  readonly meanWaitMs: number;
  /** Mean of how far off. */
  readonly errorMs: number;
  /** Shares of what was told that was longer than what came. */
  readonly tooLongShare: number;
}

const waitedMinMs = 1_000;

/** By site, in their order; what was told in the first `warmUpMs` is left out. */
export async function waitsOfSites(asked: {
  seed: number;
  hours: number;
  reach: Reach;
  warmUpMs: number;
}): Promise<WaitsOfSite[]> {
  const folder = mkdtempSync(join(tmpdir(), 'seatgrid-waits-'));
  try {
    const run = await runSites(planWaits(asked), folder);
    if (run.faults.length > 0) throw new Error(run.faults.join('; '));
    const bySite = [...run.told].sort(([one], [other]) => (one < other ? -1 : 1));
    return bySite.map(([, events]) => {
      const fromMs = (events[0]?.atMs ?? 0) + asked.warmUpMs;
      return waitsOf(events.filter(({ atMs }) => atMs >= fromMs).map(({ facts }) => facts));
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function waitsOf(facts: readonly EventFacts[]): WaitsOfSite {
  const told = new Map<CallId, number>();
  const entered = new Set<CallId>();
  const sum = { callers: 0, told: 0, waitMs: 0, errorMs: 0, tooLong: 0 };
  for (const one of facts) {
    if (one.kind === 'queue.entered') entered.add(one.callId);
    if (one.kind === 'wait.announced' && !told.has(one.callId)) told.set(one.callId, one.expectedMs);
    if (one.kind !== 'queue.left' || one.cause !== 'agent' || one.waitedMs < waitedMinMs) continue;
    if (!entered.has(one.callId)) continue;
    sum.callers++;
    const expectedMs = told.get(one.callId);
    if (expectedMs === undefined) continue;
    sum.told++;
    sum.waitMs += one.waitedMs;
    sum.errorMs += Math.abs(expectedMs - one.waitedMs);
    sum.tooLong += Number(expectedMs > one.waitedMs);
  }
  return {
    callers: sum.callers,
    told: sum.told,
    meanWaitMs: sum.waitMs / Math.max(1, sum.told),
    errorMs: sum.errorMs / Math.max(1, sum.told),
    tooLongShare: sum.tooLong / Math.max(1, sum.told),
  };
}
