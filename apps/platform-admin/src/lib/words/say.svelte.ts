import { createTranslator, locale, type Overrides, type WordValue } from '@seatgrid/ui';
import { catalogue, type Word } from './catalogue.ts';

/** Words this tenant calls by its own names. */
let overrides = $state.raw<Overrides<Word>>({});

const translator = $derived(createTranslator(catalogue, locale.current, overrides));

/** A word of the catalogue in the page's language; reactive inside components. */
export function say(key: Word, values?: Readonly<Record<string, WordValue>>): string {
  return translator(key, values);
}

export function overrideWords(words: Overrides<Word>): void {
  overrides = words;
}
