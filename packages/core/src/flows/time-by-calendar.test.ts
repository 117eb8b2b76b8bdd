import { expect, test } from 'vitest';
import { calendarDates, type CalendarId } from '../numbers/calendar.ts';
import { FlowMachine } from './flow-machine.ts';
import type { TimeStep } from './kinds/time.ts';
import { noExpressions } from './no-expressions.ts';

const calendarId = 'holidays' as CalendarId;
const days = [
  { date: '2026-12-25', name: 'Christmas', hours: [] },
  { date: '2026-12-27', name: 'Sunday with a sale', hours: [{ from: '10:00', to: '12:00' }] },
];
const step: TimeStep = {
  kind: 'time',
  periods: [{ days: [1, 2, 3, 4, 5], from: '09:00', to: '18:00' }],
  calendarId,
  inside: 'open',
  outside: 'closed',
};

function wayAt(instant: string, given: Partial<TimeStep> = {}, isThere = true): string {
  const bye = { kind: 'hang-up' as const, say: [] };
  const machine = new FlowMachine({
    flow: {
      id: 'f' as never,
      name: 'Main',
      version: 1,
      start: 'time',
      steps: { time: { ...step, ...given }, open: bye, closed: bye },
    },
    variables: new Map(),
    timeZone: 'Europe/London',
    defaultLocale: 'en',
    expressions: noExpressions,
    flows: new Map(),
    calendars: isThere
      ? new Map([[calendarId, calendarDates({ id: calendarId, name: 'Holidays', days })]])
      : new Map(),
    chance: () => 0,
  });
  const effects = machine.handle({ kind: 'start' }, Date.parse(instant));
  const left = effects.find((effect) => effect.kind === 'step');
  return left?.facts.outcome ?? '';
}

test('a special day goes before the hours of its weekday: closed all day, or with hours of its own', () => {
  expect(wayAt('2026-12-24T10:00:00Z')).toBe('inside');
  expect(wayAt('2026-12-25T10:00:00Z')).toBe('outside');
  expect(wayAt('2026-12-27T11:00:00Z')).toBe('inside');
  expect(wayAt('2026-12-27T13:00:00Z')).toBe('outside');
  expect(wayAt('2026-12-26T11:00:00Z')).toBe('outside');
});

test('without a calendar, or with one that is gone, the hours of the week decide alone', () => {
  expect(wayAt('2026-12-25T10:00:00Z', {}, false)).toBe('inside');
  expect(wayAt('2026-12-27T11:00:00Z', {}, false)).toBe('outside');
  expect(wayAt('2026-12-24T10:00:00Z', { periods: [] })).toBe('inside');
  expect(wayAt('2026-12-24T10:00:00Z', { periods: [] }, false)).toBe('outside');
});
