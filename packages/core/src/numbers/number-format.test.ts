import { expect, test } from 'vitest';
import { calledNumberFor, numberFor, toE164, type NumberFormat } from './number-format.ts';

const beijing: NumberFormat = {
  countryCode: '86',
  areaCode: '10',
  nationalPrefix: '0',
  unprefixed: ['13', '14', '15', '16', '17', '18', '19', '400', '800'],
  internationalPrefix: '00',
  bare: 'national',
  sent: 'national',
  strip: 0,
  add: '',
};
const newYork: NumberFormat = {
  countryCode: '1',
  areaCode: '',
  nationalPrefix: '1',
  unprefixed: [],
  internationalPrefix: '011',
  bare: 'national',
  sent: 'plus',
  strip: 0,
  add: '',
};
const digitsOnly: NumberFormat = {
  ...beijing,
  areaCode: '',
  nationalPrefix: '',
  bare: 'international',
  sent: 'digits',
};

test.each([
  ['Beijing', beijing, '+8613800138000', '+8613800138000'],
  ['Beijing', beijing, '008613800138000', '+8613800138000'],
  ['Beijing', beijing, '13800138000', '+8613800138000'],
  ['Beijing', beijing, '013800138000', '+8613800138000'],
  ['Beijing', beijing, '02160006000', '+862160006000'],
  ['Beijing', beijing, '60006000', '+861060006000'],
  ['Beijing', beijing, '400-800-0000', '+864008000000'],
  ['Beijing', beijing, '0012125550100', '+12125550100'],
  // Service numbers, stars and what is too long are nobody's E.164.
  ['Beijing', beijing, '110', undefined],
  ['Beijing', beijing, '10086', undefined],
  ['Beijing', beijing, '*21#', undefined],
  ['Beijing', beijing, '+861380013800099999', undefined],
  ['Beijing', beijing, 'anonymous', undefined],
  ['Beijing', beijing, '', undefined],
  ['New York', newYork, '2125550100', '+12125550100'],
  ['New York', newYork, '12125550100', '+12125550100'],
  ['New York', newYork, '011862160006000', '+862160006000'],
  ['digits only', digitsOnly, '862160006000', '+862160006000'],
])('in %s, %s means %s', (_place, format, written, expected) => {
  expect(toE164(written, format)).toBe(expected);
});

test.each<[NumberFormat['sent'], string, string]>([
  ['as-dialled', '02160006000', '02160006000'],
  ['plus', '02160006000', '+862160006000'],
  ['digits', '60006000', '861060006000'],
  ['national', '+862160006000', '02160006000'],
  ['national', '+8613800138000', '13800138000'],
  ['national', '+864008000000', '4008000000'],
  ['national', '+12125550100', '0012125550100'],
  ['plus', '110', '110'],
  ['digits', '', ''],
])('sent %s, %s is written %s, and means the same again', (sent, number, expected) => {
  const format = { ...beijing, sent };
  expect(numberFor(number, format)).toBe(expected);
  if (sent !== 'digits') expect(toE164(expected, format)).toBe(toE164(number, format));
});

test('what is stripped and added concerns the number dialled alone, last of all', () => {
  const format: NumberFormat = { ...beijing, sent: 'digits', strip: 2, add: '55#' };
  expect(calledNumberFor('02160006000', format)).toBe('55#2160006000');
  expect(numberFor('+862160006000', format)).toBe('862160006000');
});
