/** An amount as a teller says it: rounded to the lesser coin, which is said only where there is one. */
import type { Decimal } from '../kernel/decimal.ts';
import { chineseCount, type ChineseTongue } from './chinese-number.ts';
import { chineseMoneyOf, englishMoney, type Currency } from './currency.ts';
import { englishWhole } from './english-number.ts';
import { partsOf } from './number-parts.ts';
import type { Tongue } from './tongue.ts';

export function spokenMoney(amount: Decimal, currency: Currency, tongue: Tongue): string {
  const hasCoins = englishMoney[currency][2] !== '';
  const { isNegative, whole, fraction } = partsOf(amount.rounded(hasCoins ? 2 : 0));
  const coins = Number(fraction.padEnd(2, '0').slice(0, 2));
  if (tongue === 'english')
    return (isNegative ? 'minus ' : '') + inEnglish({ whole, coins }, englishMoney[currency]);
  return (isNegative ? '负' : '') + inChinese({ whole, coins }, currency, tongue);
}

interface Counted {
  readonly whole: bigint;
  readonly coins: number;
}

function inEnglish(
  { whole, coins }: Counted,
  [one, many, coin, coinsName]: readonly [string, string, string, string],
): string {
  const units = `${englishWhole(whole)} ${whole === 1n ? one : many}`;
  if (coins === 0) return units;
  const lesser = `${englishWhole(BigInt(coins))} ${coins === 1 ? coin : coinsName}`;
  return whole === 0n ? lesser : `${units} and ${lesser}`;
}

function inChinese({ whole, coins }: Counted, currency: Currency, tongue: ChineseTongue): string {
  const { unit, tenth, hundredth } = chineseMoneyOf(currency, tongue);
  const count = (value: number) => chineseCount(BigInt(value), tongue);
  const units = whole === 0n && coins > 0 ? '' : chineseCount(whole, tongue) + unit;
  if (coins === 0) return units;
  if (tenth === '') return units + (units && coins < 10 ? '零' : '') + count(coins) + hundredth;
  const [tenths, hundredths] = [Math.floor(coins / 10), coins % 10];
  if (tenths === 0) return units + (units ? '零' : '') + count(hundredths) + hundredth;
  return units + count(tenths) + tenth + (hundredths > 0 ? count(hundredths) + hundredth : '');
}
