/** What the floor shows of each queue since midnight. */
import { overflowCauses } from '@seatgrid/contracts/journal/journal-event.ts';
import type { QueueId } from '@seatgrid/core/kernel/ids.ts';
import type { QueueCause } from './queue-entry.ts';

export interface QueueFigures {
  offered: number;
  answered: number;
  answeredInTarget: number;
  abandoned: number;
  readonly overflowed: Partial<Record<OverflowCause, number>>;
}

type OverflowCause = (typeof overflowCauses)[number];

export class QueueCounts {
  readonly #dayStartsMs: () => number;
  readonly #counts = new Map<QueueId, QueueFigures>();
  #sinceMs = 0;

  constructor(dayStartsMs: () => number) {
    this.#dayStartsMs = dayStartsMs;
  }

  offered(queueId: QueueId): void {
    this.#of(queueId).offered++;
  }

  left(
    queueId: QueueId,
    cause: QueueCause,
    { waitedMs, targetMs }: { readonly waitedMs: number; readonly targetMs: number },
  ): void {
    const counts = this.#of(queueId);
    if (cause === 'abandoned') counts.abandoned++;
    if (isOverflow(cause)) counts.overflowed[cause] = (counts.overflowed[cause] ?? 0) + 1;
    if (cause !== 'agent') return;
    counts.answered++;
    if (waitedMs <= targetMs) counts.answeredInTarget++;
  }

  of(queueId: QueueId): QueueFigures {
    const counts = this.#of(queueId);
    return { ...counts, overflowed: { ...counts.overflowed } };
  }

  #of(queueId: QueueId): QueueFigures {
    const dayStartsMs = this.#dayStartsMs();
    if (dayStartsMs !== this.#sinceMs) {
      this.#sinceMs = dayStartsMs;
      this.#counts.clear();
    }
    let counts = this.#counts.get(queueId);
    if (!counts)
      this.#counts.set(
        queueId,
        (counts = { offered: 0, answered: 0, answeredInTarget: 0, abandoned: 0, overflowed: {} }),
      );
    return counts;
  }
}

function isOverflow(cause: QueueCause): cause is OverflowCause {
  return (overflowCauses as readonly string[]).includes(cause);
}
