import { defineStep, type StepIn } from '../step-definition.ts';
import { expression, onError, rows, variable, wayOn } from '../step-field.ts';

/** D-06: variables from expressions, one after another; each sees what those before it have set. */
export const compute = defineStep({
  kind: 'compute',
  family: 'keeps',
  fields: {
    values: rows({ variable: variable('result'), expression: expression('kept') }, 1, 20),
    next: wayOn(),
    onError: onError(),
  },
  silentExits: 'all',
  enter(step, walk) {
    step.values.forEach((one, index) =>
      walk.set(one.variable, walk.evaluate(one.expression, `values.${index}.expression`)),
    );
    walk.leave('next', step.next);
  },
});
export type ComputeStep = StepIn<typeof compute>;
