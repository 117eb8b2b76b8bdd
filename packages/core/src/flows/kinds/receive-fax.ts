import { defineStep, type StepIn } from '../step-definition.ts';
import { faxBox, optional, target, wayOn } from '../step-field.ts';

/** A-16, D-20: the caller's machine sends a fax into a fax box; the flow goes on with whoever stays. */
export const receiveFax = defineStep({
  kind: 'receive-fax',
  family: 'keeps',
  fields: {
    faxBoxId: faxBox(),
    next: wayOn(),
    /** No page came, the box is full, or this node cannot receive faxes; `next` where absent. */
    onNotReceived: optional(target()),
  },
  silentExits: 'none',
  enter(step, walk) {
    walk.parties.clear();
    walk.await((input) => {
      if (input.kind !== 'fax-received') return;
      const hasPages = input.outcome === 'received' || input.outcome === 'partial';
      walk.leave(input.outcome, hasPages ? step.next : (step.onNotReceived ?? step.next));
    });
    walk.act({ kind: 'receive-fax', faxBoxId: step.faxBoxId });
  },
});
export type ReceiveFaxStep = StepIn<typeof receiveFax>;
