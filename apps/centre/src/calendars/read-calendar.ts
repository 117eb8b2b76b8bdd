/**
 * Special days out of an iCalendar file (RFC 5545): an event of whole days closes them, one with hours is a day with hours of its
 * own, and what recurs is told day by day within the years asked for. What cannot be read is named by its line.
 * The library may reckon for ever on a rule that never comes true, so this runs apart (`read-calendar-apart.ts`).
 */
import ICAL from 'ical.js';
import { calendarDaysMax, type CalendarFault } from '@seatgrid/contracts/nouns/calendar.ts';
import type { CalendarDay, DayHours } from '@seatgrid/core/numbers/calendar.ts';
import { localMoment } from '@seatgrid/core/numbers/working-time.ts';

export interface CalendarAsked {
  readonly text: string;
  readonly timeZone: string;
  /** Inclusive. */
  readonly fromYear: number;
  readonly toYear: number;
}

export interface CalendarRead {
  readonly days: readonly CalendarDay[];
  readonly faults: readonly CalendarFault[];
}

interface ContentLine {
  readonly line: number;
  readonly text: string;
}

/** `onEvent`: the line of the event about to be read. */
export function readCalendar(asked: CalendarAsked, onEvent: (line: number) => void): CalendarRead {
  const lines = contentLines(asked.text);
  const faults: CalendarFault[] = [];
  if (lines[0]?.text.toUpperCase() !== 'BEGIN:VCALENDAR')
    return { days: [], faults: [{ line: 1, cause: 'not-a-calendar', text: lines[0]?.text.slice(0, 80) ?? '' }] };
  const events = eventsIn(lines).flatMap((event) => {
    onEvent(event.line);
    const read = readEvent(event, faults);
    return read ? [read] : [];
  });
  const moved = new Set(events.flatMap(({ uid, insteadOf }) => (insteadOf ? [`${uid} ${insteadOf}`] : [])));
  const days = new Map<string, { names: Set<string>; hours: DayHours[] }>();
  for (const event of events) {
    onEvent(event.line);
    for (const { date, hours } of daysOf(event, asked)) {
      if (!event.insteadOf && moved.has(`${event.uid} ${date}`)) continue;
      if (!days.has(date) && days.size >= calendarDaysMax) {
        faults.push({ line: event.line, cause: 'too-many', text: event.name });
        break;
      }
      const day = days.get(date) ?? { names: new Set<string>(), hours: [] };
      days.set(date, day);
      day.names.add(event.name);
      if (hours) day.hours.push(hours);
    }
  }
  const told = [...days].sort(([one], [other]) => (one < other ? -1 : 1));
  return {
    days: told.map(([date, { names, hours }]) => ({
      date,
      name: [...names].join(' · ').slice(0, 80),
      hours: hours.sort((one, other) => (one.from < other.from ? -1 : 1)).slice(0, 10),
    })),
    faults: faults.sort((one, other) => one.line - other.line),
  };
} // prettier-ignore

/** RFC 5545 §3.1: a line that begins with white space goes on where the one before it stopped. */
function contentLines(text: string): ContentLine[] {
  const lines: { line: number; text: string }[] = [];
  text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .forEach((written, index) => {
      if (/^[ \t]/.test(written) && lines.length > 0) lines.at(-1)!.text += written.slice(1);
      else if (written !== '') lines.push({ line: index + 1, text: written });
    });
  return lines;
}

interface EventLines {
  readonly line: number;
  readonly lines: readonly ContentLine[];
}

/** The lines of each event; those of alarms inside it are left out. */
function eventsIn(lines: readonly ContentLine[]): EventLines[] {
  const events: EventLines[] = [];
  const within: string[] = [];
  let held: ContentLine[] = [];
  for (const one of lines) {
    const [, edge, component] = /^(BEGIN|END):(\S+)/i.exec(one.text)?.map((part) => part.toUpperCase()) ?? [];
    if (edge === 'BEGIN') {
      within.push(component!);
      if (component === 'VEVENT') held = [one];
    } else if (edge === 'END') {
      if (component === 'VEVENT' && held.length > 0)
        events.push({ line: held[0]!.line, lines: held.slice(1) });
      within.pop();
    } else if (within.at(-1) === 'VEVENT') held.push(one);
  }
  return events;
}

interface ReadEvent {
  readonly line: number;
  readonly uid: string;
  readonly name: string;
  readonly event: ICAL.Event;
  readonly isWholeDays: boolean;
  /** RFC 5545 §3.8.4.4: the day of the series this one stands instead of. */
  readonly insteadOf: string | null;
}

