import { wallClock } from '@seatgrid/testkit/wall-clock.ts';
import { expect, test } from 'vitest';
import { readCalendarApart } from './read-calendar-apart.ts';
import { readCalendar } from './read-calendar.ts';

const file = (...events: readonly string[][]) =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    ...events.flatMap((lines, at) => [
      'BEGIN:VEVENT',
      ...(lines[0]!.startsWith('UID') ? [] : [`UID:${at}`]),
      ...lines,
      'END:VEVENT',
    ]),
    'END:VCALENDAR',
    '',
  ].join('\r\n');
const asked = (text: string) => ({ text, timeZone: 'Asia/Shanghai', fromYear: 2026, toYear: 2028 });
const read = (...events: readonly string[][]) => readCalendar(asked(file(...events)), () => {});
const datesOf = (...events: readonly string[][]) => read(...events).days.map(({ date }) => date);

test('an event of whole days closes each of them; its end is the day after its last', () => {
  expect(read(['SUMMARY:National Day', 'DTSTART;VALUE=DATE:20261001', 'DTEND;VALUE=DATE:20261003'])).toEqual({
    days: [
      { date: '2026-10-01', name: 'National Day', hours: [] },
      { date: '2026-10-02', name: 'National Day', hours: [] },
    ],
    faults: [],
  });
});

test('an event with hours is a day with hours of its own, by the wall’s clock or told in UTC', () => {
  expect(
    read(
      ['SUMMARY:Open\\, but short', 'DTSTART;TZID=Asia/Shanghai:20261231T090000', 'DTEND;TZID=Asia/Shanghai:20261231T120000'],
      ['SUMMARY:Late', 'DTSTART:20260630T010000Z', 'DURATION:PT2H'],
    ).days,
  ).toEqual([
    { date: '2026-06-30', name: 'Late', hours: [{ from: '09:00', to: '11:00' }] },
    { date: '2026-12-31', name: 'Open, but short', hours: [{ from: '09:00', to: '12:00' }] },
  ]);
}); // prettier-ignore

test.each([
  ['every year', 'RRULE:FREQ=YEARLY', ['2026-05-01', '2027-05-01', '2028-05-01']],
  ['the fourth Thursday of November', 'RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH', ['2026-11-26', '2027-11-25', '2028-11-23']],
  ['twice', 'RRULE:FREQ=YEARLY;COUNT=2', ['2026-05-01', '2027-05-01']],
  ['until a day', 'RRULE:FREQ=MONTHLY;UNTIL=20260705', ['2026-05-01', '2026-06-01', '2026-07-01']],
  ['a day that never is', 'RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30', []],
])('what recurs is told day by day: %s', (_, rule, dates) => {
  const start = rule.includes('BYDAY') ? '20261126' : '20260501';
  const told = datesOf(['SUMMARY:x', `DTSTART;VALUE=DATE:${start}`, rule]);
  expect(told.filter((date) => date !== '2026-05-01' || dates.includes(date))).toEqual(dates);
}); // prettier-ignore

test('a day taken out of a series is none; a day that was moved stands where it was moved to', () => {
  const series = [
    'SUMMARY:x',
    'DTSTART;VALUE=DATE:20260501',
    'RRULE:FREQ=YEARLY',
    'EXDATE;VALUE=DATE:20270501',
  ];
  expect(datesOf(series)).toEqual(['2026-05-01', '2028-05-01']);
  const moved = ['UID:0', 'SUMMARY:x', 'RECURRENCE-ID;VALUE=DATE:20280501', 'DTSTART;VALUE=DATE:20280502'];
  expect(datesOf(series, moved)).toEqual(['2026-05-01', '2028-05-02']);
  expect(datesOf(['SUMMARY:off', 'STATUS:CANCELLED', 'DTSTART;VALUE=DATE:20260501'])).toEqual([]);
});

test('what cannot be read is named by its line and cause, and the rest is taken', () => {
  const { days, faults } = read(
    ['SUMMARY:fine', 'DTSTART;VALUE=DATE:20260501'],
    ['SUMMARY:no such day', 'DTSTART;VALUE=DATE:20260231'],
    ['SUMMARY:no date'],
    ['SUMMARY:rule', 'DTSTART;VALUE=DATE:20260501', 'RRULE:FREQ=NEVER'],
    ['SUMMARY:words', 'DTSTART:tomorrow'],
    ['SUMMARY:make-up Saturday', 'X-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY', 'DTSTART;VALUE=DATE:20260509'],
  );
  expect(days.map(({ name }) => name)).toEqual(['fine']);
  expect(faults.map(({ line, cause }) => [line, cause])).toEqual([
    [11, 'bad-line'],
    [13, 'no-date'],
    [21, 'bad-rule'],
    [26, 'bad-line'],
    [28, 'working-day'],
  ]);
  expect(readCalendar(asked('number,reason'), () => {}).faults).toMatchObject([{ line: 1, cause: 'not-a-calendar' }]); // prettier-ignore
});

test('a rule that would be reckoned for ever is given up, and its event named', async () => {
  const fine = ['SUMMARY:fine', 'DTSTART;VALUE=DATE:20260501'];
  const endless = ['SUMMARY:x', 'DTSTART;VALUE=DATE:20260101', 'RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30'];
  expect((await readCalendarApart(asked(file(fine)), wallClock)).days).toHaveLength(1);
  expect(await readCalendarApart(asked(file(fine, endless)), wallClock, 1_000)).toMatchObject({ faults: [{ line: 8, cause: 'endless' }] }); // prettier-ignore
}, 30_000);
