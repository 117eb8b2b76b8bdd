import { pickText, type LocalText } from '@seatgrid/core/kernel/locale.ts';
import { locale } from '@seatgrid/ui';
import { session } from '#lib/session/session.svelte.ts';

/** A text of the tenant in the page's language, else in the tenant's. */
export function ownText(text: LocalText): string {
  return pickText(text, locale.current, session.me?.tenant?.locale ?? 'zh-Hans');
}
