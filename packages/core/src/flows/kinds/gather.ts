import { DigitCollector } from '../digit-collector.ts';
import { listen } from '../listening.ts';
import { maskDigits } from '../mask-digits.ts';
import { defineStep, type StepIn } from '../step-definition.ts';
import { duration, flag, length, optional, speech, target, variable, wayOn } from '../step-field.ts';

/** D-04, D-05: digits into a variable. `*` clears, `#` or the timeout ends (not in `single`, where every key counts). */
export const gather = defineStep({
  kind: 'gather',
  family: 'listens',
  fields: {
    prompt: speech('begun'),
    variable: variable('digits'),
    length: length(),
    timeoutMs: duration(500, 60_000, 5_000),
    /** Card data and the like: while it is keyed nothing is recorded, and its digits stand nowhere. Flows may use the variable. */
    isSecret: optional(flag(false)),
    next: wayOn(),
    /** Taken when nothing was entered; `next` where absent. */
    onEmpty: optional(target()),
  },
  silentExits: 'none',
  enter(step, walk) {
    const collector = new DigitCollector(step.length);
    const isSecret = step.isSecret === true;
    const collected = (outcome: string) => {
      const { value } = collector;
      walk.act({ kind: 'clear-timer' });
      walk.set(step.variable, value, isSecret ? 'secret' : undefined);
      walk.act({ kind: 'collected', variable: step.variable, value: isSecret ? maskDigits(value) : value });
      const digits = isSecret ? maskDigits(value) : value;
      if (value === '' && step.onEmpty !== undefined)
        walk.leave('empty', step.onEmpty, { digits, exit: 'onEmpty' });
      else walk.leave(outcome, step.next, { digits, exit: 'next' });
    };
    if (isSecret) {
      walk.act({ kind: 'secret', isSecret: true });
      walk.whenLeft(() => walk.act({ kind: 'secret', isSecret: false }));
    }
    listen(walk, step.prompt, {
      timeoutMs: step.timeoutMs,
      onDigit(digit) {
        if (collector.take(digit) === 'complete') return collected('entered');
        walk.act({ kind: 'set-timer', delayMs: step.timeoutMs });
      },
      onSilence: () => collected('timeout'),
    });
  },
});
export type GatherStep = StepIn<typeof gather>;
