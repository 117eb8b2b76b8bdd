import { expect, test, vi } from 'vitest';
import { NumberIndex, rangeKeys } from './number-index.ts';
import { nationalDigits, readNumberPattern, writeNumberPattern } from './number-pattern.ts';

const index = (...written: string[]) =>
  new NumberIndex(written.map((one) => [readNumberPattern(one)!, one] as const));

test.each([
  ['+86 138-0013-8000', '+8613800138000'],
  ['0086138*', '+86138*'],
  ['010-8888 0000', '1088880000'],
  ['13800130000 ~ 13800139999', '13800130000~13800139999'],
  ['10086', '10086'],
  ['138**', undefined],
  ['*', undefined],
  ['caller', undefined],
  ['13800139999~13800130000', undefined],
  ['1380~13900', undefined],
  ['+86138~86139', undefined],
  ['', undefined],
])('%s is the pattern %s', (written, read) => {
  const pattern = readNumberPattern(written);
  expect(pattern && writeNumberPattern(pattern)).toBe(read);
});

test.each([
  ['+8613800138000', '13800138000'],
  ['13800138000', '+8613800138000'],
  ['008613800138000', '+8613800138000'],
  ['01088880000', '+861088880000'],
  ['+861088880000', '010 8888 0000'],
  ['+12125550100', '2125550100'],
])('an entry %s is found by a caller told as %s, and by nobody else', (entry, caller) => {
  expect(index(entry).find(caller)).toBe(entry);
  expect(index(entry).find(`${caller}1`)).toBeUndefined();
  expect(index(entry).find(caller.slice(0, -1))).toBeUndefined();
});

test('a country code is as long as its country has it: no other digits of a number are taken for one', () => {
  expect(['8613800138000', '12125550100', '852 21234567', '390612345678'].map((number) => nationalDigits(number.replace(' ', '')))).toEqual(
    ['13800138000', '2125550100', '21234567', '612345678'],
  ); // prettier-ignore
  expect(index('3800138000').find('+8613800138000')).toBeUndefined();
});

test('the narrowest entry counts: the number itself, then the longest beginning', () => {
  const lists = index('138*', '1380013*', '13800138000', '13800130000~13800134999');
  expect(lists.find('13800138000')).toBe('13800138000');
  expect(lists.find('+8613800138001')).toBe('1380013*');
  expect(lists.find('13800131234')).toBe('13800130000~13800134999');
  expect(lists.find('13812345678')).toBe('138*');
  expect(lists.find('139')).toBeUndefined();
  expect(lists.find('')).toBeUndefined();
  expect(lists.find('anonymous')).toBeUndefined();
});

test('the narrowest counts across ways of writing too', () => {
  const lists = index('1370013*', '+8613700137000', '+86138*', '1380013~1380014');
  expect(lists.find('13700137000')).toBe('+8613700137000');
  expect(lists.find('+8613700137000')).toBe('+8613700137000');
  expect(lists.find('+8613700131111')).toBe('1370013*');
  const other = index('+86137*', '13700137000', '1370013*');
  expect(other.find('+8613700137000')).toBe('13700137000');
  expect(other.find('008613700131234')).toBe('1370013*');
  expect(other.find('13799999999')).toBe('+86137*');
});

test('a range holds exactly its numbers', () => {
  const range = index('1234~5301');
  for (let number = 1000; number <= 9999; number++)
    expect(range.find(String(number)) !== undefined, String(number)).toBe(number >= 1234 && number <= 5301);
  expect(range.find('12345')).toBeUndefined();
  expect(rangeKeys('1000', '1999')).toEqual(['1???']);
});

test('ten thousand entries are looked through in as many glances as one', () => {
  const glancesOf = (entries: number) => {
    const patterns = Array.from({ length: entries }, (_, at) => `+86139${String(at).padStart(8, '0')}`);
    const lists = new NumberIndex(patterns.map((one) => [readNumberPattern(one)!, one] as const));
    const get = vi.spyOn(Map.prototype, 'get');
    expect(lists.find('+8613800138000')).toBeUndefined();
    const glances = get.mock.calls.length;
    get.mockRestore();
    return glances;
  };
  expect(glancesOf(10_000)).toBe(glancesOf(1));
});
