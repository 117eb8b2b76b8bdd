import { defineStep, type StepIn } from '../step-definition.ts';
import { count, rows, target, text, wayOn } from '../step-field.ts';

/** F-13: so many of a hundred calls each way, the rest `otherwise`. Which call goes which way is chance, their shares are not. */
export const split = defineStep({
  kind: 'split',
  family: 'decides',
  fields: {
    shares: rows({ percent: count(1, 100, 50), label: text(0, 80), next: target() }, 1, 20),
    otherwise: wayOn(),
  },
  silentExits: 'all',
  check: (step) =>
    step.shares.reduce((sum, one) => sum + one.percent, 0) > 100
      ? [{ field: 'shares', message: 'gives away more than a hundred of a hundred' }]
      : [],
  enter(step, walk) {
    const drawn = walk.chance() * 100;
    let sum = 0;
    for (const [index, one] of step.shares.entries()) {
      sum += one.percent;
      if (drawn < sum) return walk.leave(`share ${index + 1}`, one.next, { exit: `shares.${index}` });
    }
    walk.leave('otherwise', step.otherwise, { exit: 'otherwise' });
  },
});
export type SplitStep = StepIn<typeof split>;
