import { IntlMessageFormat } from 'intl-messageformat';
import type { Catalogue, Locale } from './catalogue.ts';

export type WordValue = string | number | Date;

export type Translator<Key extends string> = (
  key: Key,
  values?: Readonly<Record<string, WordValue>>,
) => string;

/** Words a tenant calls by its own names; any subset of the keys. */
export type Overrides<Key extends string> = Readonly<Partial<Record<Key, string>>>;

/**
 * Speaks one catalogue in one language. A tenant's override that does not parse is passed over for our own word:
 * a slip in a settings form must not blank a screen.
 */
export function createTranslator<Key extends string>(
  catalogue: Catalogue<Key>,
  locale: Locale,
  overrides?: Overrides<NoInfer<Key>>,
): Translator<Key> {
  const words = catalogue[locale];
  const parsed = new Map<Key, IntlMessageFormat>();

  return (key, values) => {
    const override = overrides?.[key];
    const word = override ?? words[key];
    if (!word.includes('{') && !word.includes('<') && !word.includes("'")) return word;
    let format = parsed.get(key);
    if (format === undefined) {
      format = parse(word, locale) ?? parse(words[key], locale);
      if (format === undefined) return word;
      parsed.set(key, format);
    }
    return String(format.format(values));
  };
}

function parse(word: string, locale: Locale): IntlMessageFormat | undefined {
  try {
    return new IntlMessageFormat(word, locale, undefined, { ignoreTag: true });
  } catch {
    return undefined;
  }
}
