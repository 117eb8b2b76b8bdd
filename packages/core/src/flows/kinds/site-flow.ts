import { defineStep, type StepIn } from '../step-definition.ts';
import { flow, site, target, wayOn } from '../step-field.ts';

/** B-02: a published flow runs at a node of another site, with all the call knows, and comes back here by a `return`. */
export const siteFlow = defineStep({
  kind: 'site-flow',
  family: 'hands-on',
  fields: {
    siteId: site(),
    flowId: flow(),
    next: wayOn(),
    /** No node of the site takes it, or the one that did was lost. */
    onFailed: target(),
  },
  // At its own site the flow is walked here, as a subflow is.
  silentExits: 'all',
  isEnd: true,
  enter({ siteId, flowId, next, onFailed }, walk) {
    walk.parties.clear();
    walk.await((input) => {
      if (input.kind !== 'site-left') return;
      if (input.outcome === 'here') walk.callFlow(flowId, next);
      else if (input.outcome === 'returned') walk.leave('returned', next, { exit: 'next' });
      else walk.leave(input.outcome, onFailed, { exit: 'onFailed' });
    });
    walk.act({ kind: 'site-flow', siteId, flowId });
  },
});
export type SiteFlowStep = StepIn<typeof siteFlow>;
