import { textOfValue } from '../flow-value.ts';
import { defineStep, type StepIn } from '../step-definition.ts';
import { oneOf, rows, target, text, variable, wayOn } from '../step-field.ts';

const tests = ['equals', 'starts-with', 'longer-than', 'is-empty'] as const;

/** By a variable's value, first case that fits. Known from the start: `caller`, `called`, `language`. */
export const branch = defineStep({
  kind: 'branch',
  family: 'decides',
  fields: {
    variable: variable('caller'),
    cases: rows({ test: oneOf(tests, 'starts-with'), value: text(0, 200), next: target() }, 1, 50),
    otherwise: wayOn(),
  },
  silentExits: 'all',
  check: (step) =>
    step.cases.flatMap((one, index) =>
      one.test === 'longer-than' && !/^[0-9]{1,4}$/.test(one.value)
        ? [{ field: `cases.${index}.value`, message: '"longer than" needs a number of characters' }]
        : [],
    ),
  enter(step, walk) {
    const value = textOfValue(walk.variables.get(step.variable));
    const found = step.cases.findIndex((one) => fits(one.test, value, one.value));
    if (found < 0) walk.leave('otherwise', step.otherwise, { exit: 'otherwise' });
    else walk.leave(`case ${found + 1}`, step.cases[found]!.next, { exit: `cases.${found}` });
  },
});
export type BranchStep = StepIn<typeof branch>;

function fits(test: (typeof tests)[number], value: string, against: string): boolean {
  switch (test) {
    case 'equals':
      return value === against;
    case 'starts-with':
      return value.startsWith(against);
    case 'longer-than':
      return value.length > Number(against);
    case 'is-empty':
      return value === '';
  }
}
