/** English numerals as words, without "and" inside them, so that what follows an "and" is always the lesser coin. */
import type { Decimal } from '../kernel/decimal.ts';
import { spokenWholeDigitsMax } from './limits.ts';
import { partsOf } from './number-parts.ts';

const small = [
  'zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve', 'thirteen', 'fourteen',
  'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen',
]; // prettier-ignore
const tens = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
const scales = ['', ' thousand', ' million', ' billion', ' trillion', ' quadrillion'];

export function englishDigit(digit: string): string {
  return small[Number(digit)]!;
}

export function englishDigits(digits: string): string {
  return [...digits].map(englishDigit).join(' ');
}

/** Not negative. */
export function englishWhole(whole: bigint): string {
  const digits = String(whole);
  if (digits.length > spokenWholeDigitsMax) return englishDigits(digits);
  if (whole === 0n) return small[0]!;
  const groups: string[] = [];
  for (let rest = whole, scale = 0; rest > 0n; rest /= 1_000n, scale++) {
    const group = Number(rest % 1_000n);
    if (group > 0) groups.unshift(belowThousand(group) + scales[scale]!);
  }
  return groups.join(' ');
}

export function englishNumber(value: Decimal): string {
  const { isNegative, whole, fraction } = partsOf(value);
  const said = fraction ? `${englishWhole(whole)} point ${englishDigits(fraction)}` : englishWhole(whole);
  return isNegative ? `minus ${said}` : said;
}

const irregular: Readonly<Record<string, string>> = {
  one: 'first',
  two: 'second',
  three: 'third',
  five: 'fifth',
  eight: 'eighth',
  nine: 'ninth',
  twelve: 'twelfth',
};

/** twenty-first, one hundredth. */
export function englishOrdinal(whole: bigint): string {
  return englishWhole(whole).replace(/[a-z]+$/, (last) =>
    last.endsWith('y') ? `${last.slice(0, -1)}ieth` : (irregular[last] ?? `${last}th`),
  );
}

/** nineteen oh five, two thousand five, twenty twenty-six. */
export function englishYear(year: number): string {
  const [century, rest] = [Math.floor(year / 100), year % 100];
  if (year < 1_000 || (century % 10 === 0 && rest < 10)) return englishWhole(BigInt(year));
  if (rest === 0) return `${belowThousand(century)} hundred`;
  return `${belowThousand(century)} ${rest < 10 ? `oh ${small[rest]}` : belowThousand(rest)}`;
}

function belowThousand(value: number): string {
  const [hundreds, rest] = [Math.floor(value / 100), value % 100];
  return [hundreds > 0 ? `${small[hundreds]} hundred` : '', rest > 0 ? belowHundred(rest) : '']
    .filter(Boolean)
    .join(' ');
}

function belowHundred(value: number): string {
  if (value < 20) return small[value]!;
  const [ten, one] = [Math.floor(value / 10), value % 10];
  return one === 0 ? tens[ten]! : `${tens[ten]}-${small[one]}`;
}
