/** A party hangs up, or its line is lost: whoever stays is left in a sensible place, and the call ends when that is nobody. */
import type { EndReason } from '@seatgrid/core/calls/end-reason.ts';
import { Conversation } from './converse.ts';
import type { Call } from './call.ts';
import { dropPartner, letGo } from './let-go.ts';
import type { Party } from './party.ts';

export function leaveCall(call: Call, party: Party, reason: EndReason): void {
  if (!party.isMember) return letGo(call, party, 'agent', reason);
  if (call.stage.isOverBy?.(party, reason)) return;
  if (call.membersBeside(party) < 2) return call.end(reason, party);
  call.flow?.endGuiding();
  letGo(call, party, reason.code === 'hung-up' ? 'agent' : 'other', reason);
  call.enter(new Conversation(call));
  call.tellSeats();
}

/** An agent's browser did not come back, or the node the agent is at: the caller returns to the front of the queue, or the call is over. */
export function loseAgent(
  call: Call,
  party: Party,
  reason: EndReason = { party: 'agent', code: 'media-lost' },
): void {
  if (call.stage.isBackFrom?.(party)) return;
  if (call.members.length > 2) return leaveCall(call, party, reason);
  if (call.home && !call.home.isForFlow && party === call.partner) return call.home.giveBack(reason);
  if (party !== call.partner || !call.queue || call.facts.direction !== 'inbound')
    return call.end(reason, null);
  call.stage.onCallEnded(reason);
  dropPartner(call, 'platform');
  call.services.acd(call.tenant).takeBack(call, call.queue);
}
