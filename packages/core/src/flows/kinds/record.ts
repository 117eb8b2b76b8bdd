import { defineStep, type StepIn } from '../step-definition.ts';
import { flag, wayOn } from '../step-field.ts';

/** From here on the call is recorded, or is not, whatever its queue says. */
export const record = defineStep({
  kind: 'record',
  family: 'keeps',
  fields: { isRecorded: flag(true), next: wayOn() },
  silentExits: 'all',
  enter(step, walk) {
    walk.act({ kind: 'record', isRecorded: step.isRecorded });
    walk.leave('next', step.next);
  },
});
export type RecordStep = StepIn<typeof record>;