function readEvent({ line, lines }: EventLines, faults: CalendarFault[]): ReadEvent | undefined {
  const component = new ICAL.Component('vevent');
  for (const one of lines) {
    if (/^X-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY/i.test(one.text)) {
      faults.push({ line, cause: 'working-day', text: summaryOf(lines) });
      return undefined;
    }
    if (!/^(DTSTART|DTEND|DURATION|SUMMARY|UID|RRULE|RDATE|EXDATE|RECURRENCE-ID|STATUS)[:;]/i.test(one.text))
      continue;
    try {
      const property = new ICAL.Property(ICAL.parse.property(one.text));
      if (!hasRealDates(property)) throw new Error('there is no such day');
      component.addProperty(property);
    } catch (error) {
      const cause = /^RRULE/i.test(one.text) ? 'bad-rule' : 'bad-line';
      faults.push({ line: one.line, cause, text: one.text.slice(0, 80) + reasonOf(error) });
      return undefined;
    }
  }
  const event = new ICAL.Event(component);
  const start = component.getFirstPropertyValue('dtstart');
  if (!(start instanceof ICAL.Time)) {
    faults.push({ line, cause: 'no-date', text: summaryOf(lines) });
    return undefined;
  }
  if (component.getFirstPropertyValue('status') === 'CANCELLED') return undefined;
  const instead = component.getFirstPropertyValue('recurrence-id');
  return {
    line,
    uid: event.uid,
    name: (event.summary || '—').slice(0, 80),
    event,
    isWholeDays: start.isDate,
    insteadOf: instead instanceof ICAL.Time ? instead.toString().slice(0, 10) : null,
  };
}

const reasonOf = (error: unknown) => (error instanceof Error ? `: ${error.message.slice(0, 100)}` : '');
const summaryOf = (lines: readonly ContentLine[]) =>
  lines.find(({ text }) => /^SUMMARY[:;]/i.test(text))?.text.slice(0, 80) ?? '';

/** The library takes any digits for a date. */
function hasRealDates(property: ICAL.Property): boolean {
  if (!['date', 'date-time'].includes(property.type)) return true;
  return property.getValues().every((value) => {
    if (!(value instanceof ICAL.Time)) return true;
    const { year, month, day } = value;
    const date = new Date(Date.UTC(year, month - 1, day));
    const written = String((property.jCal as unknown[])[3]).slice(0, 10);
    return date.getUTCMonth() + 1 === month && date.getUTCDate() === day && written === date.toISOString().slice(0, 10);
  });
} // prettier-ignore

function* daysOf(
  { event, isWholeDays }: ReadEvent,
  { timeZone, fromYear, toYear }: CalendarAsked,
): Iterable<{ date: string; hours: DayHours | null }> {
  const lastingDays = isWholeDays
    ? Math.max(1, Math.round((event.endDate.toUnixTime() - event.startDate.toUnixTime()) / 86_400))
    : 1;
  for (const start of occurrences(event, toYear)) {
    if (start.year < fromYear - 1) continue;
    if (isWholeDays)
      for (let day = 0; day < lastingDays; day++) {
        const date = new Date(Date.UTC(start.year, start.month - 1, start.day + day)).toISOString().slice(0, 10);
        if (isWithin(date, fromYear, toYear)) yield { date, hours: null };
      }
    else {
      const end = start.clone();
      end.addDuration(event.duration);
      const from = momentOf(start, timeZone);
      const to = momentOf(end, timeZone);
      const until = to.date === from.date ? to.time : '24:00';
      if (isWithin(from.date, fromYear, toYear) && from.time < until)
        yield { date: from.date, hours: { from: from.time, to: until } };
    }
  }
} // prettier-ignore

const isWithin = (date: string, fromYear: number, toYear: number) =>
  Number(date.slice(0, 4)) >= fromYear && Number(date.slice(0, 4)) <= toYear;

function* occurrences(event: ICAL.Event, toYear: number): Iterable<ICAL.Time> {
  if (!event.isRecurring()) {
    yield event.startDate;
    return;
  }
  const rule = event.component.getFirstPropertyValue('rrule');
  const monthDays = rule instanceof ICAL.Recur ? (rule.parts.BYMONTHDAY ?? []) : [];
  const iterator = event.iterator();
  for (let start = iterator.next(); start && start.year <= toYear; start = iterator.next()) {
    // RFC 5545 §3.3.10: what names no day, such as 30 February, is left out; the library moves it into the next month.
    const isMoved =
      monthDays.length > 0 && monthDays.every((day) => day > 0) && !monthDays.includes(start.day);
    if (!isMoved) yield start;
  }
}

/** A time with a zone of its own, or with none, is taken as the clock on the wall; one in UTC as what that is here. */
function momentOf(time: ICAL.Time, timeZone: string): { date: string; time: string } {
  if (time.zone === ICAL.Timezone.utcTimezone) return localMoment(timeZone, time.toUnixTime() * 1_000);
  const text = time.toString();
  return { date: text.slice(0, 10), time: text.slice(11, 16) };
}
