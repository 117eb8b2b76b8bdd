/**
 * D-19: a menu whose choices are said, or keyed. A recogniser of the tenant’s hears what is said; where there is none, where it fails,
 * or where nothing it heard was a choice, keys are asked for: no caller is lost for want of it.
 */
import { connectorTimeoutMsMax } from '../../connectors/limits.ts';
import type { LocalText } from '../../kernel/locale.ts';
import { converse, type Again } from '../conversing.ts';
import { stepAnswerGraceMs, recogniserSoughtMs } from '../limits.ts';
import { listen } from '../listening.ts';
import { nearestChoice, type Words } from '../nearest-choice.ts';
import type { OutsideAnswer, OutsideRequest } from '../outside-request.ts';
import { defineStep, type StepIn } from '../step-definition.ts';
import {
  count,
  duration,
  flag,
  optional,
  phrases,
  rows,
  speech,
  target,
  text,
  wayOn,
} from '../step-field.ts';
import type { Heard, Walk } from '../walk.ts';

/** Whether anything hears the language of the call. */
export interface FindRecogniserRequest extends OutsideRequest {
  readonly kind: 'find-recogniser';
}

export interface RecogniseRequest extends OutsideRequest {
  readonly kind: 'recognise';
  readonly wav: Uint8Array;
  /** What each choice may be said by. */
  readonly choices: readonly LocalText[];
}

export interface Recognised {
  readonly text: string;
  readonly words: Words;
  /** Of each choice, the words of each of its phrases. */
  readonly choices: readonly (readonly Words[])[];
}

