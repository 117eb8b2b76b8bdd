import { recordText } from '@seatgrid/ui/records/index.ts';
import { say } from '#lib/words/say.svelte.ts';
import { faultTelling } from './fault-words.ts';
import type { PlacedFault } from './flow-faults.ts';

/** A fault in the page's language. */
export function faultText(fault: PlacedFault): string {
  const telling = faultTelling(fault.message);
  switch (telling.kind) {
    case 'flow':
      return say(telling.word, telling.values);
    case 'field':
      return recordText(telling.issue.word, telling.issue.values);
    case 'as-told':
      return telling.message;
  }
}
