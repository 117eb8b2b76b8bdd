import { expect, test } from 'vitest';
import type { Locale } from '../kernel/locale.ts';
import { readSpoken, spokenValue, type SpokenForm, type SpokenManner } from './spoken-form.ts';
import type { Tongue } from './tongue.ts';

const ways: Readonly<Record<Tongue, Locale>> = { english: 'en', mandarin: 'zh-Hans', cantonese: 'zh-Hant' };
const manner: SpokenManner = {
  tongues: { en: 'english', 'zh-Hans': 'mandarin', 'zh-Hant': 'cantonese' },
  currency: 'USD',
  timeZone: 'Asia/Shanghai',
};

/** As a row names it: `money CNY`. */
function heard(text: string, written: string, tongue: Tongue): string {
  const { form, currency } = readSpoken(`x | ${written}`) ?? {};
  return spokenValue(text, form!, { locale: ways[tongue], manner, currency: currency ?? null });
}

test.each([
  ['12.05', 'money', 'twelve dollars and five cents'],
  ['1', 'money', 'one dollar'],
  ['1.01', 'money USD', 'one dollar and one cent'],
  ['0', 'money', 'zero dollars'],
  ['0.30', 'money', 'thirty cents'],
  ['-7.5', 'money', 'minus seven dollars and fifty cents'],
  ['1,234.50', 'money', 'one thousand two hundred thirty-four dollars and fifty cents'],
  ['19.999', 'money', 'twenty dollars'],
  ['12.05', 'money CNY', 'twelve yuan and five fen'],
  ['2', 'money HKD', 'two Hong Kong dollars'],
  ['2.02', 'money GBP', 'two pounds and two pence'],
  ['1200.4', 'money JPY', 'one thousand two hundred yen'],
  ['0', 'number', 'zero'],
  ['-0', 'number', 'zero'],
  ['13', 'number', 'thirteen'],
  ['40', 'number', 'forty'],
  ['101', 'number', 'one hundred one'],
  ['1000000', 'number', 'one million'],
  ['2147483648', 'number', 'two billion one hundred forty-seven million four hundred eighty-three thousand six hundred forty-eight'],
  ['-3.14', 'number', 'minus three point one four'],
  ['0.05', 'number', 'zero point zero five'],
  ['12345678901234567', 'number', 'one two three four five six seven eight nine zero one two three four five six seven'],
  ['1', 'ordinal', 'first'],
  ['12', 'ordinal', 'twelfth'],
  ['20', 'ordinal', 'twentieth'],
  ['23', 'ordinal', 'twenty-third'],
  ['108', 'ordinal', 'one hundred eighth'],
  ['7012', 'digits', 'seven zero one two'],
  ['A7-12', 'digits', 'Aseven-one two'],
  ['+44 20 7183 8750', 'phone', 'plus four four, two zero, seven one eight three, eight seven five zero'],
  ['4008123', 'phone', 'four zero zero, eight one two three'],
  ['2026-11-25', 'date', 'November twenty-fifth, twenty twenty-six'],
  ['2000-02-29', 'date', 'February twenty-ninth, two thousand'],
  ['2009-01-01', 'date', 'January first, two thousand nine'],
  ['1905-03-03', 'date', 'March third, nineteen oh five'],
  ['1900-10-02', 'date', 'October second, nineteen hundred'],
  ['20261231', 'date', 'December thirty-first, twenty twenty-six'],
  ['13:05', 'time', 'one oh five p.m.'],
  ['00:00', 'time', 'midnight'],
  ['12:00:00', 'time', 'noon'],
  ['00:15', 'time', 'twelve fifteen a.m.'],
  ['9:00', 'time', 'nine a.m.'],
  ['2026-11-25T16:30:00Z', 'moment', 'November twenty-sixth, twenty twenty-six at twelve thirty a.m.'],
  ['2026-11-25 16:30:00+0800', 'time', 'four thirty p.m.'],
] as const)('English: %s as %s is “%s”', (text, form, words) => {
  expect(heard(text, form, 'english')).toBe(words);
}); // prettier-ignore

