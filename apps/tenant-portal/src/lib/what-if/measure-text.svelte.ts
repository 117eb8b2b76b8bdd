/** Figures of a replay in words: what a measure is worth, and how it differs. */
import type { Measure } from '@seatgrid/core/what-if/compare-days.ts';
import { format } from '@seatgrid/ui';
import { say } from '#lib/words/say.svelte.ts';

const shares: ReadonlySet<Measure> = new Set(['serviceLevel', 'occupancy']);
const waits: ReadonlySet<Measure> = new Set(['waitMeanMs', 'waitP50Ms', 'waitP90Ms', 'waitP95Ms', 'waitMaxMs']); // prettier-ignore
/** Of these less is better; of `serviceLevel` and `answered` more; the rest is neither good nor bad. */
const better: Readonly<Partial<Record<Measure, 1 | -1>>> = { serviceLevel: 1, answered: 1, abandoned: -1, waitMeanMs: -1, waitP50Ms: -1, waitP90Ms: -1, waitP95Ms: -1, waitMaxMs: -1 }; // prettier-ignore

export function measureText(measure: Measure, value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  if (shares.has(measure)) return format.percent(value, 1);
  return waits.has(measure) ? format.duration(value) : format.number(value);
}

export interface DifferenceText {
  readonly text: string;
  readonly role: 'green' | 'red' | 'neutral';
}

/** “Better by 6 to 9 points”; no clear difference where the range reaches to both sides. */
export function differenceText(measure: Measure, range: { low: number; high: number }): DifferenceText {
  const { low, high } = range;
  if (low === 0 && high === 0) return { text: say('whatIf.different.same'), role: 'neutral' };
  if (low < 0 && high > 0) {
    const sided = (value: number) => `${value < 0 ? '−' : '+'}${amount(measure, Math.abs(value))}`;
    return { text: say('whatIf.different.none', { low: sided(low), high: withUnit(measure, sided(high)) }), role: 'neutral' }; // prettier-ignore
  }
  const isMore = high > 0;
  const [least, most] = isMore ? [low, high] : [-high, -low];
  const values = { low: amount(measure, least), high: withUnit(measure, amount(measure, most)) };
  const sign = better[measure];
  if (sign === undefined) return { text: say(isMore ? 'whatIf.different.more' : 'whatIf.different.less', values), role: 'neutral' }; // prettier-ignore
  const isBetter = isMore === (sign === 1);
  return isBetter
    ? { text: say('whatIf.different.better', values), role: 'green' }
    : { text: say('whatIf.different.worse', values), role: 'red' };
}

function amount(measure: Measure, value: number): string {
  if (shares.has(measure)) return format.number(value * 100, 1);
  return waits.has(measure) ? format.duration(value) : format.number(value);
}

/** With its unit, where it has one. */
function withUnit(measure: Measure, written: string): string {
  return shares.has(measure) ? say('whatIf.points', { count: written }) : written;
}
