import { listen } from '../listening.ts';
import { defineStep, type StepIn } from '../step-definition.ts';
import {
  choices,
  count,
  duration,
  flag,
  optional,
  rows,
  speech,
  target,
  text,
  wayOn,
} from '../step-field.ts';

/** D-20: one key, each with its branch; an undefined key is answered by `invalid` and the menu again. */
export const menu = defineStep({
  kind: 'menu',
  family: 'listens',
  fields: {
    welcome: speech(),
    prompt: speech('begun'),
    choices: choices({ '1': { label: '', next: '' } }),
    invalid: speech(),
    /** D-07: rows of keys that lead straight to a step at any depth. Their first key is offered by no choice. */
    shortcuts: optional(rows({ keys: text(2, 10), label: text(0, 80), next: target() }, 0, 50)),
    /** D-21: spoken to the end, whatever is pressed; then `otherwise` follows. */
    isWithoutKeys: optional(flag(false)),
    timeoutMs: duration(500, 60_000, 5_000),
    /** Rounds of prompt before `otherwise` is taken. */
    attempts: count(1, 10, 3),
    otherwise: wayOn(),
  },
  silentExits: 'none',
  check(step) {
    const shortcuts = step.shortcuts ?? [];
    return [
      ...(Object.keys(step.choices).length + shortcuts.length === 0 && step.isWithoutKeys !== true
        ? [{ field: 'choices', message: 'offers no key' }]
        : []),
      ...shortcuts.flatMap(({ keys }, index) => {
        const field = `shortcuts.${index}.keys`;
        if (!/^[0-9*#]+$/.test(keys)) return [{ field, message: 'is no row of keys' }];
        if (step.choices[keys.charAt(0)]) return [{ field, message: 'begins with a key of its own' }];
        const isHidden = shortcuts.some((other, place) => place !== index && keys.startsWith(other.keys));
        return isHidden ? [{ field, message: 'is never reached: another one begins it' }] : [];
      }),
    ];
  },
  enter(step, walk) {
    const leaveOtherwise = (outcome: string, digits: string | null = null) =>
      walk.leave(outcome, step.otherwise, { digits, exit: 'otherwise' });
    if (step.isWithoutKeys === true)
      return walk.speakThen([...step.welcome, ...step.prompt], () => leaveOtherwise('spoken'));
    const shortcuts = step.shortcuts ?? [];
    let attempt = 1;
    /** Keys of a shortcut begun. */
    let row = '';
    let invalidKeys = '';
    listen(walk, [...step.welcome, ...step.prompt], {
      timeoutMs: step.timeoutMs,
      onDigit(digit, again) {
        walk.act({ kind: 'clear-timer' });
        row += digit;
        const isFirst = row.length === 1;
        const shortcut = isFirst ? -1 : shortcuts.findIndex(({ keys }) => keys === row);
        const choice = isFirst ? step.choices[digit] : shortcuts[shortcut];
        if (choice) {
          walk.path.push(choice.label);
          return walk.leave(row, choice.next, {
            digits: invalidKeys + row,
            label: choice.label,
            exit: isFirst ? `choices.${digit}` : `shortcuts.${shortcut}`,
          });
        }
        if (shortcuts.some(({ keys }) => keys.startsWith(row)))
          return walk.act({ kind: 'set-timer', delayMs: step.timeoutMs });
        invalidKeys += row;
        row = '';
        if (attempt >= step.attempts) return leaveOtherwise('otherwise', invalidKeys);
        attempt += 1;
        again([...step.invalid, ...step.prompt]);
      },
      onSilence(again) {
        invalidKeys += row;
        row = '';
        if (attempt >= step.attempts) return leaveOtherwise('timeout', invalidKeys || null);
        attempt += 1;
        again(step.prompt);
      },
    });
  },
});
export type MenuStep = StepIn<typeof menu>;
