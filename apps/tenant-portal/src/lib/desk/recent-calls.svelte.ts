import type { DeskInteraction } from '@seatgrid/contracts/desk/desk-messages.ts';

const recentMax = 12;
const storageKey = 'seatgrid.recent-calls';

/** The last calls of this desk, newest first, each once; kept for the tab's life. The records of the tenant are elsewhere. */
export class RecentCalls {
  list = $state.raw<readonly DeskInteraction[]>(read());

  note(call: DeskInteraction): void {
    this.list = [call, ...this.list.filter((other) => other.callId !== call.callId)].slice(0, recentMax);
    try {
      sessionStorage.setItem(storageKey, JSON.stringify(this.list));
    } catch {
      // Without storage the list lives as long as the page.
    }
  }
}

function read(): readonly DeskInteraction[] {
  try {
    return JSON.parse(sessionStorage.getItem(storageKey) ?? '[]') as DeskInteraction[];
  } catch {
    return [];
  }
}
