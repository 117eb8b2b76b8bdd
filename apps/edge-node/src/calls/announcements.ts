/** What the node itself says to callers: the few sentences no tenant wrote. */
import type { Locale, LocalText } from '@seatgrid/core/kernel/locale.ts';
import type { SpokenUtterance } from '@seatgrid/core/flows/flow-effect.ts';

const sentences = {
  busy: {
    'zh-Hans': '您好，线路正忙，请稍后再拨。',
    'zh-Hant': '您好，線路正忙，請稍後再撥。',
    en: 'All lines are busy. Please call again later.',
  },
  suspended: {
    'zh-Hans': '您好，您拨打的服务已暂停。',
    'zh-Hant': '您好，您撥打的服務已暫停。',
    en: 'The service you have called is not available at present.',
  },
  position: {
    'zh-Hans': '您前面还有{n}位来电者正在等待，请稍候。',
    'zh-Hant': '您前面還有{n}位來電者正在等待，請稍候。',
    en: 'You are caller number {n} in the queue. Please stay on the line.',
  },
  next: {
    'zh-Hans': '您是下一位，请稍候。',
    'zh-Hant': '您是下一位，請稍候。',
    en: 'You are next in the queue. Please stay on the line.',
  },
  wait: {
    'zh-Hans': '预计等待时间大约{n}分钟。',
    'zh-Hant': '預計等候時間大約{n}分鐘。',
    en: 'The expected wait is about {n} minutes.',
  },
  waitOfOne: {
    'zh-Hans': '预计等待时间大约1分钟。',
    'zh-Hant': '預計等候時間大約1分鐘。',
    en: 'The expected wait is about one minute.',
  },
  shortWait: {
    'zh-Hans': '预计等待时间不到1分钟。',
    'zh-Hant': '預計等候時間少於1分鐘。',
    en: 'The expected wait is less than a minute.',
  },
} satisfies Record<string, Required<LocalText>>;

export type Announcement = 'busy' | 'suspended';

export function announcement(which: Announcement, locale: Locale): SpokenUtterance {
  return { kind: 'text', text: sentences[which][locale], locale };
}

/** F-25. `position` 1 is next. Chinese tells how many stand before, English the place: as each would say it. */
export function positionAnnouncement(position: number, locale: Locale): SpokenUtterance {
  if (position <= 1) return { kind: 'text', text: sentences.next[locale], locale };
  const n = locale === 'en' ? position : position - 1;
  return { kind: 'text', text: sentences.position[locale].replace('{n}', String(n)), locale };
}

/** F-25. `minutes` as `sayableMinutes` rounds them. */
export function waitAnnouncement(minutes: number, locale: Locale): SpokenUtterance {
  const which = minutes === 0 ? 'shortWait' : minutes === 1 ? 'waitOfOne' : 'wait';
  return { kind: 'text', text: sentences[which][locale].replace('{n}', String(minutes)), locale };
}

/** What is worth synthesising before anybody asks. */
export function commonAnnouncements(locale: Locale): readonly { text: string; locale: Locale }[] {
  const positions = Array.from({ length: 10 }, (_, index) => positionAnnouncement(index + 1, locale));
  const waits = Array.from({ length: 11 }, (_, minutes) => waitAnnouncement(minutes, locale));
  const refusals = [announcement('busy', locale), announcement('suspended', locale)];
  return [...refusals, ...positions, ...waits].flatMap((one) =>
    one.kind === 'text' ? [{ text: one.text, locale: one.locale }] : [],
  );
}
