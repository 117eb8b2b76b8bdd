/** What the node says around messages: to who leaves one, and to who listens. */
import type { SpokenUtterance } from '@seatgrid/core/flows/flow-effect.ts';
import type { Locale, LocalText } from '@seatgrid/core/kernel/locale.ts';
import type { MenuWords } from '@seatgrid/core/messages/message-menu.ts';

const sentences = {
  greeting: {
    'zh-Hans': '您好，现在无人接听。请在提示音后留言，结束请按井号键。',
    'zh-Hant': '您好，現在無人接聽。請在提示音後留言，結束請按井號鍵。',
    en: 'Nobody can take your call. Please leave a message after the tone, and press the hash key when you are done.',
  },
  full: {
    'zh-Hans': '留言信箱已满，请稍后再拨。',
    'zh-Hant': '留言信箱已滿，請稍後再撥。',
    en: 'The mailbox is full. Please call again later.',
  },
  saved: {
    'zh-Hans': '您的留言已保存，谢谢，再见。',
    'zh-Hant': '您的留言已儲存，謝謝，再見。',
    en: 'Your message has been saved. Thank you. Goodbye.',
  },
  box: {
    'zh-Hans': '请输入信箱号码，按井号键结束。',
    'zh-Hant': '請輸入信箱號碼，按井號鍵結束。',
    en: 'Please enter the mailbox number, then the hash key.',
  },
  pin: {
    'zh-Hans': '请输入密码，按井号键结束。',
    'zh-Hant': '請輸入密碼，按井號鍵結束。',
    en: 'Please enter your PIN, then the hash key.',
  },
  'pin-wrong': { 'zh-Hans': '密码不正确。', 'zh-Hant': '密碼不正確。', en: 'That is not correct.' },
  shut: {
    'zh-Hans': '密码错误次数过多，请稍后再试。再见。',
    'zh-Hant': '密碼錯誤次數過多，請稍後再試。再見。',
    en: 'There were too many wrong attempts. Please try again later. Goodbye.',
  },
  goodbye: { 'zh-Hans': '再见。', 'zh-Hant': '再見。', en: 'Goodbye.' },
  none: { 'zh-Hans': '您没有留言。', 'zh-Hant': '您沒有留言。', en: 'You have no messages.' },
  counts: {
    'zh-Hans': '您有{fresh}条新留言，{heard}条已听留言。',
    'zh-Hant': '您有{fresh}條新留言，{heard}條已聽留言。',
    en: 'New messages: {fresh}. Heard messages: {heard}.',
  },
  menu: {
    'zh-Hans': '听留言请按一，问候语请按九，退出请按井号键。',
    'zh-Hant': '聽留言請按一，問候語請按九，退出請按井號鍵。',
    en: 'To listen press 1, for your greeting press 9, to leave press the hash key.',
  },
  'menu-empty': {
    'zh-Hans': '问候语请按九，退出请按井号键。',
    'zh-Hant': '問候語請按九，退出請按井號鍵。',
    en: 'For your greeting press 9, to leave press the hash key.',
  },
  message: {
    'zh-Hans': '第{place}条，{when}，来自{from}。',
    'zh-Hant': '第{place}條，{when}，來自{from}。',
    en: 'Message {place}, {when}, from {from}.',
  },
  unknown: { 'zh-Hans': '未知号码', 'zh-Hant': '未知號碼', en: 'an unknown number' },
  choices: {
    'zh-Hans': '再听一遍请按一，下一条请按二，删除请按三，返回请按星号键。',
    'zh-Hant': '再聽一遍請按一，下一條請按二，刪除請按三，返回請按星號鍵。',
    en: 'To hear it again press 1, for the next press 2, to delete or take back press 3, to go back press star.',
  },
  deleted: { 'zh-Hans': '留言已删除，再按三可恢复。', 'zh-Hant': '留言已刪除，再按三可恢復。', en: 'Deleted. Press 3 to take it back.' },
  restored: { 'zh-Hans': '留言已恢复。', 'zh-Hant': '留言已恢復。', en: 'Taken back.' },
  'no-more': { 'zh-Hans': '没有更多留言了。', 'zh-Hant': '沒有更多留言了。', en: 'There are no more messages.' },
  'greeting-menu': {
    'zh-Hans': '听问候语请按一，录制请按二，恢复默认请按三，返回请按星号键。',
    'zh-Hant': '聽問候語請按一，錄製請按二，恢復預設請按三，返回請按星號鍵。',
    en: 'To hear your greeting press 1, to record one press 2, to use the usual one press 3, to go back press star.',
  },
  'speak-greeting': {
    'zh-Hans': '请在提示音后说出问候语，结束请按任意键。',
    'zh-Hant': '請在提示音後說出問候語，結束請按任意鍵。',
    en: 'Speak your greeting after the tone, and press any key when you are done.',
  },
  'greeting-kept': { 'zh-Hans': '问候语已保存。', 'zh-Hant': '問候語已儲存。', en: 'Your greeting has been saved.' },
  'greeting-short': { 'zh-Hans': '没有录到声音。', 'zh-Hant': '沒有錄到聲音。', en: 'Nothing was recorded.' },
  'greeting-removed': { 'zh-Hans': '已恢复默认问候语。', 'zh-Hant': '已恢復預設問候語。', en: 'The usual greeting is in use again.' },
} satisfies Record<string, Required<LocalText>>; // prettier-ignore

