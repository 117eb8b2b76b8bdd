import { defineStep, type StepIn } from '../step-definition.ts';
import { flow, onError, wayOn } from '../step-field.ts';

/** Walks another published flow, which comes back here by a `return`; variables are the call's, and shared. */
export const subflow = defineStep({
  kind: 'subflow',
  family: 'decides',
  fields: { flowId: flow(), next: wayOn(), onError: onError() },
  silentExits: 'all',
  enter: (step, walk) => walk.callFlow(step.flowId, step.next),
});
export type SubflowStep = StepIn<typeof subflow>;
