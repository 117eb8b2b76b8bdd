import { expect, test } from 'vitest';
import { calendarDates } from './calendar.ts';
import { dutyAt, isWithinPeriods, localMoment, startOfDayMs } from './working-time.ts';

const office = [{ days: [1, 2, 3, 4, 5], from: '09:00', to: '18:00' }];
const at = (iso: string) => Date.parse(iso);

test.each([
  ['Asia/Shanghai', '2026-11-23T00:59:59Z', false],
  ['Asia/Shanghai', '2026-11-23T01:00:00Z', true],
  ['Asia/Shanghai', '2026-11-23T10:00:00Z', false],
  ['Asia/Shanghai', '2026-11-22T03:00:00Z', false],
  ['America/New_York', '2026-11-23T14:00:00Z', true],
])('working time in %s at %s is %s', (zone, iso, expected) => {
  expect(isWithinPeriods(office, zone, at(iso))).toBe(expected);
});

test('a period up to 24:00 holds in the last minute of the day', () => {
  expect(
    isWithinPeriods([{ days: [7], from: '00:00', to: '24:00' }], 'UTC', at('2026-11-22T23:59:59Z')),
  ).toBe(true);
});

test('today begins at local midnight, also on the days the clock changes', () => {
  expect(startOfDayMs('Asia/Shanghai', at('2026-11-23T03:00:00Z'))).toBe(at('2026-11-22T16:00:00Z'));
  expect(startOfDayMs('America/New_York', at('2026-11-01T20:00:00Z'))).toBe(at('2026-11-01T04:00:00Z'));
  expect(startOfDayMs('America/New_York', at('2026-03-08T20:00:00Z'))).toBe(at('2026-03-08T05:00:00Z'));
  expect(localMoment('Asia/Kathmandu', at('2026-11-23T00:00:00Z'))).toEqual({
    date: '2026-11-23',
    day: 1,
    time: '05:45',
  });
});

test('a special day goes before its weekday: closed, or open for hours of its own; the date is that of the zone', () => {
  const dates = calendarDates({
    id: 'c' as never,
    name: 'Public holidays',
    days: [
      { date: '2026-11-23', name: 'Holiday', hours: [] },
      { date: '2026-11-22', name: 'Made-up Sunday', hours: [{ from: '10:00', to: '12:00' }] },
    ],
  });
  const duty = (periods: typeof office, iso: string) =>
    dutyAt(periods, dates, { timeZone: 'Asia/Shanghai', nowMs: at(iso) });
  // Monday 10:00, a working hour of any other week; and 23:59 the evening before, still Sunday there.
  expect(duty(office, '2026-11-23T02:00:00Z')).toMatchObject({ isOnDuty: false, day: { name: 'Holiday' } });
  expect(duty(office, '2026-11-22T03:00:00Z')).toMatchObject({
    isOnDuty: true,
    day: { name: 'Made-up Sunday' },
  });
  expect(duty(office, '2026-11-22T04:00:00Z')).toMatchObject({ isOnDuty: false });
  expect(duty(office, '2026-11-24T02:00:00Z')).toEqual({ isOnDuty: true, day: null });
  expect(duty([], '2026-11-22T16:00:00Z').isOnDuty).toBe(false);
  expect(duty([], '2026-11-23T16:00:00Z').isOnDuty).toBe(true);
});
