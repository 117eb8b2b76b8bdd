import type { NextStep } from '@seatgrid/core/numbers/inbound-rule.ts';
import { say } from '#lib/words/say.svelte.ts';
import { targetName, type Destinations } from './next-step.ts';

/** A next step in a few words: `Queue · Sales`. */
export function nextStepText(next: NextStep, destinations: Destinations): string {
  if (next.kind === 'hang-up' || next.kind === 'messages') return say(`next.${next.kind}`);
  return `${say(`next.${next.kind}`)} · ${targetName(next, destinations) ?? say('common.gone')}`;
}
