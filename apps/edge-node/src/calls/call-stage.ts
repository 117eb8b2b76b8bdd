/** Who is in charge of a call just now: a flow, a queue, a ring, a dialling, a conversation. One at a time. */
import type { EndReason } from '@seatgrid/core/calls/end-reason.ts';
import type { FloorCall } from '@seatgrid/contracts/realtime/floor.ts';
import type { Party } from './party.ts';

export interface CallStage {
  /** What a floor picture calls it. */
  readonly state: FloorCall['state'];
  /** A key of the customer. */
  onDigit?(digit: string): void;
  /** Whether this party's leaving is the stage's own affair; then it has been settled. */
  isOverBy?(party: Party, reason: EndReason): boolean;
  /** An agent of the other node that has the customer serves them from now on. */
  onServed?(): void;
  /** Whether the customer's coming back from this party, at another node, is the stage's own affair; then it has been settled. */
  isBackFrom?(party: Party): boolean;
  /** The call is over: let go of timers, rings and legs. Events of the stage's own end are written here. */
  onCallEnded(reason: EndReason): void;
}

/** Between stages, and before the first. */
export const idleStage: CallStage = { state: 'in-flow', onCallEnded() {} };
