import { expect, test } from 'vitest';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import type { AgentId, DidId, SiteId, TrunkId } from '../kernel/ids.ts';
import { callerNumberOf } from './caller-number.ts';
import { outboundRuleOf, type OutboundRule, type TrunkSelection } from './outbound-rule.ts';
import { readDialled } from './read-dialled.ts';
import { selectTrunks } from './select-trunks.ts';

const lines = ['101', '102', '103', '104'] as readonly string[] as readonly TrunkId[];
const rule = (name: string, agentIds: string[]): OutboundRule => ({
  id: name as never,
  name,
  agentIds: agentIds as AgentId[],
  trunkIds: lines,
  selection: 'in-order',
  prefix: '',
  callerDidId: null,
});

test.each<[TrunkSelection, string]>([
  ['in-order', '101 101 101 101 101 101 101 101'],
  ['rotation', '101 102 103 104 101 102 103 104'],
  ['random', '101 101 104 103 101 102 102 102'],
])('eight calls over four lines chosen %s leave on %s (A-17)', (selection, expected) => {
  const random = createSeededRandom(17);
  let lastUsed: TrunkId | undefined;
  const used = Array.from(
    { length: 8 },
    () => (lastUsed = selectTrunks(selection, lines, lastUsed, random)[0]!),
  );
  expect(used.join(' ')).toBe(expected);
});

test('every line is tried once, whatever the choice', () => {
  const random = createSeededRandom(1);
  for (const selection of ['in-order', 'rotation', 'random'] as const)
    for (const lastUsed of [undefined, ...lines, 'gone' as TrunkId])
      expect(selectTrunks(selection, lines, lastUsed, random).sort()).toEqual(lines);
  expect(selectTrunks('rotation', lines, lines[2], random).join(' ')).toBe('104 101 102 103');
});

test('chance gives every line its share', () => {
  const random = createSeededRandom(2);
  const counts = new Map(lines.map((line) => [line, 0]));
  for (let call = 0; call < 4_000; call++) {
    const [first] = selectTrunks('random', lines, undefined, random);
    counts.set(first!, counts.get(first!)! + 1);
  }
  for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(120);
});

test('an agent takes the rule that names it, everybody else the one that names nobody', () => {
  const business = rule('business group', ['a']);
  const others = rule('others', []);
  expect(outboundRuleOf([others, business], 'a' as AgentId)).toBe(business);
  expect(outboundRuleOf([others, business], 'b' as AgentId)).toBe(others);
  expect(outboundRuleOf([others, business], null)).toBe(others);
  expect(outboundRuleOf([business], 'b' as AgentId)).toBeUndefined();
});

test.each([
  ['9', '913911112222', { kind: 'outside', number: '13911112222' }],
  ['9', '801', { kind: 'extension' }],
  ['9', '9801', { kind: 'outside', number: '801' }],
  ['9', '13911112222', { kind: 'prefix-missing' }],
  ['9', '+8613911112222', { kind: 'outside', number: '+8613911112222' }],
  ['9', '9', { kind: 'prefix-missing' }],
  ['', '13911112222', { kind: 'outside', number: '13911112222' }],
  ['', '913911112222', { kind: 'outside', number: '913911112222' }],
  ['', '801', { kind: 'extension' }],
])('with the prefix "%s", %s means %j (A-18)', (prefix, dialled, expected) => {
  expect(readDialled(dialled, prefix, (number) => number === '801')).toEqual(expected);
});

const did = (id: string, number: string, siteId: string | null) => ({
  id: id as DidId,
  number,
  siteId: siteId as SiteId | null,
});
const dids = [
  did('hotline', '+864008000000', null),
  did('x', '+861010000000', 'X'),
  did('y', '+862120000000', 'Y'),
];

test.each([
  [null, 'X', '+861010000000'],
  [null, 'Y', '+862120000000'],
  [null, 'Z', '+864008000000'],
  [null, null, '+864008000000'],
  ['hotline', 'X', '+864008000000'],
  // A number since taken back binds nothing.
  ['gone', 'Y', '+862120000000'],
])('bound to %s, an agent at site %s shows %s (A-18, B-08)', (callerDidId, siteId, expected) => {
  const bound = { callerDidId: callerDidId as DidId | null };
  expect(callerNumberOf(dids, bound, siteId as SiteId | null)).toBe(expected);
  if (callerDidId === null) expect(callerNumberOf(dids, undefined, siteId as SiteId | null)).toBe(expected);
});

test('a tenant without numbers shows none', () => {
  expect(callerNumberOf([], undefined, 'X' as SiteId)).toBe('');
});
