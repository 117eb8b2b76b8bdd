import { defineStep, type StepIn } from '../step-definition.ts';
import { expression, onError, rows, target, text, wayOn } from '../step-field.ts';

/** F-13: by conditions, in order; the first that is true is taken. */
export const decide = defineStep({
  kind: 'decide',
  family: 'decides',
  fields: {
    conditions: rows({ condition: expression('asked'), label: text(0, 80), next: target() }, 1, 50),
    otherwise: wayOn(),
    onError: onError(),
  },
  silentExits: 'all',
  enter(step, walk) {
    for (const [index, one] of step.conditions.entries()) {
      const place = `conditions.${index}.condition`;
      const value = walk.evaluate(one.condition, place);
      if (typeof value !== 'boolean')
        walk.fail({ code: 'type', place, message: 'is neither true nor false' });
      if (value) return walk.leave(`condition ${index + 1}`, one.next, { exit: `conditions.${index}` });
    }
    walk.leave('otherwise', step.otherwise, { exit: 'otherwise' });
  },
});
export type DecideStep = StepIn<typeof decide>;
