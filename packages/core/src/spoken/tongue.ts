/** What is heard, as against what is written: Chinese of either script is spoken as Mandarin or as Cantonese. */
import type { Locale } from '../kernel/locale.ts';

export const tongues = ['mandarin', 'cantonese', 'english'] as const;
export type Tongue = (typeof tongues)[number];

/** What a text of this language is spoken in where a tenant has chosen nothing. */
export const plainTongues: Readonly<Record<Locale, Tongue>> = {
  en: 'english',
  'zh-Hans': 'mandarin',
  'zh-Hant': 'mandarin',
};

export function tonguesOf(locale: Locale): readonly Tongue[] {
  return locale === 'en' ? ['english'] : ['mandarin', 'cantonese'];
}