type Sentence = keyof typeof sentences;

/** With what changes from call to call in its place. */
export function messageWords(
  which: Sentence,
  locale: Locale,
  facts: Readonly<Record<string, string | number>> = {},
): SpokenUtterance {
  const text = sentences[which][locale].replace(/\{(\w+)\}/g, (_, name: string) => String(facts[name] ?? ''));
  return { kind: 'text', text, locale };
}

/** A sentence of the menu, as this language says it. */
export function menuWords(
  said: MenuWords,
  { locale, timeZone }: { readonly locale: Locale; readonly timeZone: string },
): SpokenUtterance {
  switch (said.word) {
    case 'counts':
      if (said.fresh + said.heard === 0) return messageWords('none', locale);
      return messageWords('counts', locale, { fresh: said.fresh, heard: said.heard });
    case 'menu':
      return messageWords(said.hasMessages ? 'menu' : 'menu-empty', locale);
    case 'message':
      return messageWords('message', locale, {
        place: said.place,
        when: spokenMoment(said.message.leftAtMs, locale, timeZone),
        from: said.message.fromNumber === '' ? sentences.unknown[locale] : oneByOne(said.message.fromNumber),
      });
    case 'greeting':
      return messageWords('greeting-menu', locale);
    default:
      return messageWords(said.word, locale);
  }
}

/** Worth synthesising before anybody asks. */
export function commonMessageWords(locale: Locale): readonly { text: string; locale: Locale }[] {
  return Object.values(sentences).flatMap((sentence) =>
    sentence[locale].includes('{') ? [] : [{ text: sentence[locale], locale }],
  );
}

/** A number is read digit by digit. */
function oneByOne(number: string): string {
  return [...number.replace(/[^0-9]/g, '')].join(' ');
}

function spokenMoment(atMs: number, locale: Locale, timeZone: string): string {
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : 'zh-CN', {
      timeZone,
      month: locale === 'en' ? 'long' : 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      hourCycle: 'h23',
    })
      .formatToParts(atMs)
      .map(({ type, value }) => [type, value]),
  );
  const { month = '', day = '', hour = '', minute = '' } = parts;
  if (locale === 'en') return `${month} ${day}, ${Number(hour)} ${minute}`;
  const [hours, minutes] = locale === 'zh-Hans' ? ['点', '分'] : ['點', '分'];
  return `${Number.parseInt(month, 10)}月${Number.parseInt(day, 10)}日${Number(hour)}${hours}${Number(minute)}${minutes}`;
}
