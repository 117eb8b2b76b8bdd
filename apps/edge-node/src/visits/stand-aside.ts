/**
 * An agent at a host who is part of no conversation yet: a colleague of another node asks for advice (E-12), or the number that is owed a
 * call is only being dialled. The home says when the caller is the agent's to serve.
 */
import type { AgentId } from '@seatgrid/core/kernel/ids.ts';
import type { AgentSeat } from '../agents/agent-seat.ts';
import type { CallLeg } from '../calls/call-leg.ts';
import type { Call } from '../calls/call.ts';
import { Conversation } from '../calls/converse.ts';
import { connect, recordServing } from '../calls/join-call.ts';
import { Party } from '../calls/party.ts';

export function standAside(
  call: Call,
  leg: CallLeg,
  agent: { readonly id: AgentId; readonly seat: AgentSeat | null },
): void {
  const { hub } = call.services;
  const aside = new Party(leg, agent);
  connect(call, aside);
  call.enter(new Conversation(call));
  if (!aside.seat) return;
  if (call.facts.callback) hub.callsBack(aside.seat, call, aside);
  else hub.talking(aside.seat, call, aside);
}

export function stepIn(call: Call): void {
  const { partner, customer } = call;
  if (!partner || !customer || partner.joinedAtMs !== null) return;
  const nowMs = call.services.clock.nowMs();
  partner.joinedAtMs = nowMs;
  call.talk.start(nowMs);
  recordServing(call, partner, customer);
  if (partner.seat) call.services.hub.talking(partner.seat, call, partner);
  call.tellSeats();
}
