import { dutyAt } from '../../numbers/working-time.ts';
import { defineStep, type StepIn } from '../step-definition.ts';
import { calendar, optional, periods, target, wayOn } from '../step-field.ts';

/** By the hour of the week; a special day of the calendar goes before, as it does for rules. */
export const time = defineStep({
  kind: 'time',
  family: 'decides',
  fields: { periods: periods(), calendarId: optional(calendar()), inside: wayOn(), outside: target() },
  silentExits: 'all',
  enter(step, walk) {
    const dates = step.calendarId === undefined ? null : walk.calendarDates(step.calendarId);
    // No periods are no hours here; a rule's would be every hour.
    const { isOnDuty } = dutyAt(step.periods, dates, walk);
    if (isOnDuty && (step.periods.length > 0 || dates !== null))
      walk.leave('inside', step.inside, { exit: 'inside' });
    else walk.leave('outside', step.outside, { exit: 'outside' });
  },
});
export type TimeStep = StepIn<typeof time>;
