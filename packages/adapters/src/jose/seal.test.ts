import { expect, test } from 'vitest';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import { seal, unseal } from './seal.ts';

const key = Buffer.alloc(32, 7);
const random = createSeededRandom(3);
const secret = { text: 'päss-口令', of: 'trunk 1' };

test('what was sealed opens with its key for its row, and is never twice the same', () => {
  const sealed = seal(key, secret, random);
  expect(unseal(key, { sealed, of: secret.of })).toBe(secret.text);
  expect(Buffer.from(sealed).includes(secret.text)).toBe(false);
  expect(seal(key, secret, random)).not.toEqual(sealed);
});

test('another key, another row, a changed bit or a cut do not open it', () => {
  const sealed = seal(key, secret, random);
  expect(unseal(Buffer.alloc(32, 8), { sealed, of: secret.of })).toBeUndefined();
  expect(unseal(key, { sealed, of: 'trunk 2' })).toBeUndefined();
  for (let place = 0; place < sealed.length; place++) {
    const bent = Uint8Array.from(sealed);
    bent[place]! ^= 1;
    expect(unseal(key, { sealed: bent, of: secret.of })).toBeUndefined();
    expect(unseal(key, { sealed: sealed.subarray(0, place), of: secret.of })).toBeUndefined();
  }
});
