import { defineStep, type StepIn } from '../step-definition.ts';
import { localText, wayOn } from '../step-field.ts';

export const say = defineStep({
  kind: 'say',
  family: 'speaks',
  fields: { text: localText(), next: wayOn() },
  silentExits: 'none',
  enter: (step, walk) =>
    walk.speakThen([{ kind: 'text', text: step.text }], () => walk.leave('next', step.next)),
});
export type SayStep = StepIn<typeof say>;
