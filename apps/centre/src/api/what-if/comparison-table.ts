/** The figures of a replay as a table: one line a measure, of all queues and of each; then the service level by interval. */
import type {
  ToldCompared,
  ToldDayFigures,
  WhatIf,
  WhatIfResult,
} from '@seatgrid/contracts/nouns/what-if.ts';
import { localMoment } from '@seatgrid/core/numbers/working-time.ts';
import { measureOf, measures, serviceLevelOf } from '@seatgrid/core/what-if/compare-days.ts';
import { intervalMs } from '@seatgrid/core/what-if/limits.ts';

interface Names {
  readonly queues: ReadonlyMap<string, string>;
  readonly timeZone: string;
}

export function comparisonTable(
  { asked }: WhatIf,
  { real, compared, fromMs }: WhatIfResult,
  { queues, timeZone }: Names,
): string[][] {
  const tried = ['as set', ...asked.variations.map(({ name }) => name)];
  const rangeHeads = (name: string, index: number) => [
    name,
    `${name}: low`,
    `${name}: high`,
    ...(index === 0 ? [] : [`${name}: difference low`, `${name}: difference high`]),
  ];
  const head = ['queue', 'measure', 'real', ...tried.flatMap(rangeHeads)];
  const queueIds = [...new Set(compared.flatMap(({ figures }) => Object.keys(figures.queues)))];
  const rows = [null, ...queueIds].flatMap((queueId) =>
    measures.map((measure) => {
      const figuresOf = (figures: ToldDayFigures) => (queueId === null ? figures : figures.queues[queueId]);
      const value = (figures: ToldDayFigures | null) => written(figures && measureOf(figuresOf(figures), measure));
      const cells = compared.flatMap((one, index) => {
        const { range, difference } = rangesOf(one, queueId);
        return [
          value(one.figures),
          ...[range?.[measure]?.low, range?.[measure]?.high].map(written),
          ...(index === 0 ? [] : [difference?.[measure]?.low, difference?.[measure]?.high].map(written)),
        ];
      });
      return [queueId === null ? '' : (queues.get(queueId) ?? queueId), measure, value(real), ...cells];
    }),
  );
  const intervals = compared[0]!.figures.intervals.map((_, at) => {
    const level = (figures: ToldDayFigures | null) => written(figures && serviceLevelOf(figures.intervals[at]!));
    const { time } = localMoment(timeZone, fromMs + at * intervalMs);
    const cells = compared.flatMap(({ figures, intervalRanges }, index) => [
      level(figures),
      ...[intervalRanges[at]?.low, intervalRanges[at]?.high].map(written),
      ...(index === 0 ? [] : ['', '']),
    ]);
    return ['', `serviceLevel ${time}`, level(real), ...cells];
  });
  return [head, ...rows, ...intervals];
} // prettier-ignore

function rangesOf({ ranges, differences, queueRanges, queueDifferences }: ToldCompared, queueId: string | null) {
  if (queueId === null) return { range: ranges, difference: differences };
  return { range: queueRanges[queueId], difference: queueDifferences?.[queueId] };
} // prettier-ignore

function written(value: number | null | undefined): string {
  return value == null ? '' : String(Math.round(value * 10_000) / 10_000);
}
