import { expect, test } from 'vitest';
import { maskNumber } from './mask-number.ts';

test.each([
  ['13800138000', '138******00'],
  ['+864008001000', '+86********00'],
  ['1001', '1001'],
  ['10010', '***10'],
  ['', ''],
])('%s stands in logs as %s', (number, masked) => {
  expect(maskNumber(number)).toBe(masked);
});
