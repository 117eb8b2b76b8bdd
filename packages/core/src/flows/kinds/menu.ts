import { listen } from '../listening.ts';
import { defineStep, type StepIn } from '../step-definition.ts';
import { choices, count, duration, speech, wayOn } from '../step-field.ts';

/** D-20: one key, each with its branch; an undefined key is answered by `invalid` and the menu again. */
export const menu = defineStep({
  kind: 'menu',
  family: 'listens',
  fields: {
    welcome: speech(),
    prompt: speech('begun'),
    choices: choices({ '1': { label: '', next: '' } }),
    invalid: speech(),
    timeoutMs: duration(500, 60_000, 5_000),
    /** Rounds of prompt before `otherwise` is taken. */
    attempts: count(1, 10, 3),
    otherwise: wayOn(),
  },
  silentExits: 'none',
  check: (step) =>
    Object.keys(step.choices).length === 0 ? [{ field: 'choices', message: 'offers no key' }] : [],
  enter(step, walk) {
    let attempt = 1;
    let invalidKeys = '';
    listen(walk, [...step.welcome, ...step.prompt], {
      timeoutMs: step.timeoutMs,
      onDigit(digit, again) {
        walk.act({ kind: 'clear-timer' });
        const choice = step.choices[digit];
        if (choice) {
          walk.path.push(choice.label);
          return walk.leave(digit, choice.next, { digits: invalidKeys + digit, label: choice.label });
        }
        invalidKeys += digit;
        if (attempt >= step.attempts) return walk.leave('otherwise', step.otherwise, { digits: invalidKeys });
        attempt += 1;
        again([...step.invalid, ...step.prompt]);
      },
      onSilence(again) {
        if (attempt >= step.attempts)
          return walk.leave('timeout', step.otherwise, { digits: invalidKeys || null });
        attempt += 1;
        again(step.prompt);
      },
    });
  },
});
export type MenuStep = StepIn<typeof menu>;
