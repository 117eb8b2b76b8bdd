import { expect, test } from 'vitest';
import { AddressBlocks } from './address-block.ts';

test.each([
  [['192.0.2.7'], '192.0.2.7', true],
  [['192.0.2.7'], '192.0.2.70', false],
  [['192.0.2.0/24'], '192.0.2.70', true],
  [['192.0.2.0/24'], '192.0.3.1', false],
  [['2001:db8::/32'], '2001:db8::5', true],
  [['2001:db8::/32'], '192.0.2.1', false],
  [['not an address', '192.0.2.0/99'], '192.0.2.1', false],
  [[], '127.0.0.1', false],
])('%j believes %s: %s', (sources, address, isBelieved) => {
  expect(new AddressBlocks(sources).has(address)).toBe(isBelieved);
});
