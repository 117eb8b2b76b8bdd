import { defineStep, type StepIn } from '../step-definition.ts';
import { prompts, wayOn } from '../step-field.ts';

/** D-03, D-21: stored prompts to their end; keys are ignored. */
export const play = defineStep({
  kind: 'play',
  family: 'speaks',
  fields: { prompts: prompts(), next: wayOn() },
  silentExits: 'none',
  enter: (step, walk) =>
    walk.speakThen(
      step.prompts.map((promptId) => ({ kind: 'prompt', promptId })),
      () => walk.leave('next', step.next),
    ),
});
export type PlayStep = StepIn<typeof play>;
