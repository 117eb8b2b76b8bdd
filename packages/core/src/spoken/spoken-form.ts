/**
 * D-18: values as a caller shall hear them. In a text that is spoken, `{amount | money}` is the variable or expression before the bar
 * in the form after it, by the rules of the language the text is spoken in. A value that is not what its form wants is
 * spoken as it is written, since the caller must hear something.
 */
import { Decimal } from '../kernel/decimal.ts';
import type { Locale } from '../kernel/locale.ts';
import { chineseNumber, chineseWhole, inTraditional } from './chinese-number.ts';
import { currencies, type Currency } from './currency.ts';
import { englishNumber, englishOrdinal } from './english-number.ts';
import { readMoment } from './read-moment.ts';
import { spokenDigits, spokenPhone } from './spoken-digits.ts';
import { spokenMoney } from './spoken-money.ts';
import { spokenDate, spokenTime } from './spoken-moment.ts';
import { plainTongues, type Tongue } from './tongue.ts';

export const spokenForms = [
  'money',
  'date',
  'time',
  'moment',
  'number',
  'ordinal',
  'digits',
  'phone',
] as const;
export type SpokenForm = (typeof spokenForms)[number];

/** How a tenant's values are spoken. */
export interface SpokenManner {
  readonly tongues: Readonly<Record<Locale, Tongue>>;
  /** Of amounts that name none. */
  readonly currency: Currency;
  readonly timeZone: string;
}

export const plainManner = { tongues: plainTongues, currency: 'CNY' } as const;

/** What stands in braces: `owed * 2 | money USD`. Undefined where it names no form. */
export function readSpoken(
  inside: string,
): { readonly value: string; readonly form: SpokenForm; readonly currency: Currency | null } | undefined {
  const [, value, form, currency] = /^(.*[^|])\|\s*([a-z]+)(?:\s+([A-Z]{3}))?\s*$/s.exec(inside) ?? [];
  if (value === undefined || !isOneOf(spokenForms, form)) return undefined;
  if (currency !== undefined && (form !== 'money' || !isOneOf(currencies, currency))) return undefined;
  return { value: value.trim(), form, currency: (currency as Currency | undefined) ?? null };
}

export function spokenValue(
  text: string,
  form: SpokenForm,
  { locale, manner, currency = null }: { locale: Locale; manner: SpokenManner; currency?: Currency | null },
): string {
  const tongue = manner.tongues[locale];
  const said = saidAs(text.trim(), form, { tongue, timeZone: manner.timeZone, currency: currency ?? manner.currency });
  if (said === undefined) return text;
  return locale === 'zh-Hant' ? inTraditional(said) : said;
} // prettier-ignore

interface How {
  readonly tongue: Tongue;
  readonly timeZone: string;
  readonly currency: Currency;
}

function saidAs(text: string, form: SpokenForm, { tongue, timeZone, currency }: How): string | undefined {
  switch (form) {
    case 'money': {
      const amount = Decimal.parse(text.replaceAll(',', ''));
      return amount && spokenMoney(amount, currency, tongue);
    }
    case 'number': {
      const number = Decimal.parse(text.replaceAll(',', ''));
      return number && (tongue === 'english' ? englishNumber(number) : chineseNumber(number, tongue));
    }
    case 'ordinal': {
      if (!/^[0-9]{1,40}$/.test(text)) return undefined;
      const place = BigInt(text);
      return tongue === 'english' ? englishOrdinal(place) : `第${chineseWhole(place, tongue)}`;
    }
    case 'digits':
      return spokenDigits(text, tongue);
    case 'phone':
      return /[0-9]/.test(text) ? spokenPhone(text, tongue) : undefined;
    case 'date':
    case 'time':
    case 'moment': {
      const read = readMoment(text, timeZone);
      const date = form !== 'time' && read?.date ? spokenDate(read.date, tongue) : '';
      const time = form !== 'date' && read?.time ? spokenTime(read.time, tongue) : '';
      return [date, time].filter(Boolean).join(tongue === 'english' ? ' at ' : '') || undefined;
    }
  }
}

function isOneOf<One extends string>(all: readonly One[], one: string | undefined): one is One {
  return all.includes(one as One);
}
