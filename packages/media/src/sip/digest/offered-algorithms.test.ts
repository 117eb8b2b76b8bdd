import { expect, test } from 'vitest';
import { offeredAlgorithms } from './offered-algorithms.ts';

test.each([
  ['baresip v1.0.0 (x86_64/linux)', ['MD5']],
  ['baresip v0.6.5', ['MD5']],
  ['baresip v3.2.0 (x86_64/linux)', ['MD5', 'SHA-256']],
  ['Linphone Desktop/5.1', ['MD5', 'SHA-256']],
  ['', ['MD5', 'SHA-256']],
])('%s is offered %j', (userAgent, algorithms) => {
  expect(offeredAlgorithms(userAgent)).toEqual(algorithms);
});
