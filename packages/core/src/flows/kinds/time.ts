import { isWithinPeriods } from '../../numbers/working-time.ts';
import { defineStep, type StepIn } from '../step-definition.ts';
import { periods, target, wayOn } from '../step-field.ts';

export const time = defineStep({
  kind: 'time',
  family: 'decides',
  fields: { periods: periods(), inside: wayOn(), outside: target() },
  silentExits: 'all',
  enter(step, walk) {
    if (isWithinPeriods(step.periods, walk.timeZone, walk.nowMs))
      walk.leave('inside', step.inside, { exit: 'inside' });
    else walk.leave('outside', step.outside, { exit: 'outside' });
  },
});
export type TimeStep = StepIn<typeof time>;
