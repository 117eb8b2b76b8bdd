/** E-12 at a host: a colleague of another node asks an agent here, who is part of the conversation only once the caller is handed over. */
import type { AgentId } from '@seatgrid/core/kernel/ids.ts';
import type { AgentSeat } from '../agents/agent-seat.ts';
import type { CallLeg } from '../calls/call-leg.ts';
import type { Call } from '../calls/call.ts';
import { Conversation } from '../calls/converse.ts';
import { connect, recordServing } from '../calls/join-call.ts';
import { Party } from '../calls/party.ts';

export function giveAdvice(
  call: Call,
  leg: CallLeg,
  agent: { readonly id: AgentId; readonly seat: AgentSeat | null },
): void {
  const advisor = new Party(leg, agent);
  connect(call, advisor);
  call.enter(new Conversation(call));
  if (advisor.seat) call.services.hub.talking(advisor.seat, call, advisor);
}

/** The colleague is out. */
export function advisorServes(call: Call): void {
  const { partner, customer } = call;
  if (!partner || !customer || partner.joinedAtMs !== null) return;
  const nowMs = call.services.clock.nowMs();
  partner.joinedAtMs = nowMs;
  call.talk.start(nowMs);
  recordServing(call, partner, customer);
  call.tellSeats();
}
