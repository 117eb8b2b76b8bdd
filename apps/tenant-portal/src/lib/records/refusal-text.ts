import { issueWord } from '@seatgrid/ui/records/issue-words.ts';
import { recordText } from '@seatgrid/ui/records/index.ts';
import { say } from '#lib/words/say.svelte.ts';

/** What the centre says of a field, in the page's language where the sentence is known, as it was told where not. */
export function refusalText(message: string): string {
  if (message.startsWith('there is no such')) return say('problem.dangling');
  if (message.startsWith('must be given again, since the connector')) return say('connector.secretAgain');
  if (message.startsWith('must be given again')) return say('problem.phonePasswordAgain');
  if (message === 'a new agent needs one') return recordText('issue.required');
  const { word } = issueWord({ message, path: [] });
  return word === 'issue.other' ? message : recordText(word);
}
