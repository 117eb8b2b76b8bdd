/** An announced wait beside the one that came. */
import { format } from '@seatgrid/ui';
import { say } from '#lib/words/say.svelte.ts';

export function tellWait(expectedMs: number, cameMs: number | undefined): string {
  const expected = format.durationWords(expectedMs);
  if (cameMs === undefined) return say('tl.announcedOpen', { expected });
  const error = format.durationWords(Math.abs(expectedMs - cameMs));
  return say('tl.announcedCame', { expected, came: format.durationWords(cameMs), error });
}
