/** A text as Kokoro's phonemes, sentence by sentence: Chinese by pinyin, anything else as English by espeak-ng. */
import { chineseNumber } from '@seatgrid/core/spoken/chinese-number.ts';
import { Decimal } from '@seatgrid/core/kernel/decimal.ts';
import { englishPhonemes } from './english-phonemes.ts';
import { mandarinPhonemes } from './mandarin-phonemes.ts';

export interface Readers {
  /** Words of Chinese characters, each as its syllables: `['zhong1', 'guo2']`. */
  readonly pinyin: (text: string) => readonly (readonly string[])[];
  /** IPA of a few English words. */
  readonly ipa: (text: string) => Promise<string>;
}

const marks: Readonly<Record<string, string>> = {
  '，': ',', '、': ',', '。': '.', '．': '.', '！': '!', '？': '?', '：': ':', '；': ';', '（': '(', '）': ')', '“': '“', '”': '”',
}; // prettier-ignore
const piece =
  /(\p{Script=Han}+)|([\p{L}\p{N}'’$%&@+-][^\p{Script=Han}\p{P}\n]*(?:[-'’.](?=\p{L}|\p{N})[^\p{Script=Han}\p{P}\n]*)*)|(\p{P})/gu;

/** Sentences, so that none is longer than the model takes. */
export async function kokoroSentences(text: string, tongue: 'mandarin' | 'english', readers: Readers): Promise<string[]> {
  const whole = tongue === 'mandarin' ? text.replaceAll(/\d+(\.\d+)?/g, inChinese) : text;
  const sentences: string[] = [];
  for (const sentence of whole.split(/(?<=[。！？；!?;\n]|[.](?=\s))/u)) {
    const phonemes = await phonemesOf(sentence, readers);
    if (/\p{L}/u.test(phonemes)) sentences.push(phonemes);
  }
  return sentences;
} // prettier-ignore

async function phonemesOf(sentence: string, { pinyin, ipa }: Readers): Promise<string> {
  const parts: string[] = [];
  for (const [, chinese, other, mark] of sentence.matchAll(piece)) {
    if (chinese !== undefined)
      parts.push(pinyin(chinese).map((word) => word.map((one) => mandarinPhonemes(one) ?? '').join('')).join(' '));
    else if (other !== undefined) parts.push(englishPhonemes(await ipa(other)));
    else if (mark !== undefined) parts.push(marks[mark] ?? mark);
  }
  return parts.join(' ').replaceAll(/ (?=[,.!?:;)”])/g, '');
} // prettier-ignore

function inChinese(digits: string): string {
  const number = Decimal.parse(digits);
  return number ? chineseNumber(number, 'mandarin') : digits;
}
