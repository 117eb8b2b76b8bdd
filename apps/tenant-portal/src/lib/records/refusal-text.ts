import { refusalText as knownText } from '@seatgrid/ui/portal/refusal-text.ts';
import { recordText } from '@seatgrid/ui/records/index.ts';
import { say } from '#lib/words/say.svelte.ts';

/** What the centre says of a field, where it is about what only a tenant has; the rest as in both portals. */
export function refusalText(message: string): string {
  if (message.startsWith('there is no such')) return say('problem.dangling');
  if (message.startsWith('must be given again, since the connector')) return say('connector.secretAgain');
  if (message.startsWith('must be given again')) return say('problem.phonePasswordAgain');
  if (message === 'a new agent needs one') return recordText('issue.required');
  return knownText(message);
}
