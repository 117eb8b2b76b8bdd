/** Public holidays and special days of a tenant: what is said of a date there goes before the working time of its weekday. */
import type { Id } from '../kernel/ids.ts';

export type CalendarId = Id<'calendar'>;

export interface Calendar {
  readonly id: CalendarId;
  readonly name: string;
  /** A date stands once. */
  readonly days: readonly CalendarDay[];
}

export interface CalendarDay {
  /** `YYYY-MM-DD` in the tenant's zone. */
  readonly date: string;
  readonly name: string;
  /** On duty within these; closed all day when empty. */
  readonly hours: readonly DayHours[];
}

/** `from` < `to`, both `HH:MM`, `to` up to `24:00`. */
export interface DayHours {
  readonly from: string;
  readonly to: string;
}

/** A calendar as it is asked: by date. */
export type CalendarDates = ReadonlyMap<string, CalendarDay>;

export function calendarDates(calendar: Calendar): CalendarDates {
  return new Map(calendar.days.map((day) => [day.date, day]));
}
