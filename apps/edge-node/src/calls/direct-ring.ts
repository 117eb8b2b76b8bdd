/** The stage in which one named agent rings: a rule's or a flow's agent step, a transfer, a colleague's extension. */
import type { RingOutcome } from './agent-ring.ts';
import type { CallStage } from './call-stage.ts';
import type { Call } from './call.ts';
import { converse } from './converse.ts';
import { ringPerson, type Person } from './ring-person.ts';

export type RingFailure = Exclude<RingOutcome['kind'], 'accepted'>;

export interface DirectRingRequest {
  readonly call: Call;
  readonly person: Person;
  readonly ringTimeoutMs: number;
  /** The customer hears music rather than ringing: the call was already answered by a person. */
  readonly hearsMusic?: boolean;
}

export function ringDirectly(request: DirectRingRequest, onFailed: (why: RingFailure) => void): void {
  const { call, person, ringTimeoutMs } = request;
  const ring = ringPerson(person, { call, ringTimeoutMs, mayBePickedUp: true }, (outcome) => {
    if (outcome.kind === 'accepted') converse(call, outcome.leg, outcome.by);
    else onFailed(outcome.kind);
  });
  const stage: CallStage = { state: 'ringing', onCallEnded: () => ring.withdraw() };
  call.enter(stage);
  if (request.hearsMusic) call.sound.hearMusic();
  else call.sound.hearRingback();
  ring.start();
}
