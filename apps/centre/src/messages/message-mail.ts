/** What a mail about a new message says, in the tenant's language. */
import type { StoredMessage } from '@seatgrid/adapters/postgres/stores/voice-message-store.ts';
import type { MailboxRead } from '@seatgrid/contracts/nouns/mailbox.ts';
import { formatDuration } from '@seatgrid/core/kernel/duration.ts';
import type { Locale } from '@seatgrid/core/kernel/locale.ts';
import type { Tenant } from '@seatgrid/core/tenancy/tenant.ts';

interface Facts {
  readonly message: Pick<StoredMessage, 'fromNumber' | 'leftAtMs' | 'durationMs'>;
  readonly box: Pick<MailboxRead, 'name' | 'isSoundMailed'>;
  readonly tenant: Pick<Tenant, 'locale' | 'timeZone'>;
  readonly publicUrl: string | null;
}

const texts: Readonly<
  Record<Locale, Readonly<Record<'subject' | 'body' | 'unknown' | 'attached' | 'heardAt', string>>>
> = {
  en: {
    subject: 'New message in {box} from {from}',
    body: '{from} left a message of {length} in {box} on {when}.',
    unknown: 'an unknown number',
    attached: 'It is attached.',
    heardAt: 'Hear it at {url} or by phone with *97.',
  },
  'zh-Hans': {
    subject: '{box} 有来自 {from} 的新留言',
    body: '{from} 于 {when} 在 {box} 留下了 {length} 的留言。',
    unknown: '未知号码',
    attached: '录音见附件。',
    heardAt: '请在 {url} 收听，或用话机拨 *97。',
  },
  'zh-Hant': {
    subject: '{box} 有來自 {from} 的新留言',
    body: '{from} 於 {when} 在 {box} 留下了 {length} 的留言。',
    unknown: '未知號碼',
    attached: '錄音見附件。',
    heardAt: '請在 {url} 收聽，或用話機撥 *97。',
  },
};

export function messageMail({ message, box, tenant, publicUrl }: Facts): {
  readonly subject: string;
  readonly text: string;
} {
  const words = texts[tenant.locale];
  const facts: Readonly<Record<string, string>> = {
    box: box.name,
    from: message.fromNumber || words.unknown,
    length: formatDuration(message.durationMs),
    when: new Intl.DateTimeFormat(tenant.locale, {
      timeZone: tenant.timeZone,
      dateStyle: 'long',
      timeStyle: 'short',
    }).format(message.leftAtMs),
    url: `${publicUrl ?? ''}/my-messages`,
  };
  const fill = (text: string) => text.replace(/\{(\w+)\}/g, (_, name: string) => facts[name] ?? '');
  const lines = [
    words.body,
    ...(box.isSoundMailed ? [words.attached] : []),
    ...(publicUrl ? [words.heardAt] : []),
  ];
  return { subject: fill(words.subject), text: `${lines.map(fill).join('\n')}\n` };
}
