/** What a mail about a new fax says, in the tenant's language. */
import type { StoredFax } from '@seatgrid/adapters/postgres/stores/fax-store.ts';
import type { FaxBox } from '@seatgrid/core/faxes/fax-box.ts';
import type { Locale } from '@seatgrid/core/kernel/locale.ts';
import type { Tenant } from '@seatgrid/core/tenancy/tenant.ts';

interface Facts {
  readonly fax: Pick<StoredFax, 'fromNumber' | 'farIdentification' | 'receivedAtMs' | 'pages' | 'ending'>;
  readonly box: Pick<FaxBox, 'name' | 'isFaxMailed'>;
  readonly tenant: Pick<Tenant, 'locale' | 'timeZone'>;
  readonly publicUrl: string | null;
}

type Sentence = 'subject' | 'body' | 'called' | 'part' | 'unknown' | 'attached' | 'readAt';

const texts: Readonly<Record<Locale, Readonly<Record<Sentence, string>>>> = {
  en: {
    subject: 'New fax in {box} from {from}',
    body: 'A fax from {from} came to {box} on {when}. Pages: {pages}.',
    called: 'The sending machine calls itself {machine}.',
    part: 'It broke off: what came before is kept.',
    unknown: 'an unknown number',
    attached: 'It is attached.',
    readAt: 'Read it at {url}.',
  },
  'zh-Hans': {
    subject: '{box} 有来自 {from} 的新传真',
    body: '{from} 于 {when} 向 {box} 发来传真，共 {pages} 页。',
    called: '对方传真机标识为 {machine}。',
    part: '传真中断，已保留收到的部分。',
    unknown: '未知号码',
    attached: '传真见附件。',
    readAt: '请在 {url} 查看。',
  },
  'zh-Hant': {
    subject: '{box} 有來自 {from} 的新傳真',
    body: '{from} 於 {when} 向 {box} 發來傳真，共 {pages} 頁。',
    called: '對方傳真機識別為 {machine}。',
    part: '傳真中斷，已保留收到的部分。',
    unknown: '未知號碼',
    attached: '傳真見附件。',
    readAt: '請在 {url} 檢視。',
  },
};

export function faxMail({ fax, box, tenant, publicUrl }: Facts): {
  readonly subject: string;
  readonly text: string;
} {
  const words = texts[tenant.locale];
  const facts: Readonly<Record<string, string>> = {
    box: box.name,
    from: fax.fromNumber || words.unknown,
    machine: fax.farIdentification,
    pages: String(fax.pages),
    when: new Intl.DateTimeFormat(tenant.locale, {
      timeZone: tenant.timeZone,
      dateStyle: 'long',
      timeStyle: 'short',
    }).format(fax.receivedAtMs),
    url: `${publicUrl ?? ''}/faxes`,
  };
  const fill = (text: string) => text.replace(/\{(\w+)\}/g, (_, name: string) => facts[name] ?? '');
  const lines = [
    words.body,
    ...(fax.farIdentification ? [words.called] : []),
    ...(fax.ending === 'complete' ? [] : [words.part]),
    ...(box.isFaxMailed ? [words.attached] : []),
    ...(publicUrl ? [words.readAt] : []),
  ];
  return { subject: fill(words.subject), text: `${lines.map(fill).join('\n')}\n` };
}
