import { localMoment } from '@seatgrid/core/numbers/working-time.ts';
import { dayMs, hourMs, minuteMs } from '@seatgrid/core/kernel/duration.ts';

/** The last midnight in a zone. Where a clock change moves midnight itself, right to the hour that was skipped. */
export function dayStartMs(timeZone: string, nowMs: number): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(nowMs);
  const value = (type: string) => Number(parts.find((part) => part.type === type)?.value ?? 0);
  const sinceMs =
    value('hour') * hourMs + value('minute') * minuteMs + value('second') * 1_000 + (nowMs % 1_000);
  return nowMs - Math.min(sinceMs, dayMs);
}

/** The midnight a date begins with in a zone; of a date no calendar has, none. */
export function dateStartMs(timeZone: string, date: string): number {
  const noonMs = Date.parse(`${date}T12:00:00Z`);
  for (const aroundMs of [noonMs, noonMs - dayMs / 2, noonMs + dayMs / 2]) {
    const startMs = dayStartMs(timeZone, aroundMs);
    if (localMoment(timeZone, startMs + 6 * hourMs).date === date) return startMs;
  }
  return NaN;
}
