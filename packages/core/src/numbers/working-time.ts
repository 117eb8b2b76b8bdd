/** whether an instant lies in working time, told in the tenant's zone. */
import type { WorkingPeriod } from './inbound-rule.ts';

export function isWithinPeriods(periods: readonly WorkingPeriod[], timeZone: string, nowMs: number): boolean {
  const { day, time } = localDayAndTime(timeZone, nowMs);
  return periods.some((period) => period.days.includes(day) && period.from <= time && time < period.to);
}

const formats = new Map<string, Intl.DateTimeFormat>();
const weekdays: Readonly<Record<string, number>> = { Mon: 1, Tue: 2, Wed: 3, Thu: 4, Fri: 5, Sat: 6, Sun: 7 };

/** Day of the week (1 Monday … 7 Sunday) and `HH:MM` at a place. */
export function localDayAndTime(timeZone: string, nowMs: number): { day: number; time: string } {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    formats.set(timeZone, format);
  }
  let day = 1;
  let hour = '00';
  let minute = '00';
  for (const part of format.formatToParts(nowMs)) {
    if (part.type === 'weekday') day = weekdays[part.value]!;
    else if (part.type === 'hour') hour = part.value;
    else if (part.type === 'minute') minute = part.value;
  }
  return { day, time: `${hour}:${minute}` };
}

/** The instant of the last midnight at a place: where "today" begins. */
export function startOfDayMs(timeZone: string, nowMs: number): number {
  const local = new Date(nowMs).toLocaleString('sv-SE', { timeZone });
  const [hours, minutes, seconds] = local.slice(11).split(':').map(Number) as [number, number, number];
  const guess = nowMs - ((hours * 60 + minutes) * 60 + seconds) * 1_000 - (nowMs % 1_000);
  // A clock change since midnight moves the guess by the hour it moved.
  const atGuess = localDayAndTime(timeZone, guess).time;
  if (atGuess === '00:00') return guess;
  const [guessHours, guessMinutes] = atGuess.split(':').map(Number) as [number, number];
  const off = guessHours * 60 + guessMinutes;
  return off < 720 ? guess - off * 60_000 : guess + (1_440 - off) * 60_000;
}
