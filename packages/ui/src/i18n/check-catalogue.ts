import { IntlMessageFormat } from 'intl-messageformat';
import { locales, type Locale } from './catalogue.ts';

export interface CatalogueFault {
  readonly locale: Locale;
  readonly key: string;
  readonly fault: 'missing' | 'unknown' | 'empty' | 'does not parse' | 'other arguments';
}

/** Everything wrong with a catalogue, compared with its English table; used by each catalogue's test. */
export function checkCatalogue(
  catalogue: Readonly<Record<Locale, Readonly<Record<string, string>>>>,
): CatalogueFault[] {
  const faults: CatalogueFault[] = [];
  const reference = catalogue.en;
  for (const locale of locales) {
    const words = catalogue[locale];
    for (const key of Object.keys(reference))
      if (words[key] === undefined) faults.push({ locale, key, fault: 'missing' });
    for (const [key, word] of Object.entries(words)) {
      const english = reference[key];
      if (english === undefined) faults.push({ locale, key, fault: 'unknown' });
      else if (word.trim() === '') faults.push({ locale, key, fault: 'empty' });
      else {
        const named = argumentNames(word, locale);
        if (named === undefined) faults.push({ locale, key, fault: 'does not parse' });
        else if (named !== argumentNames(english, 'en'))
          faults.push({ locale, key, fault: 'other arguments' });
      }
    }
  }
  return faults;
}

type Element = ReturnType<IntlMessageFormat['getAst']>[number];

/** The sorted argument names of a message, or undefined where it is not ICU. */
function argumentNames(word: string, locale: Locale): string | undefined {
  try {
    const names = new Set<string>();
    collect(new IntlMessageFormat(word, locale, undefined, { ignoreTag: true }).getAst(), names);
    return [...names].sort().join(',');
  } catch {
    return undefined;
  }
}

function collect(elements: readonly Element[], names: Set<string>): void {
  for (const element of elements) {
    // 0 is literal text and 7 the # of a plural; everything else carries an argument's name.
    if (element.type !== 0 && element.type !== 7) names.add(element.value);
    if ('options' in element && element.options) {
      for (const option of Object.values(element.options)) collect(option.value, names);
    }
  }
}
