/**
 * What-if: a recorded day as it was, as it is set, and under other settings, side by side. Each is replayed once as it was recorded, which
 * gives its figures, and on a number of other days like it (`fates.ts`), which give the range chance alone makes of them. Differences are
 * taken day by day, so that a busy day is compared with itself.
 */
import type { QueueId } from '../kernel/ids.ts';
import type { DayFigures, QueueFigures } from './day-tally.ts';
import { Fates } from './fates.ts';
import type { RecordedCall, RecordedDay } from './recorded-day.ts';
import { replayDay, type ReplaySettings } from './replay-day.ts';

export const measures = [
  'serviceLevel',
  'waitMeanMs',
  'waitP50Ms',
  'waitP90Ms',
  'waitP95Ms',
  'waitMaxMs',
  'offered',
  'answered',
  'abandoned',
  'overflowed',
  'occupancy',
] as const;
export type Measure = (typeof measures)[number];

/** Nine of ten days lie between. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

export type Ranges = Readonly<Partial<Record<Measure, Range>>>;

export interface Compared {
  readonly figures: DayFigures;
  readonly ranges: Ranges;
  readonly queueRanges: Readonly<Record<QueueId, Ranges>>;
  /** Of the service level, by interval; null where nobody called. */
  readonly intervalRanges: readonly (Range | null)[];
  /** Less the same of the day as it is set; absent there. */
  readonly differences: Ranges | null;
  readonly queueDifferences: Readonly<Record<QueueId, Ranges>> | null;
}

export interface Comparison {
  readonly day: RecordedDay;
  /** The first: as it is set. */
  readonly settings: readonly ReplaySettings[];
  readonly targetMs: number;
  readonly seed: number;
  readonly otherDays: number;
  /** Calls of another day, which tell of patience and talk what the day itself does not. */
  readonly evidence?: readonly RecordedCall[];
}

/** Yields how much is done, between 0 and 1, after each replayed day. */
export function* compareDays({ day, settings, targetMs, seed, otherDays, evidence = [] }: Comparison): Generator<number, readonly Compared[]> {
  const fates = new Fates({ ...day, calls: [...day.calls, ...evidence] }, settings[0]!.queues);
  const total = settings.length * (otherDays + 1);
  let done = 0;
  const days: DayFigures[][] = [];
  for (const one of settings) {
    const replayed: DayFigures[] = [];
    days.push(replayed);
    for (let other = 0; other <= otherDays; other++) {
      replayed.push(replayDay({ day, settings: one, fates, seed: other === 0 ? null : seed * 1_000 + other, targetMs }));
      yield ++done / total;
    }
  }
  return days.map((replayed, index) => compared(replayed, index === 0 ? null : days[0]!));
} // prettier-ignore

function compared(days: readonly DayFigures[], asSet: readonly DayFigures[] | null): Compared {
  const figures = days[0]!;
  const queueIds = Object.keys(figures.queues) as QueueId[];
  const ofQueue = (some: readonly DayFigures[], id: QueueId) => some.map(({ queues }) => queues[id]);
  const perQueue = (rangesOf: (id: QueueId) => Ranges) =>
    Object.fromEntries(queueIds.map((id) => [id, rangesOf(id)])) as Record<QueueId, Ranges>;
  return {
    figures,
    ranges: rangesOf(days),
    queueRanges: perQueue((id) => rangesOf(ofQueue(days, id))),
    intervalRanges: figures.intervals.map((_, at) =>
      rangeOf(days.map(({ intervals }) => serviceLevelOf(intervals[at]!))),
    ),
    differences: asSet && rangesOf(days, asSet),
    queueDifferences: asSet && perQueue((id) => rangesOf(ofQueue(days, id), ofQueue(asSet, id))),
  };
}

type Figures = (QueueFigures & { readonly occupancy?: number | null }) | undefined;

/** Of each measure; less the same day's of the others, where there are others. */
function rangesOf(days: readonly Figures[], others?: readonly Figures[]): Ranges {
  const ranges: Partial<Record<Measure, Range>> = {};
  for (const measure of measures) {
    const values = days.map((figures, at) => {
      const value = measureOf(figures, measure);
      const other = others && measureOf(others[at], measure);
      return value === null || other === null ? null : value - (other ?? 0);
    });
    const range = rangeOf(values);
    if (range) ranges[measure] = range;
  }
  return ranges;
}

function rangeOf(values: readonly (number | null)[]): Range | null {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  if (sorted.length === 0) return null;
  const outside = Math.floor(sorted.length * 0.05);
  return { low: sorted[outside]!, high: sorted[sorted.length - 1 - outside]! };
}

export function measureOf(figures: Figures, measure: Measure): number | null {
  if (!figures) return null;
  switch (measure) {
    case 'serviceLevel':
      return serviceLevelOf(figures);
    case 'waitMeanMs':
      return figures.wait?.meanMs ?? null;
    case 'waitP50Ms':
      return figures.wait?.p50Ms ?? null;
    case 'waitP90Ms':
      return figures.wait?.p90Ms ?? null;
    case 'waitP95Ms':
      return figures.wait?.p95Ms ?? null;
    case 'waitMaxMs':
      return figures.wait?.maxMs ?? null;
    case 'overflowed':
      return Object.values(figures.overflowed).reduce((sum, count) => sum + count, 0);
    case 'occupancy':
      return figures.occupancy ?? null;
    case 'offered':
    case 'answered':
    case 'abandoned':
      return figures[measure];
  }
}

/** As the floor counts it: of those answered or lost, who was answered in time. Null: nobody was either. */
export function serviceLevelOf({ answered, answeredInTarget, abandoned }: Pick<QueueFigures, 'answered' | 'answeredInTarget' | 'abandoned'>): number | null {
  const known = answered + abandoned;
  return known === 0 ? null : answeredInTarget / known;
} // prettier-ignore
