/** A date, a time or both, as databases, web services and flows write them (ISO 8601), told at the tenant's place. */
import { localMoment } from '../numbers/working-time.ts';

export interface ReadMoment {
  readonly date: { readonly year: number; readonly month: number; readonly day: number } | null;
  readonly time: { readonly hour: number; readonly minute: number } | null;
}

const written =
  /^(?:(\d{4})-?(\d{2})-?(\d{2}))?(?:^|[T ]|$)(?:(\d{1,2}):(\d{2})(?::\d{2}(?:[.,]\d{1,9})?)?\s*(Z|[+-]\d{2}:?\d{2})?)?$/;

/** Undefined: it is neither. */
export function readMoment(text: string, timeZone: string): ReadMoment | undefined {
  const match = written.exec(text.trim());
  if (!match) return undefined;
  const [, year, month, day, hour, minute, zone] = match;
  if (zone !== undefined && year !== undefined) return atPlace(text, timeZone);
  const date = year === undefined ? null : { year: Number(year), month: Number(month), day: Number(day) };
  const time = hour === undefined ? null : { hour: Number(hour), minute: Number(minute) };
  if (!date && !time) return undefined;
  if (date && !isDay(date)) return undefined;
  if (time && (time.hour > 23 || time.minute > 59)) return undefined;
  return { date, time };
}

/** An instant is another day and hour at every place. */
function atPlace(text: string, timeZone: string): ReadMoment | undefined {
  const atMs = Date.parse(text.trim().replace(' ', 'T').replace(',', '.').replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  if (!Number.isFinite(atMs)) return undefined;
  const { date, time } = localMoment(timeZone, atMs);
  return readMoment(`${date} ${time}`, timeZone);
} // prettier-ignore

function isDay({ year, month, day }: NonNullable<ReadMoment['date']>): boolean {
  const made = new Date(Date.UTC(year, month - 1, day));
  return year > 0 && made.getUTCMonth() === month - 1 && made.getUTCDate() === day;
}
