import { locale } from '@seatgrid/ui';
import type { WorkingPeriod } from '@seatgrid/core/numbers/inbound-rule.ts';
import { say } from '#lib/words/say.svelte.ts';
import { dayRuns } from './working-time.ts';

/** A Monday; its week names the days. */
const mondayMs = Date.UTC(2024, 0, 1);
const dayMs = 86_400_000;

/** The name of a weekday, 1 Monday … 7 Sunday. */
export function dayName(day: number, width: 'short' | 'narrow' | 'long' = 'short'): string {
  return new Intl.DateTimeFormat(locale.current, { weekday: width, timeZone: 'UTC' }).format(
    mondayMs + (day - 1) * dayMs,
  );
}

/** Working time in a line: `Mon–Fri 09:00–18:00`. */
export function workingTimeText(periods: readonly WorkingPeriod[]): string {
  if (periods.length === 0) return say('common.always');
  return periods
    .map(({ days, from, to }) => {
      const runs = dayRuns(days).map(([first, last]) =>
        first === last ? dayName(first) : `${dayName(first)}–${dayName(last)}`,
      );
      return `${runs.join(', ')} ${from}–${to}`;
    })
    .join('; ');
}
