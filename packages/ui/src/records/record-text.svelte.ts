import { createTranslator, type WordValue } from '../i18n/create-translator.ts';
import { locale } from '../i18n/locale.svelte.ts';
import { recordWords, type RecordWord } from './record-words.ts';

const translator = $derived(createTranslator(recordWords, locale.current));

/** A word about lists and forms in the page's language. */
export function recordText(key: RecordWord, values?: Readonly<Record<string, WordValue>>): string {
  return translator(key, values);
}
