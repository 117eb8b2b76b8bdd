import { defineStep, type StepIn } from '../step-definition.ts';
import { mailbox, optional, target, wayOn } from '../step-field.ts';

/** D-11: the caller leaves a message in a mailbox, after its greeting and the tone; the flow goes on with whoever stays. */
export const leaveMessage = defineStep({
  kind: 'leave-message',
  family: 'keeps',
  fields: {
    mailboxId: mailbox(),
    next: wayOn(),
    /** Nothing was said, or the box is full; `next` where absent. */
    onNotLeft: optional(target()),
  },
  silentExits: 'none',
  enter(step, walk) {
    walk.parties.clear();
    walk.await((input) => {
      if (input.kind !== 'message-left') return;
      if (input.outcome === 'left' || step.onNotLeft === undefined)
        walk.leave(input.outcome, step.next, { exit: 'next' });
      else walk.leave(input.outcome, step.onNotLeft, { exit: 'onNotLeft' });
    });
    walk.act({ kind: 'leave-message', mailboxId: step.mailboxId });
  },
});
export type LeaveMessageStep = StepIn<typeof leaveMessage>;
