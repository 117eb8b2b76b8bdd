/** The stage in which parties talk with each other: two, or as many as were let in. */
import type { AgentId } from '@seatgrid/core/kernel/ids.ts';
import type { AgentSeat } from '../agents/agent-seat.ts';
import type { CallLeg } from './call-leg.ts';
import type { CallStage } from './call-stage.ts';
import type { Call } from './call.ts';
import { joinCall } from './join-call.ts';
import { Party } from './party.ts';

/** Whoever has just answered talks with the customer from now on; flow and queue are done with the call. */
export function converse(
  call: Call,
  leg: CallLeg,
  agent: { readonly id: AgentId; readonly seat: AgentSeat | null } | null,
): void {
  converseWith(call, new Party(leg, agent));
}

export function converseWith(call: Call, partner: Party): void {
  const flow = call.flow;
  call.flow = null;
  flow?.callLeft();
  joinCall(call, partner);
  call.enter(new Conversation(call));
  for (const party of [call.customer, partner])
    if (party?.seat) call.services.hub.talking(party.seat, call, party);
}

export class Conversation implements CallStage {
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  get state(): 'talking' | 'held' | 'conference' {
    const { members, partner, customer } = this.#call;
    if (members.length > 2) return 'conference';
    return partner?.isHolding || customer?.isHolding ? 'held' : 'talking';
  }

  onCallEnded(): void {}
}
