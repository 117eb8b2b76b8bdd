/** F-10, F-26, F-27: what a call does instead of waiting, by what it finds when it comes. */
import type { NextStep } from '../numbers/inbound-rule.ts';
import type { Queue } from './queue.ts';

export type OverflowCause = 'nobody' | 'all-busy' | 'full' | 'long-wait';

export interface Overflow {
  readonly cause: OverflowCause;
  readonly step: NextStep;
  /** Where that is the cause. */
  readonly expectedMs?: number;
}

export interface QueueAtArrival {
  readonly ready: number;
  /** Calls that wait or ring. */
  readonly calls: number;
  /** Whether anybody who serves the queue is signed in; asked only where it matters. */
  isStaffed(): boolean;
  /** Null: it cannot be said. Asked only where it matters too. */
  expectedWaitMs(): number | null;
}

export function overflowOf(queue: Queue, found: QueueAtArrival): Overflow | undefined {
  if (found.ready > 0) return undefined;
  if (queue.onNobody && !found.isStaffed()) return { cause: 'nobody', step: queue.onNobody };
  if (queue.onAllBusy) return { cause: 'all-busy', step: queue.onAllBusy };
  if (found.calls >= queue.waitingMax) return { cause: 'full', step: queue.onFull };
  if (!queue.onLongWait) return undefined;
  const expectedMs = found.expectedWaitMs();
  if (expectedMs === null || expectedMs <= queue.onLongWait.overMs) return undefined;
  return { cause: 'long-wait', step: queue.onLongWait.step, expectedMs };
}
