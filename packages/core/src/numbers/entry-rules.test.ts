import { expect, test } from 'vitest';
import type { AgentId, DidId, FlowId, TrunkId } from '../kernel/ids.ts';
import { EntryRules, type Arrival, type EntrySettings } from './entry-rules.ts';
import type { InboundRule, NextStep } from './inbound-rule.ts';

const hotline = 'hotline' as DidId;
const care = 'care' as DidId;
const carrier = 'carrier' as TrunkId;
const day = Date.parse('2026-11-23T02:00:00Z');
const night = Date.parse('2026-11-23T13:00:00Z');
const flow = (name: string): NextStep => ({ kind: 'flow', flowId: name as FlowId });
const rule = (name: string, given: Partial<InboundRule> = {}): InboundRule => ({
  id: name as never,
  name,
  order: 100,
  didIds: [hotline],
  trunkIds: [],
  callers: [],
  levels: [],
  workingTime: [{ days: [1, 2, 3, 4, 5], from: '09:00', to: '18:00' }],
  calendarId: null,
  onDuty: flow(`${name}-day`),
  offDuty: flow(`${name}-night`),
  ...given,
});
const rulesOf = (rules: readonly InboundRule[], given: Partial<EntrySettings> = {}) =>
  new EntryRules({
    timeZone: 'Asia/Shanghai',
    rules,
    calendars: [],
    forcedHandling: null,
    barredNumbers: [],
    customerLevels: [],
    numberSegments: [],
    dedicatedAgents: [],
    ...given,
  });
const arrival = (given: Partial<Arrival> = {}): Arrival => ({
  fromNumber: '+8613800138000',
  didId: hotline,
  trunkId: carrier,
  atMs: day,
  ...given,
});
const stepOf = (rules: EntryRules, given: Partial<Arrival> = {}) => {
  const step = rules.decide(arrival(given))?.step;
  return step?.kind === 'flow' ? (step.flowId as string) : step?.kind;
};

test('the rule is chosen by the number dialled and the hour, and forced handling beats them all (A-14, A-15)', () => {
  const both = [rule('hotline'), rule('care', { didIds: [care] })];
  const rules = rulesOf(both);
  expect(stepOf(rules)).toBe('hotline-day');
  expect(stepOf(rules, { didId: care })).toBe('care-day');
  expect(stepOf(rules, { atMs: night })).toBe('hotline-night');
  const forced = rulesOf(both, { forcedHandling: flow('forced') });
  for (const atMs of [day, night]) expect(stepOf(forced, { didId: care, atMs })).toBe('forced');
  expect(stepOf(rules, { didId: 'none' as DidId })).toBeUndefined();
});

test('rules of one number are asked in their order: trunk, caller, level and hour narrow whom each is for', () => {
  const rules = rulesOf(
    [
      rule('everybody'),
      rule('gold', { order: 10, levels: [1] }),
      rule('mobiles', { order: 30, callers: ['+86138*', '10086'] }),
      rule('carrier', { order: 20, trunkIds: [carrier], offDuty: null }),
    ],
    { customerLevels: [{ pattern: '13900139000', level: 1 }, { pattern: '139*', level: 3 }] },
  ); // prettier-ignore
  expect(stepOf(rules, { fromNumber: '+8613900139000' })).toBe('gold-day');
  expect(stepOf(rules, { fromNumber: '+8613900139001' })).toBe('carrier-day');
  expect(stepOf(rules, { trunkId: null })).toBe('mobiles-day');
  expect(stepOf(rules, { trunkId: null, fromNumber: '' })).toBe('everybody-day');
  // Off duty the third rule is not for this call, and the next one is asked.
  expect(stepOf(rules, { atMs: night })).toBe('mobiles-night');
});

test('what the lists say of the caller goes along: level and department, and who is barred', () => {
  const rules = rulesOf([rule('all')], {
    barredNumbers: ['+8613800138000', '1391*'],
    customerLevels: [{ pattern: '13700137000', level: 1 }],
    numberSegments: [{ pattern: '13700130000~13700139999', department: 'North' }],
  });
  expect(rules.decide(arrival({ fromNumber: '+8613700137000' }))?.caller).toEqual({ level: 1, department: 'North' }); // prettier-ignore
  expect(rules.decide(arrival())?.caller).toEqual({ level: null, department: null });
  expect(rules.lists.barredBy('13800138000')).toBe('+8613800138000');
  expect(rules.lists.barredBy('+8613912345678')).toBe('1391*');
  expect(rules.lists.barredBy('+8613700137000')).toBeUndefined();
  expect(rules.lists.barredBy('')).toBeUndefined();
});

test('F-08: whose customer a caller is: the narrowest entry says, however the number is written', () => {
  const [amy, bob] = ['amy', 'bob'] as AgentId[];
  const { lists } = rulesOf([], {
    dedicatedAgents: [{ pattern: '1370013*', agentId: amy! }, { pattern: '+8613700137000', agentId: bob! }],
  });
  expect(['+8613700137000', '13700139999', '13800138000', ''].map((caller) => lists.dedicatedAgentOf(caller))).toEqual([bob, amy, undefined, undefined]);
}); // prettier-ignore

test('lists in which nothing changed are not read anew', () => {
  const settings = { barredNumbers: ['110'], customerLevels: [{ pattern: '1*', level: 2 }] };
  const { lists } = rulesOf([], settings);
  const again = (given: Partial<EntrySettings>) =>
    lists.holds({ ...settings, numberSegments: [], dedicatedAgents: [], ...given });
  expect(again(structuredClone(settings))).toBe(true);
  expect(again({ barredNumbers: ['111'] })).toBe(false);
  expect(again({ barredNumbers: [] })).toBe(false);
  expect(again({ customerLevels: [{ pattern: '1*', level: 1 }] })).toBe(false);
  expect(again({ numberSegments: [{ pattern: '1*', department: 'North' }] })).toBe(false);
  expect(again({ dedicatedAgents: [{ pattern: '1*', agentId: 'amy' as AgentId }] })).toBe(false);
});

test('a special day decides before the weekday, and a calendar that is gone says nothing', () => {
  const calendars = [{ id: 'holidays' as never, name: 'Holidays', days: [{ date: '2026-11-23', name: 'Holiday', hours: [] }] }]; // prettier-ignore
  const rules = [rule('all', { calendarId: 'holidays' as never })];
  expect(stepOf(rulesOf(rules, { calendars }))).toBe('all-night');
  expect(rulesOf(rules, { calendars }).decide(arrival())?.duty?.day?.name).toBe('Holiday');
  expect(stepOf(rulesOf(rules))).toBe('all-day');
});

test('who asks beforehand is told of every rule passed over, and why; the answer is the call’s', () => {
  const rules = rulesOf([
    rule('plain'),
    rule('plain too', { order: 200 }),
    rule('other', { order: 1, didIds: [care] }),
    rule('trunk', { order: 2, trunkIds: ['another' as TrunkId] }),
    rule('caller', { order: 3, callers: ['139*'] }),
    rule('level', { order: 4, levels: [1, 2] }),
    rule('night', { order: 5, workingTime: [{ days: [1], from: '22:00', to: '24:00' }], offDuty: null }),
  ]);
  const passedOver: string[] = [];
  const entry = rules.decide(arrival(), ({ name }, by) => passedOver.push(`${name}: ${by}`));
  expect(passedOver).toEqual(['other: number', 'trunk: trunk', 'caller: caller', 'level: level', 'night: off-duty', 'plain too: later']); // prettier-ignore
  expect(entry).toEqual(rules.decide(arrival()));
});
