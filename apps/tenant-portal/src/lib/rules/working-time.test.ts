import { expect, test } from 'vitest';
import { dayRuns, nextPeriod, periodFaults, toggleDay, weekHours } from './working-time.ts';

const office = { days: [1, 2, 3, 4, 5], from: '09:00', to: '18:00' };

test('names each faulty period once', () => {
  const faults = periodFaults([
    office,
    { days: [], from: '09:00', to: '10:00' },
    { days: [6], from: '10:00', to: '09:00' },
    { days: [5, 6], from: '17:30', to: '19:00' },
    { days: [5], from: '18:00', to: '17:00' },
  ]);
  expect([...faults]).toEqual([
    [1, 'no-day'],
    [2, 'backwards'],
    [3, 'overlaps'],
    [4, 'backwards'],
  ]);
});

test('periods that only touch do not overlap', () => {
  expect(periodFaults([office, { days: [1], from: '18:00', to: '24:00' }]).size).toBe(0);
});

test('writes days in runs', () => {
  expect(dayRuns([7, 1, 2, 3, 5])).toEqual([
    [1, 3],
    [5, 5],
    [7, 7],
  ]);
  expect(dayRuns([])).toEqual([]);
});

test('a day is ticked and unticked in order', () => {
  expect(toggleDay(office, 6).days).toEqual([1, 2, 3, 4, 5, 6]);
  expect(toggleDay(office, 3).days).toEqual([1, 2, 4, 5]);
});

test('offers a further period beside those there are', () => {
  expect(nextPeriod([])).toEqual(office);
  expect(nextPeriod([office]).days).toEqual([6, 7]);
});

test('draws the hours of the week; no period is always', () => {
  expect(weekHours([]).every(Boolean)).toBe(true);
  const hours = weekHours([
    { days: [2], from: '09:30', to: '10:30' },
    { days: [7], from: '23:00', to: '24:00' },
  ]);
  expect(hours.flatMap((on, hour) => (on ? [hour] : []))).toEqual([24 + 9, 24 + 10, 6 * 24 + 23]);
});
