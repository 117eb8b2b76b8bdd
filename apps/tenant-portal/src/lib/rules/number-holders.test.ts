import { expect, test } from 'vitest';
import type { InboundRule } from '@seatgrid/core/numbers/inbound-rule.ts';
import { holderOf, rulesLeadingTo } from './number-holders.ts';

const rule = {
  id: 'r1',
  name: 'Hotline',
  didIds: ['d1', 'd2'],
  workingTime: [],
  onDuty: { kind: 'flow', flowId: 'f1' },
  offDuty: { kind: 'queue', queueId: 'q1' },
} as unknown as InboundRule;

test('a number is held by the rule that lists it, and not by the one being edited', () => {
  expect(holderOf([rule], 'd2' as never)?.name).toBe('Hotline');
  expect(holderOf([rule], 'd2' as never, 'r1')).toBeUndefined();
  expect(holderOf([rule], 'd9' as never)).toBeUndefined();
});

test('finds the rules that lead to a thing, by duty or off duty, and never by an equal id of another noun', () => {
  expect(rulesLeadingTo([rule], { kind: 'flow', id: 'f1' })).toEqual([rule]);
  expect(rulesLeadingTo([rule], { kind: 'queue', id: 'q1' })).toEqual([rule]);
  expect(rulesLeadingTo([rule], { kind: 'agent', id: 'q1' })).toEqual([]);
});
