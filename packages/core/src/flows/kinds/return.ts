import { defineStep, type StepIn } from '../step-definition.ts';

/** Back to the flow that called this one; a flow nobody called is over. */
export const returning = defineStep({
  kind: 'return',
  family: 'ends',
  fields: {},
  silentExits: 'none',
  isEnd: true,
  enter: (_step, walk) => walk.returnFlow(),
});
export type ReturnStep = StepIn<typeof returning>;
