/** The words of a visit go one after the other inside its dialog, each acknowledged by a status. */
import { visitContentType, type VisitWord } from '@seatgrid/contracts/visit/visit-messages.ts';
import type { Dialog } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';

export function sayVisitWord(
  dialog: Dialog | null,
  word: VisitWord,
  onAnswer?: (status: number) => void,
): void {
  dialog?.info(visitContentType, JSON.stringify(word), onAnswer);
}
