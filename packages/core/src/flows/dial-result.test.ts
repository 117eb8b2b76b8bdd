import { expect, test } from 'vitest';
import { dialFailureOf, statusOfTone } from './dial-result.ts';

test.each([
  [486, 'busy'],
  [603, 'busy'],
  [408, 'no-answer'],
  [480, 'no-answer'],
  [404, 'unknown-number'],
  [484, 'unknown-number'],
  [503, 'no-way-through'],
  [488, 'failed'],
] as const)('%i means %s', (status, failure) => expect(dialFailureOf(status)).toBe(failure));

test.each([
  ['busy', 'busy'],
  ['congestion', 'no-way-through'],
  ['information', 'unknown-number'],
])('a line that sounds %s means %s', (tone, failure) =>
  expect(dialFailureOf(statusOfTone(tone)!)).toBe(failure),
);

test.each(['ringback', 'fax-calling', 'modem-answering'])('%s is no end of the attempt', (tone) =>
  expect(statusOfTone(tone)).toBeUndefined(),
);
