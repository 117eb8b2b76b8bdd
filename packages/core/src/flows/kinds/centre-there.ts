import type { OutsideRequest } from '../outside-request.ts';
import { defineStep, type StepIn } from '../step-definition.ts';
import { target, wayOn } from '../step-field.ts';

export interface CentreThereRequest extends OutsideRequest {
  readonly kind: 'is-centre-there';
}

/** Whether the node's link to the centre is up just now: a branch on its own may promise less. */
export const centreThere = defineStep({
  kind: 'centre-there',
  family: 'asks',
  fields: { there: wayOn(), away: target() },
  silentExits: 'all',
  enter(step, walk) {
    const request: CentreThereRequest = { kind: 'is-centre-there' };
    walk.ask(request, 1_000, (answer) => {
      if (answer.kind === 'answered' && answer.value === true)
        walk.leave('there', step.there, { exit: 'there' });
      else walk.leave('away', step.away, { exit: 'away' });
    });
  },
});
export type CentreThereStep = StepIn<typeof centreThere>;
