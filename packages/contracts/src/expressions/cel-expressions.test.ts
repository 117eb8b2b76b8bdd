import { expect, test } from 'vitest';
import { textOfValue, valueOf, type FlowValue } from '@seatgrid/core/flows/flow-value.ts';
import { expressionCharsMax, expressionPartsMax, valueElementsMax } from '@seatgrid/core/flows/limits.ts';
import { Decimal } from '@seatgrid/core/kernel/decimal.ts';
import { CelExpressions } from './cel-expressions.ts';

const expressions = new CelExpressions();
const variables = new Map<string, FlowValue>(
  Object.entries({
    account: '7712',
    name: '王小明',
    balance: Decimal.parse('19.90')!,
    count: 3n,
    none: null,
    isVip: true,
    rows: valueOf([
      { city: 'Suzhou', owed: 12.5 },
      { city: 'Wuxi', owed: 0 },
    ])!,
  }),
);
/** The value as text, or the fault's code and place. */
function said(text: string): string {
  const result = expressions.evaluate(text, variables);
  return result.ok ? textOfValue(result.value) : `${result.failure.code} at ${result.failure.at}`;
}

test.each([
  // D-06 on numbers and on texts.
  ['count + 4', '7'],
  ['count - 4', '-1'],
  ['count * 4', '12'],
  ['7 / 2', '3'],
  ['7 % 2', '1'],
  ['7.0 / 2', '3.5'],
  ['int(account) + 1', '7713'],
  ['name.length()', '3'],
  ['size(account)', '4'],
  ['account.replace("77", "0")', '012'],
  ['account + "-" + string(count)', '7712-3'],
  ['account.substring(1, 3)', '71'],
  ['account.startsWith("77") && isVip', 'true'],
  // Money is exact.
  ['0.1 + 0.2', '0.3'],
  ['0.1 + 0.2 == 0.3', 'true'],
  ['balance * 3', '59.7'],
  ['3 * balance', '59.7'],
  ['balance / 3', '6.633333333333'],
  ['round(balance / 3, 2)', '6.63'],
  ['decimal("12.50") - 2', '10.5'],
  ['-balance', '-19.9'],
  ['balance < 20 && balance >= 19.9 && 20 > balance', 'true'],
  ['decimal(2) == 2 && 2 == decimal(2) && decimal(2) != 3', 'true'],
  ['string(balance) + " yuan"', '19.9 yuan'],
  ['int(balance)', '19'],
  // Records and lists, as a query yields them.
  ['rows[0].city', 'Suzhou'],
  ['rows.size()', '2'],
  ['rows.filter(r, r.owed > 0).size()', '1'],
  ['rows.map(r, r.city)', '["Suzhou","Wuxi"]'],
  ['rows.exists(r, r.owed == 12.5) ? "debtor" : "fine"', 'debtor'],
  ['none == null', 'true'],
])('%s is %s', (text, value) => {
  expect(said(text)).toBe(value);
});

test.each([
  ['1 / 0', 'division-by-zero at 0'],
  ['count % (3 - 3)', 'division-by-zero at 0'],
  ['1 + balance / 0', 'division-by-zero at 4'],
  ['0.5 + balance / 0.0', 'division-by-zero at 6'],
  ['1 + unheardOf', 'unknown-name at 4'],
  ['rows[0].street', 'unknown-name at 8'],
  ['nothing(1)', 'unknown-function at 0'],
  ['1.5 + nothing(1)', 'unknown-function at 6'],
  ['account + 1', 'type at 0'],
  ['int(name)', 'type at 0'],
  ['decimal(name)', 'type at 0'],
  ['9223372036854775807 + 1', 'overflow at 0'],
  ['1 +', 'syntax at 3'],
  ['"a', 'syntax at 0'],
  ['', 'syntax at 0'],
  ['account.matches("(a+)+$")', 'unknown-function at 0'],
  ['double("1")', 'unknown-function at 0'],
  ['rows.all(a, rows.all(b, true))', 'too-long at 12'],
])('%s is refused: %s', (text, fault) => {
  expect(said(text)).toBe(fault);
});

test('what can be said without a call is said by the check, the rest is left to it', () => {
  expect(expressions.check('1 + x')).toBeUndefined();
  expect(expressions.check('1 +')).toMatchObject({ code: 'syntax', at: 3 });
  expect(expressions.check('nothing(x)')).toMatchObject({ code: 'unknown-function' });
  expect(expressions.check('"a" + 1')).toMatchObject({ code: 'type' });
  expect(expressions.namesIn('a.b + c.map(x, x + d)')).toEqual(['a', 'c', 'd']);
});

test('length, parts and what comes out are bounded', () => {
  expect(expressions.check('1'.repeat(expressionCharsMax + 1))).toMatchObject({ code: 'too-long' });
  expect(expressions.check(Array.from({ length: expressionPartsMax }, () => '1').join('+'))).toBeDefined();
  const long = new Map<string, FlowValue>([['long', 'x'.repeat(4_000)]]);
  for (const text of ['long + "x"', 'long.replace("x", "xx")', '[long, long + long]'])
    expect(expressions.evaluate(text, long), text).toMatchObject({
      ok: false,
      failure: { code: 'too-long' },
    });
});

test('the worst that fits into an expression ends in bounded time', () => {
  const list = Array.from({ length: valueElementsMax - 1 }, (_, index) => BigInt(index));
  const many = new Map<string, FlowValue>([['l', list]]);
  const worst = `(${Array.from({ length: 20 }, () => 'l').join('+')}).filter(x, ${Array.from({ length: 12 }, () => 'x').join('+')} < 0).size()`;
  expect(expressions.evaluate(worst, many)).toEqual({ ok: true, value: 0n });
});

test('nothing of the machine is within reach', () => {
  for (const text of [
    'constructor',
    'account.constructor',
    '__proto__',
    'toString',
    'rows.constructor',
    'process.exit(1)',
  ])
    expect(said(text), text).toMatch(/^(unknown-name|type|unknown-function|syntax) at/);
});
