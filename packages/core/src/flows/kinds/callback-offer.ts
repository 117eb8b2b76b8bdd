import { defineStep, type StepIn } from '../step-definition.ts';
import { optional, queue, target, wayOn } from '../step-field.ts';

/** Callback instead of waiting: the caller is asked, keeps a place in the queue, and may hang up. */
export const callbackOffer = defineStep({
  kind: 'callback-offer',
  family: 'hands-on',
  fields: {
    queueId: queue(),
    /** The queue owes the call now. */
    next: wayOn(),
    /** The caller would rather wait. */
    onDeclined: target(),
    /** None is to be had: the queue offers none, owes too many, or the number is barred; `onDeclined` where absent. */
    onNone: optional(target()),
  },
  silentExits: 'none',
  enter(step, walk) {
    walk.parties.clear();
    walk.await((input) => {
      if (input.kind !== 'callback-offered') return;
      const to = { accepted: step.next, declined: step.onDeclined, none: step.onNone ?? step.onDeclined };
      walk.leave(input.outcome, to[input.outcome]);
    });
    walk.act({ kind: 'offer-callback', queueId: step.queueId });
  },
});
export type CallbackOfferStep = StepIn<typeof callbackOffer>;
