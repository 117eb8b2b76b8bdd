import { expect, test } from 'vitest';
import { Decimal } from './decimal.ts';

const of = (text: string) => Decimal.parse(text)!;

test.each([
  ['0.1 + 0.2', of('0.1').plus(of('0.2')), '0.3'],
  ['1.50 as it is', of('1.50'), '1.5'],
  ['-0.05', of('-0.05'), '-0.05'],
  ['1 - 1.25', of('1').minus(of('1.25')), '-0.25'],
  ['19.99 × 3', of('19.99').times(of('3')), '59.97'],
  ['1 ÷ 3', of('1').dividedBy(of('3'))!, '0.333333333333'],
  ['2 ÷ 3', of('2').dividedBy(of('3'))!, '0.666666666667'],
  ['-2 ÷ 3', of('-2').dividedBy(of('3'))!, '-0.666666666667'],
  ['1 ÷ 0.05', of('1').dividedBy(of('0.05'))!, '20'],
  ['2.345 to two places', of('2.345').rounded(2), '2.35'],
  ['-2.345 to two places', of('-2.345').rounded(2), '-2.35'],
  ['100', of('100'), '100'],
])('%s', (_, value, text) => {
  expect(String(value)).toBe(text);
});

test('division by zero is told, and what is no number is none', () => {
  expect(of('1').dividedBy(of('0.00'))).toBeUndefined();
  for (const text of ['', 'x', '1.', '.5', '1e3', '1 ', `${'9'.repeat(41)}`])
    expect(Decimal.parse(text)).toBeUndefined();
});

test('order is by value, whatever the places', () => {
  expect(of('1.5').compare(of('1.50'))).toBe(0);
  expect(of('-1.5').compare(of('0'))).toBe(-1);
  expect(of('10').compare(of('9.99'))).toBe(1);
  expect(of('-1.99').whole()).toBe(-1n);
});
