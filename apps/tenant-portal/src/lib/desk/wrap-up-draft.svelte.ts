import type { Disposition } from '@seatgrid/core/calls/disposition.ts';

/**
 * What the agent has noted about a call so far. Lives in the tab's session storage by call, so that a reload in the middle
 * of a sentence loses nothing.
 */
export class WrapUpDraft {
  notes = $state('');
  dispositionId = $state<Disposition['id'] | null>(null);
  #callId: string | undefined;

  /** Turns to the draft of this call; the draft of another is put away. */
  turnTo(callId: string): void {
    if (this.#callId === callId) return;
    this.#callId = callId;
    const kept = read(callId);
    this.notes = kept.notes;
    this.dispositionId = kept.dispositionId;
  }

  keep(): void {
    if (this.#callId === undefined) return;
    try {
      sessionStorage.setItem(
        key(this.#callId),
        JSON.stringify({ notes: this.notes, dispositionId: this.dispositionId }),
      );
    } catch {
      // Without storage the draft lives as long as the page.
    }
  }

  forget(): void {
    if (this.#callId !== undefined) sessionStorage.removeItem(key(this.#callId));
    this.#callId = undefined;
    this.notes = '';
    this.dispositionId = null;
  }
}

const key = (callId: string) => `seatgrid.wrap-up.${callId}`;

function read(callId: string): { notes: string; dispositionId: Disposition['id'] | null } {
  try {
    const value = JSON.parse(sessionStorage.getItem(key(callId)) ?? '{}') as Partial<{
      notes: string;
      dispositionId: Disposition['id'];
    }>;
    return { notes: value.notes ?? '', dispositionId: value.dispositionId ?? null };
  } catch {
    return { notes: '', dispositionId: null };
  }
}
