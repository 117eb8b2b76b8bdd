/** The stage in which one named agent rings: a rule's or a flow's agent step, a transfer, a colleague's extension. */
import type { Agent } from '@seatgrid/core/workforce/agent.ts';
import type { AgentSeat } from '../agents/agent-seat.ts';
import { AgentRing, type RingOutcome } from './agent-ring.ts';
import type { CallStage } from './call-stage.ts';
import type { Call } from './call.ts';
import { converse } from './converse.ts';

export type RingFailure = Exclude<RingOutcome['kind'], 'accepted'>;

export interface DirectRingRequest {
  readonly call: Call;
  readonly agent: Agent;
  readonly seat: AgentSeat | null;
  readonly ringTimeoutMs: number;
  /** The customer hears music rather than ringing: the call was already answered by a person. */
  readonly hearsMusic?: boolean;
}

export function ringDirectly(request: DirectRingRequest, onFailed: (why: RingFailure) => void): void {
  const { call, agent, seat } = request;
  const ring = new AgentRing({ ...request, queue: null, mayBePickedUp: true }, (outcome) => {
    if (outcome.kind === 'accepted') converse(call, outcome.leg, outcome.by ?? { id: agent.id, seat });
    else onFailed(outcome.kind);
  });
  const stage: CallStage = { state: 'ringing', onCallEnded: () => ring.withdraw() };
  call.enter(stage);
  if (request.hearsMusic) call.sound.hearMusic();
  else call.sound.hearRingback();
  ring.start();
}