export const speechMenu = defineStep({
  kind: 'speech-menu',
  family: 'listens',
  fields: {
    prompt: speech('begun'),
    options: rows({ label: text(0, 80), phrases: phrases(), key: text(0, 1), next: target() }, 1, 30),
    /** Before the prompt is said again, where nothing was understood. */
    notUnderstood: speech(),
    /** Where only keys are left. */
    keysPrompt: speech('begun'),
    /** A caller who speaks cuts the prompt short, as a key does; off where lines echo. */
    isInterruptible: flag(true),
    timeoutMs: duration(500, 60_000, 5_000),
    /** Pause by which what was said has come to its end. */
    quietMs: duration(300, 3_000, 800),
    /** Rounds by voice, and then as many by keys. */
    attempts: count(1, 10, 2),
    /** How much of a choice must have been heard, of a hundred. */
    likeness: count(30, 100, 60),
    /** What is said and keyed here is told nowhere, and not recorded. */
    isSecret: optional(flag(false)),
    otherwise: wayOn(),
  },
  silentExits: 'none',
  check({ options }) {
    const keys = options.map(({ key }) => key);
    return [
      ...(keys.every((key) => key === '') ? [{ field: 'options', message: 'offers no key' }] : []),
      ...keys.flatMap((key, index) => {
        const field = `options.${index}.key`;
        if (key !== '' && !/^[0-9*#]$/.test(key)) return [{ field, message: 'is no key' }];
        return key !== '' && keys.indexOf(key) < index ? [{ field, message: 'is another choice’s key' }] : [];
      }),
    ];
  },
  enter(step, walk) {
    if (step.isSecret === true) {
      walk.act({ kind: 'secret', isSecret: true });
      walk.whenLeft(() => walk.act({ kind: 'secret', isSecret: false }));
    }
    const menu = new SpeechMenuVisit(step, walk);
    walk.ask({ kind: 'find-recogniser' } satisfies FindRecogniserRequest, recogniserSoughtMs, (answer) =>
      answer.kind === 'answered' && answer.value === true ? menu.byVoice() : menu.byKeys(null),
    );
  },
});
export type SpeechMenuStep = StepIn<typeof speechMenu>;

class SpeechMenuVisit {
  readonly #step: SpeechMenuStep;
  readonly #walk: Walk;
  readonly #heard: Heard[] = [];
  #invalidKeys = '';
  #attempt = 1;
  #isAsking = false;

  constructor(step: SpeechMenuStep, walk: Walk) {
    this.#step = step;
    this.#walk = walk;
  }

  byVoice(): void {
    const { prompt, notUnderstood, timeoutMs, quietMs, isInterruptible } = this.#step;
    const goOn = (again: Again, isUnderstood: boolean) => {
      this.#attempt += 1;
      if (this.#attempt > this.#step.attempts) return this.byKeys(null);
      again(isUnderstood ? prompt : [...notUnderstood, ...prompt]);
    };
    converse(this.#walk, prompt, {
      timeoutMs,
      quietMs,
      isInterruptible,
      // A key that is no choice does not undo what was just said.
      onDigit: (digit, again) => this.#keyed(digit) || this.#isAsking || goOn(again, false),
      onSilence: (again) => goOn(again, true),
      onSpeech: (wav, again) => {
        const choices = this.#step.options.map((one) => one.phrases);
        const request: RecogniseRequest = { kind: 'recognise', wav, choices };
        this.#isAsking = true;
        this.#walk.ask(request, connectorTimeoutMsMax + stepAnswerGraceMs, (answer) => {
          this.#isAsking = false;
          if (answer.kind !== 'answered') this.byKeys(answer.kind === 'failed' ? answer.why : 'too-late');
          else if (!this.#understood(answer)) goOn(again, false);
        });
      },
    });
  }

  /** `why`: what the recogniser failed by. */
  byKeys(why: string | null): void {
    const { keysPrompt, notUnderstood, timeoutMs, attempts } = this.#step;
    if (why !== null) this.#heard.push({ why });
    this.#attempt = 1;
    const goOn = (again: () => void, outcome: string) => {
      this.#attempt += 1;
      if (this.#attempt > attempts) return this.#leave(outcome, { digits: this.#invalidKeys, option: null });
      again();
    };
    listen(this.#walk, keysPrompt, {
      timeoutMs,
      onDigit: (digit, again) => {
        this.#walk.act({ kind: 'clear-timer' });
        if (!this.#keyed(digit)) goOn(() => again([...notUnderstood, ...keysPrompt]), 'otherwise');
      },
      onSilence: (again) => goOn(() => again(keysPrompt), 'timeout'),
    });
  }

  /** False where no choice has the key. */
  #keyed(digit: string): boolean {
    const option = this.#step.options.findIndex(({ key }) => key === digit);
    const digits = this.#invalidKeys + digit;
    if (option >= 0) this.#leave(this.#step.isSecret === true ? 'keyed' : digit, { digits, option });
    else this.#invalidKeys = digits;
    return option >= 0;
  }

  /** False where what was heard is no choice, or might be two. */
  #understood({ value }: OutsideAnswer & { kind: 'answered' }): boolean {
    const { text: said, words, choices } = value as Recognised;
    const nearest = nearestChoice(words, choices);
    const distance = nearest ? Math.round(100 * nearest.distance) : 100;
    this.#heard.push({ text: said, choice: nearest ? this.#labelOf(nearest.index) : '', distance });
    if (!nearest || nearest.isTied || 100 - distance < this.#step.likeness) return false;
    this.#leave('spoken', { digits: this.#invalidKeys, option: nearest.index });
    return true;
  }

  #leave(
    outcome: string,
    { digits, option }: { readonly digits: string; readonly option: number | null },
  ): void {
    const to = option === null ? this.#step.otherwise : this.#step.options[option]!.next;
    const exit = option === null ? 'otherwise' : `options.${option}`;
    if (this.#step.isSecret === true) return this.#walk.leave(outcome, to, { exit });
    const label = option === null ? null : this.#labelOf(option);
    if (label !== null) this.#walk.path.push(label);
    this.#walk.leave(outcome, to, { digits: digits || null, label, exit, heard: this.#heard });
  }

  /** As the timeline calls a choice. */
  #labelOf(option: number): string {
    const { label, phrases: said, key } = this.#step.options[option]!;
    return label || (Object.values(said)[0] ?? key);
  }
}
