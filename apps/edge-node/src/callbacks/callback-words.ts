/** What the node says when it offers to call back. */
import type { SpokenUtterance } from '@seatgrid/core/flows/flow-effect.ts';
import type { Locale, LocalText } from '@seatgrid/core/kernel/locale.ts';

const sentences = {
  waiting: {
    'zh-Hans': '如需保留位置并等待我们回拨，请按一。',
    'zh-Hant': '如需保留位置並等候我們回撥，請按一。',
    en: 'To keep your place and be called back, press 1.',
  },
  offer: {
    'zh-Hans': '我们可以回拨{number}，您的位置将被保留。',
    'zh-Hant': '我們可以回撥{number}，您的位置將被保留。',
    en: 'We can call you back at {number} when it is your turn.',
  },
  'offer-keys': {
    'zh-Hans': '回拨请按一，继续等待请按零。',
    'zh-Hant': '回撥請按一，繼續等候請按零。',
    en: 'To be called back press 1, to go on waiting press 0.',
  },
  'offer-other': {
    'zh-Hans': '使用其他号码请按二。',
    'zh-Hant': '使用其他號碼請按二。',
    en: 'To be called at another number press 2.',
  },
  key: {
    'zh-Hans': '请输入回拨号码，按井号键结束。',
    'zh-Hant': '請輸入回撥號碼，按井號鍵結束。',
    en: 'Please enter the number to be called back, then the hash key.',
  },
  confirm: {
    'zh-Hans': '您输入的是{number}。',
    'zh-Hant': '您輸入的是{number}。',
    en: 'You entered {number}.',
  },
  'confirm-keys': {
    'zh-Hans': '确认请按一，重新输入请按二，继续等待请按零。',
    'zh-Hant': '確認請按一，重新輸入請按二，繼續等候請按零。',
    en: 'To confirm press 1, to enter it again press 2, to go on waiting press 0.',
  },
  unusable: {
    'zh-Hans': '该号码无法使用。',
    'zh-Hant': '該號碼無法使用。',
    en: 'That number cannot be used.',
  },
  accepted: {
    'zh-Hans': '我们会回拨给您，您的位置已保留。再见。',
    'zh-Hant': '我們會回撥給您，您的位置已保留。再見。',
    en: 'We will call you back. Your place is kept. Goodbye.',
  },
} satisfies Record<string, Required<LocalText>>;

export type CallbackWord = keyof typeof sentences;

/** A number is read digit by digit. */
export function callbackWords(which: CallbackWord, locale: Locale, number = ''): SpokenUtterance {
  const digits = [...number.replace('+', '')].join(' ');
  return { kind: 'text', text: sentences[which][locale].replace('{number}', digits), locale };
}

/** What is worth synthesising before anybody asks. */
export function commonCallbackWords(locale: Locale): readonly { text: string; locale: Locale }[] {
  const fixed = [
    'waiting',
    'offer-keys',
    'offer-other',
    'key',
    'confirm-keys',
    'unusable',
    'accepted',
  ] as const;
  return fixed.map((which) => ({ text: sentences[which][locale], locale }));
}
