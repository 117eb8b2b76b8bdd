import { defineStep, type StepIn } from '../step-definition.ts';
import { choices, duration, wayOn } from '../step-field.ts';

/** D-08: caller and parties talk; the caller's keys lead on, and the conference goes on meanwhile. */
export const confer = defineStep({
  kind: 'confer',
  family: 'confers',
  fields: {
    choices: choices({}),
    /** So long at most. */
    lastsMs: duration(1_000, 86_400_000, 3_600_000),
    /** Taken when the time is over, or nobody is left but the caller. */
    next: wayOn(),
  },
  // With nobody in it, it is over at once; a key has been waited for.
  silentExits: ['next'],
  enter(step, walk) {
    const alone = () => {
      walk.act({ kind: 'clear-timer' });
      walk.leave('alone', step.next, { exit: 'next' });
    };
    if (walk.parties.size === 0) return alone();
    walk.await((input) => {
      if (input.kind === 'timer') return walk.leave('timeout', step.next, { exit: 'next' });
      if (input.kind === 'party-left' && walk.parties.size === 0) return alone();
      const choice = input.kind === 'digit' ? step.choices[input.digit] : undefined;
      if (input.kind !== 'digit' || !choice) return;
      walk.act({ kind: 'clear-timer' });
      walk.path.push(choice.label);
      walk.leave(input.digit, choice.next, {
        digits: input.digit,
        label: choice.label,
        exit: `choices.${input.digit}`,
      });
    });
    walk.act({ kind: 'set-timer', delayMs: step.lastsMs });
  },
});
export type ConferStep = StepIn<typeof confer>;
