import { expect, test } from 'vitest';
import { parseRange } from './octets.ts';

test.each([
  ['bytes=0-99', { from: 0, to: 100 }],
  ['bytes=900-', { from: 900, to: 1_000 }],
  ['bytes=900-5000', { from: 900, to: 1_000 }],
  ['bytes=-10', { from: 990, to: 1_000 }],
  ['bytes=-5000', { from: 0, to: 1_000 }],
  ['bytes=1000-', 'none'],
  ['bytes=-0', 'none'],
  ['bytes=5-4', undefined],
  ['bytes=-', undefined],
  ['bytes=0-1,5-6', undefined],
  ['lines=1-2', undefined],
  [null, undefined],
] as const)('RFC 9110 §14.1.2: %s of 1000 octets', (header, range) => {
  expect(parseRange(header, 1_000)).toEqual(range);
});
