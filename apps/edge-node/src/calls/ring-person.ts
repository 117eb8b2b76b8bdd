/** A person rung by name, here or at another node: one ring, which ends once in one of the four ways of an `AgentRing`. */
import type { AgentId } from '@seatgrid/core/kernel/ids.ts';
import { NamedRing } from '../visits/named-ring.ts';
import type { AgentKept } from '../visits/visit-terms.ts';
import { AgentRing, type RingOutcome, type RingRequest } from './agent-ring.ts';
import type { CallLeg, ReleaseCause } from './call-leg.ts';
import type { AgentSeat } from '../agents/agent-seat.ts';
import type { Colleague, Elsewhere } from './reach-colleague.ts';

/** `kept`: at the other node, for this ring already. */
export type Person = Colleague | (Elsewhere & { readonly kept?: AgentKept });

export type PersonRang =
  | {
      readonly kind: 'accepted';
      readonly leg: CallLeg;
      readonly by: { readonly id: AgentId; readonly seat: AgentSeat | null };
    }
  | Exclude<RingOutcome, { readonly kind: 'accepted' }>;

export interface PersonRing {
  start(): void;
  withdraw(cause?: ReleaseCause): void;
}

export function ringPerson(
  person: Person,
  request: Pick<RingRequest, 'call' | 'ringTimeoutMs' | 'consultedBy' | 'mayBePickedUp'>,
  tell: (outcome: PersonRang) => void,
): PersonRing {
  const { agent } = person;
  if (person.kind === 'elsewhere') {
    const { kept = null } = person;
    return new NamedRing({ ...request, person, kept }, (outcome) =>
      tell(outcome.kind === 'accepted' ? { ...outcome, by: { id: agent.id, seat: null } } : outcome),
    );
  }
  const { seat } = person;
  return new AgentRing({ ...request, agent, seat, queue: null }, (outcome) =>
    tell(outcome.kind === 'accepted' ? { by: { id: agent.id, seat }, ...outcome } : outcome),
  );
}
