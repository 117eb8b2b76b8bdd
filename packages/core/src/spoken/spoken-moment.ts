/** Days and hours as people say them. */
import { chineseCount, chineseDigits, chineseWhole, type ChineseTongue } from './chinese-number.ts';
import { englishOrdinal, englishWhole, englishYear } from './english-number.ts';
import type { ReadMoment } from './read-moment.ts';
import type { Tongue } from './tongue.ts';

const months = [
  'January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December',
]; // prettier-ignore

/** November twenty-fifth, twenty twenty-six; 二零二六年十一月二十五日. */
export function spokenDate({ year, month, day }: NonNullable<ReadMoment['date']>, tongue: Tongue): string {
  if (tongue === 'english')
    return `${months[month - 1]} ${englishOrdinal(BigInt(day))}, ${englishYear(year)}`;
  const count = (value: number) => chineseWhole(BigInt(value), tongue);
  return `${chineseDigits(String(year))}年${count(month)}月${count(day)}${tongue === 'mandarin' ? '日' : '号'}`;
}

/** five past one has many forms; one is enough: one oh five p.m.; 下午一点零五分. */
export function spokenTime({ hour, minute }: NonNullable<ReadMoment['time']>, tongue: Tongue): string {
  return tongue === 'english' ? englishTime(hour, minute) : chineseTime(hour, minute, tongue);
}

function englishTime(hour: number, minute: number): string {
  if (minute === 0 && hour === 0) return 'midnight';
  if (minute === 0 && hour === 12) return 'noon';
  const half = hour < 12 ? 'a.m.' : 'p.m.';
  const minutes = englishWhole(BigInt(minute));
  return [englishWhole(BigInt(hour % 12 || 12)), minute === 0 ? '' : minute < 10 ? `oh ${minutes}` : minutes, half]
    .filter(Boolean)
    .join(' ');
} // prettier-ignore

function chineseTime(hour: number, minute: number, tongue: ChineseTongue): string {
  const hours = chineseCount(BigInt(hour % 12 || 12), tongue);
  const minutes =
    minute === 0
      ? ''
      : minute === 30
        ? '半'
        : `${minute < 10 ? '零' : ''}${chineseWhole(BigInt(minute), tongue)}分`;
  return `${partOfDay(hour)}${hours}点${minutes}`;
}

function partOfDay(hour: number): string {
  if (hour < 6) return '凌晨';
  if (hour < 12) return '上午';
  if (hour === 12) return '中午';
  return hour < 18 ? '下午' : '晚上';
}
