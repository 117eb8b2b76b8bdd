/** whether an instant lies in working time, told in the tenant's zone. */
import type { CalendarDates, CalendarDay } from './calendar.ts';
import type { WorkingPeriod } from './inbound-rule.ts';

export interface Duty {
  readonly isOnDuty: boolean;
  /** The special day that decided it. */
  readonly day: CalendarDay | null;
}

/** A special day has its own hours; every other those of its weekday. No periods: always on duty. */
export function dutyAt(
  periods: readonly WorkingPeriod[],
  dates: CalendarDates | null,
  { timeZone, nowMs }: { readonly timeZone: string; readonly nowMs: number },
): Duty {
  if (periods.length === 0 && dates === null) return alwaysOnDuty;
  const day = dates?.get(localMoment(timeZone, nowMs).date) ?? null;
  if (!day) return { isOnDuty: periods.length === 0 || isWithinPeriods(periods, timeZone, nowMs), day: null };
  const { time } = localMoment(timeZone, nowMs);
  return { isOnDuty: day.hours.some(({ from, to }) => from <= time && time < to), day };
}

const alwaysOnDuty: Duty = { isOnDuty: true, day: null };

export function isWithinPeriods(periods: readonly WorkingPeriod[], timeZone: string, nowMs: number): boolean {
  const { day, time } = localMoment(timeZone, nowMs);
  return periods.some((period) => period.days.includes(day) && period.from <= time && time < period.to);
}

/** A minute at a place: `YYYY-MM-DD`, day of the week (1 Monday … 7 Sunday), `HH:MM`. */
export interface LocalMoment {
  readonly date: string;
  readonly day: number;
  readonly time: string;
}

const formats = new Map<string, Intl.DateTimeFormat>();
/** The minute asked last, of each zone: calls come by the second, and telling a zone's time is dear. */
const told = new Map<string, { readonly minute: number; readonly moment: LocalMoment }>();
const weekdays: Readonly<Record<string, number>> = { Mon: 1, Tue: 2, Wed: 3, Thu: 4, Fri: 5, Sat: 6, Sun: 7 };

export function localMoment(timeZone: string, nowMs: number): LocalMoment {
  const minute = Math.floor(nowMs / 60_000);
  const last = told.get(timeZone);
  if (last?.minute === minute) return last.moment;
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    formats.set(timeZone, format);
  }
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {};
  for (const { type, value } of format.formatToParts(nowMs)) parts[type] = value;
  const moment = {
    date: `${parts.year}-${parts.month}-${parts.day}`,
    day: weekdays[parts.weekday!]!,
    time: `${parts.hour}:${parts.minute}`,
  };
  told.set(timeZone, { minute, moment });
  return moment;
}

/** The instant of the last midnight at a place: where "today" begins. */
export function startOfDayMs(timeZone: string, nowMs: number): number {
  const local = new Date(nowMs).toLocaleString('sv-SE', { timeZone });
  const [hours, minutes, seconds] = local.slice(11).split(':').map(Number) as [number, number, number];
  const guess = nowMs - ((hours * 60 + minutes) * 60 + seconds) * 1_000 - (nowMs % 1_000);
  // A clock change since midnight moves the guess by the hour it moved.
  const atGuess = localMoment(timeZone, guess).time;
  if (atGuess === '00:00') return guess;
  const [guessHours, guessMinutes] = atGuess.split(':').map(Number) as [number, number];
  const off = guessHours * 60 + guessMinutes;
  return off < 720 ? guess - off * 60_000 : guess + (1_440 - off) * 60_000;
}
