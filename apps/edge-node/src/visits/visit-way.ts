/** How the two nodes of a visit speak with each other: inside the dialog that carries its sound, or beside it by the link. */
import { visitContentType, type VisitWord } from '@seatgrid/contracts/visit/visit-messages.ts';
import type { Dialog } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import { visitPulseEveryMs } from '../limits.ts';

export interface VisitWay {
  /** The other node is asked so often for a sign of life. */
  readonly pulseEveryMs: number;
  /** Whether what is said before the end may come after it. */
  readonly isBeside: boolean;
  /**
   * Answered once: by the other node's status, 408 where it says nothing, 503 where nothing reaches it. Beside the dialog only a wish and
   * the end are answered so: whatever else is said arrives in the end, unless the way is closed before.
   */
  say(word: VisitWord, onAnswer?: (status: number) => void): void;
  pulse(onAnswer: (status: number) => void): void;
  /** Nothing more is said or heard. */
  close(): void;
}

export class DialogWay implements VisitWay {
  readonly pulseEveryMs = visitPulseEveryMs;
  readonly isBeside = false;
  readonly #dialog: () => Dialog | null;

  constructor(dialog: () => Dialog | null) {
    this.#dialog = dialog;
  }

  /** One after the other, each acknowledged by a status. */
  say(word: VisitWord, onAnswer?: (status: number) => void): void {
    this.#dialog()?.info(visitContentType, JSON.stringify(word), onAnswer);
  }

  pulse(onAnswer: (status: number) => void): void {
    this.#dialog()?.info('', '', onAnswer);
  }

  close(): void {}
}
