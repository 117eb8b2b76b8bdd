/**
 * A text as the words, or in Chinese the syllables, it is spoken in: without signs, tones and case, so that what sounds alike looks
 * alike. Pinyin stands for Cantonese too: two texts are compared by it, and nobody reads it out.
 */
import type { Words } from '@seatgrid/core/flows/nearest-choice.ts';

export async function spokenWords(text: string): Promise<Words> {
  const plain = text.normalize('NFKC').toLowerCase();
  // Loaded where there is Chinese to read: its dictionary is a megabyte.
  const read = /\p{Script=Han}/u.test(plain) ? await withPinyin(plain) : plain;
  return read.match(/[\p{L}\p{N}]+(?:['’][\p{L}]+)*/gu) ?? [];
}

async function withPinyin(text: string): Promise<string> {
  const { pinyin } = await import('pinyin-pro');
  return pinyin(text, { toneType: 'none', type: 'array', nonZh: 'consecutive', v: true }).join(' ');
}
