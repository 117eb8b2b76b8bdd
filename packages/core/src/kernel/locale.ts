/** Languages the product speaks, as BCP 47 tags. Also the languages prompts and agents have. */
export const locales = ['zh-Hans', 'zh-Hant', 'en'] as const;
export type Locale = (typeof locales)[number];

/** A text in every language it was written in. */
export type LocalText = Readonly<Partial<Record<Locale, string>>>;

/** The text in `locale`, else in the tenant's, else in any language it has. */
export function pickText(text: LocalText, locale: Locale, fallback: Locale): string {
  return text[locale] ?? text[fallback] ?? text['zh-Hans'] ?? text.en ?? text['zh-Hant'] ?? '';
}
