import { issueWord } from '../records/issue-words.ts';
import { recordText } from '../records/record-text.svelte.ts';

/** What the centre says of a field, in the page's language where the sentence is known, as it was told where not. */
export function refusalText(message: string): string {
  const { word } = issueWord({ message, path: [] });
  return word === 'issue.other' ? message : recordText(word);
}
