/** F-10, F-26, F-27: what a call does instead of waiting, by what it finds when it comes. */
import type { NextStep } from '../numbers/inbound-rule.ts';
import type { Queue } from './queue.ts';

export type OverflowCause = 'nobody' | 'all-busy' | 'full';

export interface QueueAtArrival {
  readonly ready: number;
  /** Calls that wait or ring. */
  readonly calls: number;
  /** Whether anybody who serves the queue is signed in; asked only where it matters. */
  isStaffed(): boolean;
}

export function overflowOf(
  queue: Queue,
  found: QueueAtArrival,
): { readonly cause: OverflowCause; readonly step: NextStep } | undefined {
  if (found.ready > 0) return undefined;
  if (queue.onNobody && !found.isStaffed()) return { cause: 'nobody', step: queue.onNobody };
  if (queue.onAllBusy) return { cause: 'all-busy', step: queue.onAllBusy };
  if (found.calls >= queue.waitingMax) return { cause: 'full', step: queue.onFull };
  return undefined;
}
