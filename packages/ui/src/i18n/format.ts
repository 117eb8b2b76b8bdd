/** Numbers, dates and durations as a locale writes them. Pure: locale, zone and time are arguments. */
import type { Locale } from './catalogue.ts';

const numberFormats = new Map<string, Intl.NumberFormat>();
const dateFormats = new Map<string, Intl.DateTimeFormat>();

export function formatNumber(value: number, locale: Locale, fractionDigits = 0): string {
  const key = `${locale} ${fractionDigits}`;
  let format = numberFormats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(locale, {
      minimumFractionDigits: fractionDigits,
      maximumFractionDigits: fractionDigits,
    });
    numberFormats.set(key, format);
  }
  return format.format(value);
}

/** A share between 0 and 1 as a percentage. */
export function formatPercent(share: number, locale: Locale, fractionDigits = 0): string {
  return `${formatNumber(share * 100, locale, fractionDigits)}%`;
}

export type DateStyle = 'date' | 'time' | 'clock' | 'date-time' | 'day' | 'long-date';

const dateStyles: Readonly<Record<DateStyle, Intl.DateTimeFormatOptions>> = {
  date: { year: 'numeric', month: '2-digit', day: '2-digit' },
  day: { month: '2-digit', day: '2-digit', weekday: 'short' },
  'long-date': { year: 'numeric', month: 'long', day: 'numeric', weekday: 'long' },
  time: { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  clock: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  'date-time': {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  },
};

export interface DatePlace {
  readonly locale: Locale;
  /** IANA zone the time is told in. */
  readonly zone: string;
}

/** An instant in milliseconds since the epoch, told in a zone. English uses the unambiguous 2026-11-23 order of en-CA for figures. */
export function formatDate(atMs: number, style: DateStyle, { locale, zone }: DatePlace): string {
  const tag = locale === 'en' && style !== 'long-date' && style !== 'day' ? 'en-CA' : locale;
  const key = `${tag} ${zone} ${style}`;
  let format = dateFormats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(tag, { ...dateStyles[style], timeZone: zone });
    dateFormats.set(key, format);
  }
  return format.format(atMs).replace(', ', ' ');
}

/** `0:07`, `12:34`, `1:02:03`: what a clock that counts up shows. Never negative. */
export function formatDuration(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / 1000));
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = String(seconds % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

/** `1 h 2 min`, `3 min 20 s`: a duration in a sentence, two largest units. */
export function formatDurationWords(durationMs: number, locale: Locale): string {
  const seconds = Math.max(0, Math.round(durationMs / 1000));
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), durationUnits[locale].day],
    [Math.floor((seconds % 86_400) / 3600), durationUnits[locale].hour],
    [Math.floor((seconds % 3600) / 60), durationUnits[locale].minute],
    [seconds % 60, durationUnits[locale].second],
  ];
  const shown = parts.filter(([count]) => count > 0).slice(0, 2);
  if (shown.length === 0) shown.push([0, durationUnits[locale].second]);
  return shown
    .map(([count, unit]) => `${count}${locale === 'en' ? ' ' : ''}${unit}`)
    .join(locale === 'en' ? ' ' : '');
}

const durationUnits: Readonly<
  Record<Locale, Readonly<Record<'day' | 'hour' | 'minute' | 'second', string>>>
> = {
  'zh-Hans': { day: '天', hour: '小时', minute: '分', second: '秒' },
  'zh-Hant': { day: '天', hour: '小時', minute: '分', second: '秒' },
  en: { day: 'd', hour: 'h', minute: 'min', second: 's' },
};

const countryNames = new Map<Locale, Intl.DisplayNames>();

/** A country of ISO 3166, in either case, by its name. */
export function formatCountry(code: string, locale: Locale): string {
  let names = countryNames.get(locale);
  if (!names) countryNames.set(locale, (names = new Intl.DisplayNames(locale, { type: 'region' })));
  return names.of(code.toUpperCase()) ?? code;
}

/** A phone number with the spaces its country reads it by; what is not known is left as it is. */
export function formatPhone(number: string): string {
  const mobile = /^(?:\+?86)?(1[3-9]\d)(\d{4})(\d{4})$/.exec(number);
  if (mobile) return `${number.startsWith('+') ? '+86 ' : ''}${mobile[1]} ${mobile[2]} ${mobile[3]}`;
  const china = /^\+86(10|2\d|[3-9]\d{2})(\d{3,4})(\d{4})$/.exec(number);
  if (china) return `+86 ${china[1]} ${china[2]} ${china[3]}`;
  const hongKong = /^\+852(\d{4})(\d{4})$/.exec(number);
  if (hongKong) return `+852 ${hongKong[1]} ${hongKong[2]}`;
  const northAmerica = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number);
  if (northAmerica) return `+1 ${northAmerica[1]} ${northAmerica[2]} ${northAmerica[3]}`;
  return number;
}
