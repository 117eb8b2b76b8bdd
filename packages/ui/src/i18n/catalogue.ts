/** What a catalogue of words is: one table a language, the same keys in each. Not a loader: catalogues are imported. */

import { locales, type Locale } from '@seatgrid/core/kernel/locale.ts';

export { locales, type Locale };

export type Words<Key extends string> = Readonly<Record<Key, string>>;

export type Catalogue<Key extends string> = Readonly<Record<Locale, Words<Key>>>;

/** Each language named in itself, so that its reader finds it. */
export const localeNames: Words<Locale> = { 'zh-Hans': '简体中文', 'zh-Hant': '繁體中文', en: 'English' };

export function isLocale(value: unknown): value is Locale {
  return locales.some((locale) => locale === value);
}

/** The catalogue language nearest to what a browser prefers. */
export function nearestLocale(preferred: readonly string[]): Locale {
  for (const tag of preferred) {
    const lower = tag.toLowerCase();
    if (/^zh-(hant|tw|hk|mo)/.test(lower)) return 'zh-Hant';
    if (lower.startsWith('zh')) return 'zh-Hans';
    if (lower.startsWith('en')) return 'en';
  }
  return 'en';
}
