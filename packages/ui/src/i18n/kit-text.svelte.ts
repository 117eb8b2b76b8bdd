import { createTranslator, type WordValue } from './create-translator.ts';
import { kitWords, type KitWord } from './kit-words.ts';
import { locale } from './locale.svelte.ts';

const translator = $derived(createTranslator(kitWords, locale.current));

/** A word of the kit in the page's language. */
export function kitText(key: KitWord, values?: Readonly<Record<string, WordValue>>): string {
  return translator(key, values);
}
