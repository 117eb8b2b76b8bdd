import type { DeskInteraction } from '@seatgrid/contracts/desk/desk-messages.ts';
import type { MarkShape, Role } from '@seatgrid/ui/marks/roles.ts';
import type { Word } from '#lib/words/catalogue.ts';

/** E-28: what the line says of a call: the customer calls, both talk, it has ended. */
export interface StatusLine {
  readonly word: Word;
  readonly shape: MarkShape;
  readonly role: Role;
}

export function statusLine(call: DeskInteraction): StatusLine {
  switch (call.state) {
    case 'ringing':
      return {
        word: call.direction === 'internal' ? 'desk.status.colleagueCalling' : 'desk.status.calling',
        shape: 'ringing',
        role: 'blue',
      };
    case 'dialling':
      return { word: 'desk.status.dialling', shape: 'handset-out', role: 'blue' };
    case 'talking':
      if (call.consultedBy !== null)
        return { word: 'desk.status.advising', shape: 'handset', role: 'indigo' };
      return { word: 'desk.status.talking', shape: 'handset', role: 'blue' };
    case 'consulting':
      return { word: 'desk.status.consulting', shape: 'handsets', role: 'indigo' };
    case 'conference':
      return { word: 'desk.status.conference', shape: 'handsets', role: 'indigo' };
    case 'held':
      return { word: 'desk.status.held', shape: 'pause', role: 'amber' };
    case 'ended':
      return { word: endWord(call), shape: 'ring', role: 'neutral' };
  }
}

function endWord(call: DeskInteraction): Word {
  switch (call.endReason?.code) {
    case 'abandoned':
    case 'cancelled':
      return 'desk.status.gaveUp';
    case 'no-answer':
      return 'desk.status.noAnswer';
    case 'rejected':
      return 'desk.status.busy';
    case 'unreachable':
      return 'desk.status.unreachable';
    case 'transferred':
      return 'desk.status.transferred';
    default:
      return call.endReason?.party === 'agent'
        ? 'desk.status.endedByMe'
        : call.endReason?.party === 'caller'
          ? 'desk.status.endedByThem'
          : 'desk.status.ended';
  }
}
