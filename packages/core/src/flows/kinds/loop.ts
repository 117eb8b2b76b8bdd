import { defineStep, type StepIn } from '../step-definition.ts';
import { count, target, variable, wayOn } from '../step-field.ts';

/**
 * Leads `again` so many times, then `next`; what is repeated leads back here. The variable counts the rounds from 1 and is 0 when
 * they are over, so that the loop may be come to anew. What leaves early and comes back goes on counting, as it should where three
 * tries are three tries; a flow that means another three sets the variable to 0 itself.
 */
export const loop = defineStep({
  kind: 'loop',
  family: 'decides',
  fields: {
    variable: variable('round'),
    times: count(1, 1_000, 3),
    again: target(),
    next: wayOn(),
  },
  // The rounds come to an end.
  silentExits: ['next'],
  enter(step, walk) {
    const before = walk.variables.get(step.variable);
    const round = (typeof before === 'bigint' ? before : 0n) + 1n;
    const isOver = round > BigInt(step.times);
    walk.set(step.variable, isOver ? 0n : round);
    if (isOver) walk.leave('over', step.next, { exit: 'next' });
    else walk.leave(`round ${round}`, step.again, { exit: 'again' });
  },
});
export type LoopStep = StepIn<typeof loop>;
