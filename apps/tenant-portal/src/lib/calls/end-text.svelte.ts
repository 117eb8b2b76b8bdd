import type { CallSummary } from '@seatgrid/contracts/api/api.ts';
import type { EndReason } from '@seatgrid/core/calls/end-reason.ts';
import { format } from '@seatgrid/ui';
import { say } from '#lib/words/say.svelte.ts';

/** How a call ended and whose act that was: `hung up (caller)`. */
export function endText(reason: EndReason): string {
  return say('end.by', { code: say(`end.code.${reason.code}`), party: say(`end.party.${reason.party}`) });
}

/** Of a call without an end: it goes on, or nobody knows since its node fell silent. */
export function openText({ lostSinceMs }: Pick<CallSummary, 'lostSinceMs'>): string {
  return lostSinceMs === null
    ? say('call.running')
    : say('call.lost', { time: format.date(lostSinceMs, 'time') });
}
