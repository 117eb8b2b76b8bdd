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
  readonly steps: Readonly<Record<StepKey, FlowStep>>;
}
