/**
 * A call flow as data: steps by key, each naming the next. What a step means is in its kind's file (`kinds/`); what a flow
 * must satisfy before it is saved is in `check-flow.ts`.
 */
import type { FlowId } from '../kernel/ids.ts';
import type { StepKey } from './step-field.ts';
import type { FlowStep } from './step-kinds.ts';

export interface CallFlow {
  readonly id: FlowId;
  readonly name: string;
  /** Counts publications; 0 is a draft never published. */
  readonly version: number;
  readonly start: StepKey;
  /** Where a call goes on whose step has failed and names no way on itself; the call ends where absent. */
  readonly onError?: StepKey;
  readonly steps: Readonly<Record<StepKey, FlowStep>>;
}

/** What a flow does, without its name and number. */
export type FlowBody = Pick<CallFlow, 'start' | 'onError' | 'steps'>;

export function bodyOf({ start, onError, steps }: FlowBody): FlowBody {
  return { start, ...(onError === undefined ? {} : { onError }), steps };
}
