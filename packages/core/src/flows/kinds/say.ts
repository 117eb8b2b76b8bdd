import { defineStep, type StepIn } from '../step-definition.ts';
import { localText, onError, wayOn } from '../step-field.ts';

export const say = defineStep({
  kind: 'say',
  family: 'speaks',
  fields: { text: localText(), next: wayOn(), onError: onError() },
  silentExits: 'none',
  enter: (step, walk) =>
    walk.speakThen([{ kind: 'text', text: step.text }], () => walk.leave('next', step.next)),
});
export type SayStep = StepIn<typeof say>;
