import { z } from 'zod';
import type { Calendar, CalendarDay, DayHours } from '@seatgrid/core/numbers/calendar.ts';
import { idOf, schemaOf } from './ids.ts';
import { nameSchema } from './texts.ts';

/** Of one calendar. */
export const calendarDaysMax = 2_000;

export const hoursShape = {
  from: z.string().regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, 'HH:MM'),
  to: z.string().regex(/^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$/, 'HH:MM, up to 24:00'),
};
export const laterTo = [
  (hours: DayHours) => hours.from < hours.to,
  { path: ['to'], message: 'must be later than `from`' },
] satisfies [(hours: DayHours) => boolean, object];

export const calendarDateSchema = z.iso.date('a date, such as 2026-10-01');

export const calendarDaySchema = schemaOf<CalendarDay>()(
  z.object({
    date: calendarDateSchema,
    name: nameSchema,
    hours: z.array(z.object(hoursShape).refine(...laterTo)).max(10),
  }),
);

export const calendarSchema = schemaOf<Calendar>()(
  z.object({
    id: idOf<'calendar'>(),
    name: nameSchema,
    days: z
      .array(calendarDaySchema)
      .max(calendarDaysMax)
      .refine((days) => new Set(days.map(({ date }) => date)).size === days.length, 'a date stands once'),
  }),
);

/** Why a line of a calendar file could not be taken. */
export const calendarFaultSchema = z.object({
  line: z.number().int(),
  cause: z.enum([
    'not-a-calendar',
    'bad-line',
    'bad-rule',
    'no-date',
    /** A day of work beside the working week: which hours, the file does not say. */
    'working-day',
    'endless',
    'too-many',
  ]),
  text: z.string(),
});
export type CalendarFault = z.infer<typeof calendarFaultSchema>;
