/** Hours of a special day as they are typed: `09:00-12:00, 13:30-17:00`. */
import type { DayHours } from '@seatgrid/core/numbers/calendar.ts';

export function hoursText(hours: readonly DayHours[]): string {
  return hours.map(({ from, to }) => `${from}-${to}`).join(', ');
}

/** What cannot be read goes on as it was typed, so that the form says where. */
export function readHours(text: string): DayHours[] {
  return text
    .split(/[,，;；]/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const [from = '', to = ''] = part.split(/[-–~～]/).map((time) => time.trim());
      return { from: padded(from), to: padded(to) };
    });
}

function padded(time: string): string {
  return /^[0-9]:/.test(time) ? `0${time}` : time.replace('：', ':');
}

/** The days of a month in weeks from Monday; null before its first day. */
export function monthDays(year: number, month: number): (string | null)[] {
  const first = new Date(Date.UTC(year, month - 1, 1));
  const lead = (first.getUTCDay() + 6) % 7;
  const count = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const date = (day: number) => `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
  return [
    ...Array.from({ length: lead }, () => null),
    ...Array.from({ length: count }, (_, index) => date(index + 1)),
  ];
}
