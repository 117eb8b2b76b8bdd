import { say } from '#lib/words/say.svelte.ts';
import type { Word } from '#lib/words/catalogue.ts';

const known = [
  'quota-calls',
  'quota-agents',
  'suspended',
  'unknown-number',
  'overload',
  'trunk-full',
  'lines-busy',
  'no-route',
  'no-common-codec',
  'barred',
  'redirected',
  'signed-in-elsewhere',
];

/** Why a call or a sign-in was refused, in the page's language. */
export function refusalReason(reason: string): string {
  return known.includes(reason) ? say(`refusal.reason.${reason}` as Word) : reason;
}