test.each([
  ['12.05', 'money CNY', '十二元零五分'],
  ['12.5', 'money CNY', '十二元五角'],
  ['2.22', 'money CNY', '两元两角两分'],
  ['0.05', 'money CNY', '五分'],
  ['0', 'money CNY', '零元'],
  ['-100.34', 'money CNY', '负一百元三角四分'],
  ['20000', 'money CNY', '两万元'],
  ['200', 'money CNY', '二百元'],
  ['12.05', 'money', '十二美元零五美分'],
  ['12.5', 'money', '十二美元五十美分'],
  ['8', 'money HKD', '八港元'],
  ['1200', 'money JPY', '一千二百日元'],
  ['0', 'number', '零'],
  ['2', 'number', '二'],
  ['10', 'number', '十'],
  ['12', 'number', '十二'],
  ['22', 'number', '二十二'],
  ['110', 'number', '一百一十'],
  ['102', 'number', '一百零二'],
  ['2000', 'number', '两千'],
  ['1001', 'number', '一千零一'],
  ['1010', 'number', '一千零一十'],
  ['2002', 'number', '两千零二'],
  ['10001', 'number', '一万零一'],
  ['22000', 'number', '两万二千'],
  ['100000', 'number', '十万'],
  ['100010', 'number', '十万零一十'],
  ['1000100', 'number', '一百万零一百'],
  ['12003000', 'number', '一千二百万三千'],
  ['100000001', 'number', '一亿零一'],
  ['100010000', 'number', '一亿零一万'],
  ['200000000', 'number', '两亿'],
  ['1234567890123456', 'number', '一千二百三十四万五千六百七十八亿九千零一十二万三千四百五十六'],
  ['12345678901234567', 'number', '一二三四五六七八九零一二三四五六七'],
  ['-3.14', 'number', '负三点一四'],
  ['21', 'ordinal', '第二十一'],
  ['2', 'ordinal', '第二'],
  ['7012', 'digits', '七零一二'],
  ['13800138000', 'phone', '幺三八，零零幺三，八零零零'],
  ['+86 10 1234 5678', 'phone', '加八六，幺零，幺二三四，五六七八'],
  ['2026-11-25', 'date', '二零二六年十一月二十五日'],
  ['2000-02-10', 'date', '二零零零年二月十日'],
  ['13:05', 'time', '下午一点零五分'],
  ['02:30', 'time', '凌晨两点半'],
  ['12:00', 'time', '中午十二点'],
  ['22:10', 'time', '晚上十点十分'],
  ['2026-11-25T16:30:00Z', 'moment', '二零二六年十一月二十六日凌晨十二点半'],
] as const)('Mandarin: %s as %s is “%s”', (text, form, words) => {
  expect(heard(text, form, 'mandarin')).toBe(words);
}); // prettier-ignore

test.each([
  ['12.05', 'money HKD', '十二元零五仙'],
  ['12.5', 'money HKD', '十二元五毫'],
  ['2', 'money HKD', '兩元'],
  ['20000', 'money HKD', '二萬元'],
  ['12.05', 'money CNY', '十二元零五分'],
  ['2000', 'number', '二千'],
  ['200000000', 'number', '二億'],
  ['-3.5', 'number', '負三點五'],
  ['51001122', 'phone', '五一零零，一一二二'],
  ['2026-11-25', 'date', '二零二六年十一月二十五號'],
  ['14:00', 'time', '下午兩點'],
] as const)('Cantonese: %s as %s is “%s”', (text, form, words) => {
  expect(heard(text, form, 'cantonese')).toBe(words);
}); // prettier-ignore

test.each([
  ['plenty', 'money'],
  ['', 'number'],
  ['2026-02-30', 'date'],
  ['25:00', 'time'],
  ['13:05', 'date'],
  ['none', 'phone'],
  ['-1', 'ordinal'],
] as [string, SpokenForm][])('“%s” is no %s and is spoken as it is written', (text, form) => {
  for (const tongue of Object.keys(ways) as Tongue[]) expect(heard(text, form, tongue)).toBe(text);
});

test('a form is told from an expression, and one that nobody knows is none', () => {
  expect(readSpoken('amount | money')).toEqual({ value: 'amount', form: 'money', currency: null });
  expect(readSpoken('owed * 2|money HKD ')).toEqual({ value: 'owed * 2', form: 'money', currency: 'HKD' });
  for (const inside of ['amount', 'a || b', 'a | shout', 'a | money XYZ', 'a | date USD', '| money', 'a || money'])
    expect(readSpoken(inside), inside).toBeUndefined();
}); // prettier-ignore
