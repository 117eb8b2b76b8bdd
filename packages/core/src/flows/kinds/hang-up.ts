import { defineStep, type StepIn } from '../step-definition.ts';
import { speech } from '../step-field.ts';

export const hangUp = defineStep({
  kind: 'hang-up',
  family: 'ends',
  fields: { say: speech() },
  silentExits: 'none',
  isEnd: true,
  enter: (step, walk) =>
    walk.speakThen(step.say, () => {
      walk.finish('hang-up');
      walk.act({ kind: 'hang-up' });
    }),
});
export type HangUpStep = StepIn<typeof hangUp>;
