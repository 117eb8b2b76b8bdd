import { expect, test } from 'vitest';
import { DidIndex } from './did-index.ts';

const hotline = { number: '+8640080010001' };
const office = { number: '+85230010001' };
const twin = { number: '+4440080010001' };

test.each([
  ['+8640080010001', hotline],
  ['008640080010001', hotline],
  ['8640080010001', hotline],
  ['40080010001', hotline],
  ['040080010001', hotline],
  ['+85230010001', office],
  ['30010001', office],
  ['400-8001-0001', hotline],
  ['+40080010001', undefined],
  ['10001', undefined],
  ['sip', undefined],
  ['', undefined],
])('a carrier that writes %s means %o', (dialled, did) => {
  expect(new DidIndex([hotline, office]).find(dialled)).toBe(did);
});

test('a national form two numbers share belongs to neither', () => {
  const dids = new DidIndex([hotline, twin]);
  expect(dids.find('40080010001')).toBeUndefined();
  expect(dids.find('+4440080010001')).toBe(twin);
});
