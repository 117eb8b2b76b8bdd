import { defineStep, type StepIn } from '../step-definition.ts';
import { expandedText, onError, variable, wayOn } from '../step-field.ts';

/** Sets a variable; `{name}` in the value is replaced. `language` is a variable like others and decides what is spoken. */
export const set = defineStep({
  kind: 'set',
  family: 'keeps',
  fields: { variable: variable('language'), value: expandedText(0, 500), next: wayOn(), onError: onError() },
  silentExits: 'all',
  enter(step, walk) {
    walk.set(step.variable, walk.expand(step.value));
    walk.leave('next', step.next);
  },
});
export type SetStep = StepIn<typeof set>;
