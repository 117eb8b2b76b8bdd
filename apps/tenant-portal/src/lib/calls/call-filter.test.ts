import { expect, test } from 'vitest';
import {
  addressOfFilter,
  dayAfter,
  dayOf,
  filterCount,
  filterOfAddress,
  queryOfFilter,
  startOfDay,
} from './call-filter.ts';

test('a filter survives the way through the address', () => {
  const filter = {
    fromDay: '2026-11-01',
    toDay: '2026-11-23',
    number: '138 +86',
    agentId: 'a',
    queueId: 'q',
    dispositionId: 'd',
    direction: 'inbound',
    hasRecording: 'yes',
    lostWithNode: 'yes',
    sort: 'agent',
    order: 'ascending',
  } as const;
  expect(filterOfAddress(new URLSearchParams(addressOfFilter(filter)))).toEqual(filter);
  expect(filterCount(filter)).toBe(9);
});

test('what makes no sense in an address is passed over', () => {
  const filter = filterOfAddress(
    new URLSearchParams('from=yesterday&direction=sideways&recording=maybe&lost=no&number=%20'),
  );
  expect(filterCount(filter)).toBe(0);
});

test('days are whole days of the tenant', () => {
  const query = queryOfFilter({ fromDay: '2026-11-23', toDay: '2026-11-23', number: '138' }, 'Asia/Shanghai');
  expect(query).toEqual({
    number: '138',
    fromMs: Date.parse('2026-11-22T16:00:00Z'),
    toMs: Date.parse('2026-11-23T15:59:59.999Z'),
  });
});

test('midnight is right on days the clocks change', () => {
  expect(startOfDay('2026-03-08', 'America/New_York')).toBe(Date.parse('2026-03-08T05:00:00Z'));
  expect(startOfDay('2026-03-09', 'America/New_York')).toBe(Date.parse('2026-03-09T04:00:00Z'));
  expect(startOfDay('2026-11-02', 'America/New_York')).toBe(Date.parse('2026-11-02T05:00:00Z'));
});

test('knows the day of an instant and the days around', () => {
  expect(dayOf(Date.parse('2026-11-22T16:00:00Z'), 'Asia/Shanghai')).toBe('2026-11-23');
  expect(dayAfter('2026-02-28')).toBe('2026-03-01');
  expect(dayAfter('2026-03-01', -1)).toBe('2026-02-28');
});
