/** Working time under the pen: what is wrong with a list of periods, and the list in fewer words. */
import type { WorkingPeriod } from '@seatgrid/core/numbers/inbound-rule.ts';

export const weekDays = [1, 2, 3, 4, 5, 6, 7] as const;

export type PeriodFault = 'no-day' | 'backwards' | 'overlaps';

/** The first fault of each period, by its place in the list. */
export function periodFaults(periods: readonly WorkingPeriod[]): ReadonlyMap<number, PeriodFault> {
  const faults = new Map<number, PeriodFault>();
  periods.forEach((period, index) => {
    if (period.days.length === 0) faults.set(index, 'no-day');
    else if (period.from >= period.to) faults.set(index, 'backwards');
    else if (periods.some((other, place) => place < index && overlap(period, other)))
      faults.set(index, 'overlaps');
  });
  return faults;
}

/** Days in runs: `[1,2,3,4,5,7]` is `[[1,5],[7,7]]`. */
export function dayRuns(days: readonly number[]): readonly (readonly [number, number])[] {
  const runs: [number, number][] = [];
  for (const day of [...new Set(days)].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last && last[1] === day - 1) last[1] = day;
    else runs.push([day, day]);
  }
  return runs;
}

export function toggleDay(period: WorkingPeriod, day: number): WorkingPeriod {
  const days = period.days.includes(day)
    ? period.days.filter((each) => each !== day)
    : [...period.days, day].sort((a, b) => a - b);
  return { ...period, days };
}

/** A further period that does not yet stand in the list: the first free of the usual ones. */
export function nextPeriod(periods: readonly WorkingPeriod[]): WorkingPeriod {
  const usual: WorkingPeriod[] = [
    { days: [1, 2, 3, 4, 5], from: '09:00', to: '18:00' },
    { days: [6, 7], from: '09:00', to: '18:00' },
    { days: [1, 2, 3, 4, 5], from: '18:00', to: '22:00' },
  ];
  return (
    usual.find((wish) => !periods.some((period) => overlap(wish, period))) ?? {
      days: [],
      from: '09:00',
      to: '18:00',
    }
  );
}

/** Hours of the week on duty, 24 a day from Monday: what the small week picture draws. Minutes round to any part of an hour. */
export function weekHours(periods: readonly WorkingPeriod[]): readonly boolean[] {
  const hours = Array.from({ length: 7 * 24 }, () => periods.length === 0);
  for (const { days, from, to } of periods)
    for (const day of days)
      for (let hour = hourOf(from); hour < hourOf(to) + (to.endsWith(':00') ? 0 : 1); hour++)
        hours[(day - 1) * 24 + hour] = true;
  return hours;
}

function hourOf(time: string): number {
  return Number(time.slice(0, 2));
}

function overlap(one: WorkingPeriod, other: WorkingPeriod): boolean {
  return one.days.some((day) => other.days.includes(day)) && one.from < other.to && other.from < one.to;
}
