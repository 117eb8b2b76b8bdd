/**
 * Chinese numerals, written in simplified characters as they are spoken. Groups of four digits by 万 and 亿; one 零 for however many
 * places are skipped; a leading 一十 is 十. Two is 两 in Mandarin at the head of 千, 万 and 亿 and before what is counted, 二 elsewhere;
 * Cantonese has 二 before 千, 萬 and 億.
 */
import type { Decimal } from '../kernel/decimal.ts';
import { spokenWholeDigitsMax } from './limits.ts';
import { partsOf } from './number-parts.ts';
import type { Tongue } from './tongue.ts';

export type ChineseTongue = Exclude<Tongue, 'english'>;
const figures = '零一二三四五六七八九';
const units = ['', '十', '百', '千'];

export function chineseDigits(digits: string): string {
  return [...digits].map((digit) => figures[Number(digit)]!).join('');
}

/** Not negative. */
export function chineseWhole(whole: bigint, tongue: ChineseTongue): string {
  const digits = String(whole);
  if (digits.length > spokenWholeDigitsMax) return chineseDigits(digits);
  if (whole === 0n) return '零';
  const said = aboveGroups(whole).replace(/^一十/, '十');
  return tongue === 'mandarin' ? said.replace(/^二(?=[千万亿])/, '两') : said;
}

/** Before what is counted: 两元, 两点, 十二元. */
export function chineseCount(whole: bigint, tongue: ChineseTongue): string {
  return whole === 2n ? '两' : chineseWhole(whole, tongue);
}

export function chineseNumber(value: Decimal, tongue: ChineseTongue): string {
  const { isNegative, whole, fraction } = partsOf(value);
  const said = chineseWhole(whole, tongue) + (fraction ? `点${chineseDigits(fraction)}` : '');
  return isNegative ? `负${said}` : said;
}

/** 亿, then 万, then what is left of four digits; a part that does not fill its places is led by 零. */
function aboveGroups(whole: bigint): string {
  for (const [size, name] of [
    [100_000_000n, '亿'],
    [10_000n, '万'],
  ] as const) {
    if (whole < size) continue;
    const [high, low] = [whole / size, whole % size];
    if (low === 0n) return aboveGroups(high) + name;
    return aboveGroups(high) + name + (low < size / 10n ? '零' : '') + aboveGroups(low);
  }
  return group(Number(whole));
}

/** 1 to 9999. */
function group(value: number): string {
  let said = '';
  let isSkipping = false;
  for (let place = 3; place >= 0; place--) {
    const figure = Math.floor(value / 10 ** place) % 10;
    if (figure === 0) {
      isSkipping = said !== '';
      continue;
    }
    said += (isSkipping ? '零' : '') + figures[figure]! + units[place]!;
    isSkipping = false;
  }
  return said;
}

const traditional: Readonly<Record<string, string>> = {
  两: '兩',
  万: '萬',
  亿: '億',
  点: '點',
  负: '負',
  号: '號',
  币: '幣',
  欧: '歐',
  镑: '鎊',
  门: '門',
};

export function inTraditional(said: string): string {
  return said.replaceAll(/[两万亿点负号币欧镑门]/g, (one) => traditional[one]!);
}
