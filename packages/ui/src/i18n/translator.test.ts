import { describe, expect, test } from 'vitest';
import { checkCatalogue } from './check-catalogue.ts';
import { nearestLocale } from './catalogue.ts';
import { createTranslator } from './create-translator.ts';
import { formatDate, formatDuration, formatDurationWords, formatPhone } from './format.ts';
import { kitWords } from './kit-words.ts';

describe('the translator', () => {
  const catalogue = {
    en: { waiting: '{count, plural, one {# call waits} other {# calls wait}}', desk: 'Desk' },
    'zh-Hans': { waiting: '{count, plural, other {# 个来电等待}}', desk: '工作台' },
    'zh-Hant': { waiting: '{count, plural, other {# 通來電等待}}', desk: '工作台' },
  };

  test('says plurals as each language does', () => {
    expect(createTranslator(catalogue, 'en')('waiting', { count: 1 })).toBe('1 call waits');
    expect(createTranslator(catalogue, 'en')('waiting', { count: 1200 })).toBe('1,200 calls wait');
    expect(createTranslator(catalogue, 'zh-Hans')('waiting', { count: 2 })).toBe('2 个来电等待');
  });

  test("uses a tenant's word where it has one", () => {
    const say = createTranslator(catalogue, 'en', { desk: 'My seat' });
    expect(say('desk')).toBe('My seat');
    expect(say('waiting', { count: 2 })).toBe('2 calls wait');
  });

  test("falls back to our word where a tenant's does not parse", () => {
    expect(createTranslator(catalogue, 'en', { waiting: '{count, plural' })('waiting', { count: 2 })).toBe(
      '2 calls wait',
    );
  });
});

test("the kit's own words are complete and parse in every language", () => {
  expect(checkCatalogue(kitWords)).toEqual([]);
});

test('a catalogue check names what is missing, unknown, empty, broken or of other arguments', () => {
  const faults = checkCatalogue({
    en: { a: 'A', b: 'B {x}', c: 'C', d: 'D' },
    'zh-Hans': { b: '乙', c: ' ', d: '{', e: '戊' },
    'zh-Hant': { a: '甲', b: '乙 {x}', c: '丙', d: '丁' },
  });
  expect(faults.map(({ key, fault }) => `${key} ${fault}`)).toEqual([
    'a missing',
    'b other arguments',
    'c empty',
    'd does not parse',
    'e unknown',
  ]);
});

test.each([
  [['zh-CN', 'en'], 'zh-Hans'],
  [['zh-TW'], 'zh-Hant'],
  [['zh-Hant-HK'], 'zh-Hant'],
  [['fr', 'zh'], 'zh-Hans'],
  [['fr'], 'en'],
])('of the browser languages %j the nearest is %s', (preferred, nearest) => {
  expect(nearestLocale(preferred)).toBe(nearest);
});

describe('formats', () => {
  test('a clock that counts', () => {
    expect([0, 7_900, 754_000, 3_723_000, -5].map(formatDuration)).toEqual([
      '0:00',
      '0:07',
      '12:34',
      '1:02:03',
      '0:00',
    ]);
  });

  test('a duration in a sentence keeps its two largest units', () => {
    expect(formatDurationWords(3_723_000, 'en')).toBe('1 h 2 min');
    expect(formatDurationWords(200_000, 'zh-Hans')).toBe('3分20秒');
    expect(formatDurationWords(0, 'en')).toBe('0 s');
  });

  test('an instant in the zone of the tenant', () => {
    const atMs = Date.UTC(2026, 10, 23, 16, 5, 9);
    expect(formatDate(atMs, 'date-time', { locale: 'zh-Hans', zone: 'Asia/Shanghai' })).toBe(
      '2026/11/24 00:05:09',
    );
    expect(formatDate(atMs, 'date-time', { locale: 'en', zone: 'UTC' })).toBe('2026-11-23 16:05:09');
  });

  test.each([
    ['13800138000', '138 0013 8000'],
    ['+862155550100', '+86 21 5555 0100'],
    ['+85221800100', '+852 2180 0100'],
    ['+14155550100', '+1 415 555 0100'],
    ['1001', '1001'],
  ])('%s is read %s', (number, shown) => {
    expect(formatPhone(number)).toBe(shown);
  });
});
