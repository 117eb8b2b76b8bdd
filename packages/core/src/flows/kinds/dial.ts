import { dialFailed, dialled, dialledFields } from '../dialled.ts';
import { defineStep, type StepIn } from '../step-definition.ts';
import { wayOn } from '../step-field.ts';

/** D-02: an outside number over the node's trunk. */
export const dial = defineStep({
  kind: 'dial',
  family: 'hands-on',
  fields: { ...dialledFields, onFailed: wayOn() },
  silentExits: 'none',
  isEnd: true,
  enter(step, walk) {
    walk.parties.clear();
    walk.await((input) => {
      if (input.kind === 'dial-failed') dialFailed(input.why, walk, step.onFailed);
    });
    walk.act({ kind: 'dial', ...dialled(step, walk) });
  },
});
export type DialStep = StepIn<typeof dial>;
