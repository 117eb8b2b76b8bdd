/** What a caller is told where no fax is received. */
import type { SpokenUtterance } from '@seatgrid/core/flows/flow-effect.ts';
import type { Locale, LocalText } from '@seatgrid/core/kernel/locale.ts';

const sentences = {
  full: {
    'zh-Hans': '传真信箱已满，请稍后再发。再见。',
    'zh-Hant': '傳真信箱已滿，請稍後再發。再見。',
    en: 'The fax box is full. Please send your fax again later. Goodbye.',
  },
  unavailable: {
    'zh-Hans': '目前无法接收传真，请稍后再发。再见。',
    'zh-Hant': '目前無法接收傳真，請稍後再發。再見。',
    en: 'No fax can be received at the moment. Please send it again later. Goodbye.',
  },
  nothing: {
    'zh-Hans': '没有收到传真。再见。',
    'zh-Hant': '沒有收到傳真。再見。',
    en: 'No fax was received. Goodbye.',
  },
} satisfies Record<string, Required<LocalText>>;

export function faxWords(which: keyof typeof sentences, locale: Locale): SpokenUtterance {
  return { kind: 'text', text: sentences[which][locale], locale };
}

/** Worth synthesising before anybody asks. */
export function commonFaxWords(locale: Locale): readonly { text: string; locale: Locale }[] {
  return Object.values(sentences).map((sentence) => ({ text: sentence[locale], locale }));
}
