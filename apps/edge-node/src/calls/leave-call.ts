/** A party hangs up, or its line is lost: whoever stays is left in a sensible place, and the call ends when that is nobody. */
import type { EndReason } from '@seatgrid/core/calls/end-reason.ts';
import { Consultation } from './consultation.ts';
import { Conversation } from './converse.ts';
import type { Call } from './call.ts';
import type { Party } from './party.ts';

export function leaveCall(call: Call, party: Party, reason: EndReason): void {
  if (!party.isMember) return call.letGo(party, 'agent', reason);
  if (call.stage instanceof Consultation && call.stage.isOverBy(party)) return;
  const staying = call.members.filter((member) => member !== party);
  if (staying.length < 2) return call.end(reason, party);
  call.flow?.endGuiding();
  call.letGo(party, reason.code === 'hung-up' ? 'agent' : 'other', reason);
  call.enter(new Conversation(call));
  call.tellSeats();
}
