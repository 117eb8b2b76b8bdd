import { expect, test } from 'vitest';
import type { DidId, FlowId } from '../kernel/ids.ts';
import type { InboundRule, NextStep } from './inbound-rule.ts';
import { resolveInboundRule } from './resolve-inbound-rule.ts';
import { isWithinPeriods, localDayAndTime, startOfDayMs } from './working-time.ts';

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
  expect(localDayAndTime('Asia/Kathmandu', at('2026-11-23T00:00:00Z'))).toEqual({ day: 1, time: '05:45' });
});

const didA = 'a' as DidId;
const didB = 'b' as DidId;
const flow = (name: string): NextStep => ({ kind: 'flow', flowId: name as FlowId });
const rule = (name: string, didIds: DidId[]): InboundRule => ({
  id: name as never,
  name,
  didIds,
  workingTime: office,
  onDuty: flow(`${name}-day`),
  offDuty: flow(`${name}-night`),
});
const tenant = {
  rules: [rule('hotline', [didA]), rule('care', [didB])],
  forcedHandling: null,
  timeZone: 'Asia/Shanghai',
};

test('the rule is chosen by the number dialled and the hour, and forced handling beats them all (A-14, A-15)', () => {
  const day = at('2026-11-23T02:00:00Z');
  const night = at('2026-11-23T13:00:00Z');
  expect(resolveInboundRule(tenant, didA, day)).toEqual({ step: flow('hotline-day'), ruleName: 'hotline' });
  expect(resolveInboundRule(tenant, didB, day)?.step).toEqual(flow('care-day'));
  expect(resolveInboundRule(tenant, didA, night)?.step).toEqual(flow('hotline-night'));
  const forced = { ...tenant, forcedHandling: flow('forced') };
  for (const instant of [day, night])
    expect(resolveInboundRule(forced, didB, instant)?.step).toEqual(flow('forced'));
  expect(resolveInboundRule(tenant, 'none' as DidId, day)).toBeUndefined();
});
