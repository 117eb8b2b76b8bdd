import { expect, test } from 'vitest';
import { hoursText, monthDays, readHours } from './day-hours.ts';

test('hours are read as people type them, and written back', () => {
  const hours = readHours('9:00-12:00，13:30 – 17:00 ,');
  expect(hours).toEqual([
    { from: '09:00', to: '12:00' },
    { from: '13:30', to: '17:00' },
  ]);
  expect(hoursText(hours)).toBe('09:00-12:00, 13:30-17:00');
  expect(readHours('')).toEqual([]);
  expect(readHours('noon')).toEqual([{ from: 'noon', to: '' }]);
});

test('a month stands in weeks from Monday', () => {
  const february = monthDays(2028, 2);
  expect(february.indexOf('2028-02-01')).toBe(1);
  expect(february.at(-1)).toBe('2028-02-29');
  expect(monthDays(2026, 6)[0]).toBe('2026-06-01');
});
