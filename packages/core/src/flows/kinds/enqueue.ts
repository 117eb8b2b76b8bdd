import { defineStep, type StepIn } from '../step-definition.ts';
import { optional, queue, wayOn } from '../step-field.ts';

/** F-01: waits for an agent of the queue. The call leaves the flow when one answers. */
export const enqueue = defineStep({
  kind: 'enqueue',
  family: 'hands-on',
  fields: {
    queueId: queue(),
    /** Queue full (F-25), or waited as long as the queue allows; the queue's own outcome where absent. */
    onFull: optional(wayOn()),
    onTimeout: optional(wayOn()),
  },
  silentExits: 'none',
  isEnd: true,
  enter(step, walk) {
    walk.parties.clear();
    walk.await((input) => {
      if (input.kind !== 'queue-left') return;
      const to = input.cause === 'full' ? step.onFull : step.onTimeout;
      if (to === undefined) walk.finish(input.cause);
      else walk.leave(input.cause, to, { exit: input.cause === 'full' ? 'onFull' : 'onTimeout' });
    });
    walk.act({
      kind: 'enqueue',
      queueId: step.queueId,
      handlesFull: step.onFull !== undefined,
      handlesTimeout: step.onTimeout !== undefined,
    });
  },
});
export type EnqueueStep = StepIn<typeof enqueue>;
