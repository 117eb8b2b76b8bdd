import type { EndReason } from '@seatgrid/core/calls/end-reason.ts';
import { say } from '#lib/words/say.svelte.ts';

/** How a call ended and whose act that was: `hung up (caller)`. */
export function endText(reason: EndReason): string {
  return say('end.by', { code: say(`end.code.${reason.code}`), party: say(`end.party.${reason.party}`) });
}
