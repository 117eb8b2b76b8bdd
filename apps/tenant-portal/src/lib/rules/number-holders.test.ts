import { expect, test } from 'vitest';
import type { InboundRule } from '@seatgrid/core/numbers/inbound-rule.ts';
import { holderOf, rulesLeadingTo } from './number-holders.ts';

const rule = {
  id: 'r1',
  name: 'Hotline',
  order: 100,
  didIds: ['d1', 'd2'],
  workingTime: [],
  onDuty: { kind: 'flow', flowId: 'f1' },
  offDuty: { kind: 'queue', queueId: 'q1' },
} as unknown as InboundRule;

test('a number is held by the rule of the same order that lists it, and not by the one being edited', () => {
  const at = (order: number, ruleId?: string) => ({ order, ruleId });
  expect(holderOf([rule], 'd2' as never, at(100))?.name).toBe('Hotline');
  expect(holderOf([rule], 'd2' as never, at(99))).toBeUndefined();
  expect(holderOf([rule], 'd2' as never, at(100, 'r1'))).toBeUndefined();
  expect(holderOf([rule], 'd9' as never, at(100))).toBeUndefined();
});

test('finds the rules that lead to a thing, by duty or off duty, and never by an equal id of another noun', () => {
  expect(rulesLeadingTo([rule], { kind: 'flow', id: 'f1' })).toEqual([rule]);
  expect(rulesLeadingTo([rule], { kind: 'queue', id: 'q1' })).toEqual([rule]);
  expect(rulesLeadingTo([rule], { kind: 'agent', id: 'q1' })).toEqual([]);
});
