import { expect, test } from 'vitest';
import { makePassword } from './make-password.ts';

test('makes passwords of one length, without look-alikes, never the same', () => {
  let seed = 7;
  const octet = () => ((seed = (seed * 48_271) % 0x7fffffff) >> 8) & 0xff;
  const random = { bytes: (length: number) => Uint8Array.from({ length }, octet) };
  const made = Array.from({ length: 50 }, () => makePassword(random));
  expect(new Set(made).size).toBe(50);
  for (const password of made) expect(password).toMatch(/^[a-km-zA-HJ-NP-Z2-9]{20}$/);
});

test('draws again what would make some characters likelier', () => {
  let draw = 0;
  const random = { bytes: (length: number) => new Uint8Array(length).fill(draw++ === 0 ? 255 : 0) };
  expect(makePassword(random)).toBe('a'.repeat(20));
});
