import { defineStep, type StepIn } from '../step-definition.ts';
import { optional, ringGroup as ringGroupField, wayOn } from '../step-field.ts';

/** F-17 to F-24: the positions of a ring group ring, as the group says. The call leaves the flow when one answers. */
export const ringGroup = defineStep({
  kind: 'ring-group',
  family: 'hands-on',
  fields: {
    ringGroupId: ringGroupField(),
    /** Nobody answered, or nobody is free; the group's own next step where absent. */
    onNoAnswer: optional(wayOn()),
  },
  // With nobody free it is left at once.
  silentExits: 'all',
  isEnd: true,
  enter({ ringGroupId, onNoAnswer }, walk) {
    walk.parties.clear();
    walk.await((input) => {
      if (input.kind !== 'group-unanswered') return;
      if (onNoAnswer === undefined) walk.finish('no-answer');
      else walk.leave('no-answer', onNoAnswer);
    });
    walk.act({ kind: 'ring-group', ringGroupId, handlesNoAnswer: onNoAnswer !== undefined });
  },
});
export type RingGroupStep = StepIn<typeof ringGroup>;
