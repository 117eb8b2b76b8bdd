import { defineStep, type StepIn } from '../step-definition.ts';
import { expandedText, target } from '../step-field.ts';

/** D-22, F-16: the call takes what an inbound rule of this name says, which may be a variable's value; its data go with it. */
export const goToRule = defineStep({
  kind: 'go-to-rule',
  family: 'hands-on',
  fields: { rule: expandedText(1, 80), onMissing: target() },
  silentExits: 'all',
  isEnd: true,
  enter(step, walk) {
    walk.parties.clear();
    walk.await((input) => {
      if (input.kind === 'rule-missing') walk.leave('missing', step.onMissing);
    });
    walk.act({ kind: 'go-to-rule', rule: walk.expand(step.rule) });
  },
});
export type GoToRuleStep = StepIn<typeof goToRule>;
