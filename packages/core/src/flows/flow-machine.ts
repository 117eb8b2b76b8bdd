/**
 * Walks one call through one flow: told what happened and when, it says what to do next. What a step does stands in its
 * kind's file; here stands what all steps share. It speaks, listens, asks and times nothing itself;
 * `apps/edge-node/flows` performs its effects. One timer at a time is ever asked for.
 */
import { assert } from '../kernel/assert.ts';
import { locales, pickText, type Locale, type LocalText } from '../kernel/locale.ts';
import type { CallFlow } from './call-flow.ts';
import { expandText } from './expand-text.ts';
import type { FlowEffect, SpokenUtterance } from './flow-effect.ts';
import type { FlowInput } from './flow-input.ts';
import { stepsWithoutWaitingMax } from './limits.ts';
import type { OutsideAnswer, OutsideRequest } from './outside-request.ts';
import type { StepInput } from './step-definition.ts';
import type { StepKey, Utterance } from './step-field.ts';
import { definitionOf, type FlowStep } from './step-kinds.ts';
import type { Told, Walk } from './walk.ts';

export interface FlowMachineOptions {
  readonly flow: CallFlow;
  /** Known from the start: `caller`, `called`, `language`. */
  readonly variables: Readonly<Record<string, string>>;
  readonly timeZone: string;
  readonly defaultLocale: Locale;
}

export class FlowMachine implements Walk {
  readonly variables: Map<string, string>;
  readonly path: string[] = [];
  readonly parties = new Set<string>();
  readonly #options: FlowMachineOptions;
  #state: 'idle' | 'walking' | 'ended' = 'idle';
  #stepKey: StepKey = '';
  #enteredAtMs = 0;
  #nowMs = 0;
  #asked = 0;
  #effects: FlowEffect[] = [];
  /** Where the step just left leads. */
  #onward: StepKey | null = null;
  #taker: ((input: StepInput) => void) | null = null;
  #whenLeft: (() => void)[] = [];

  constructor(options: FlowMachineOptions) {
    this.#options = options;
    this.variables = new Map(Object.entries(options.variables));
  }

  get isEnded(): boolean {
    return this.#state === 'ended';
  }

  get stepKey(): StepKey {
    return this.#stepKey;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  get timeZone(): string {
    return this.#options.timeZone;
  }

  handle(input: FlowInput, nowMs: number): readonly FlowEffect[] {
    this.#nowMs = nowMs;
    this.#effects = [];
    if (this.#state === 'ended') return this.#effects;
    this.#decide(input);
    this.#walkOn();
    return this.#effects;
  }

  act(effect: FlowEffect): void {
    this.#effects.push(effect);
  }

  await(taker: (input: StepInput) => void): void {
    this.#taker = taker;
  }

  ask(request: OutsideRequest, timeoutMs: number, taker: (answer: OutsideAnswer) => void): void {
    const askId = ++this.#asked;
    const ceased = () => this.#effects.push({ kind: 'cease-asking', askId });
    this.#whenLeft.push(ceased);
    this.await((input) => {
      if (input.kind !== 'answer' || input.askId !== askId) return;
      this.#whenLeft = this.#whenLeft.filter((one) => one !== ceased);
      this.#taker = null;
      taker(input.answer);
    });
    this.#effects.push({ kind: 'ask', askId, request, timeoutMs });
  }

  whenLeft(done: () => void): void {
    this.#whenLeft.push(done);
  }

  leave(outcome: string, to: StepKey, told: Told = {}): void {
    this.#left(outcome, told);
    this.#onward = to;
  }

  finish(outcome: string): void {
    // A caller may leave before the first step.
    if (this.#stepKey !== '') this.#left(outcome, {});
    this.#state = 'ended';
  }

  speak(utterances: readonly Utterance[], isInterruptible: boolean): boolean {
    const spoken = this.#spoken(utterances);
    if (spoken.length > 0) this.#effects.push({ kind: 'speak', utterances: spoken, isInterruptible });
    return spoken.length > 0;
  }

  speakThen(utterances: readonly Utterance[], goOn: () => void): void {
    if (!this.speak(utterances, false)) return goOn();
    this.await((input) => {
      if (input.kind === 'speech-ended') goOn();
    });
  }

  expand(text: string): string {
    return expandText(text, this.variables);
  }

  #decide(input: FlowInput): void {
    switch (input.kind) {
      case 'start':
        assert(this.#state === 'idle', 'a flow starts once');
        this.#state = 'walking';
        this.#onward = this.#options.flow.start;
        return;
      case 'call-left':
        return this.finish('left');
      case 'party-left':
        this.parties.delete(input.party);
        break;
    }
    this.#taker?.(input);
  }

  /** Enters step after step until one awaits something. */
  #walkOn(): void {
    // What the check of a saved flow forbids cannot hang a node either.
    for (let walked = 0; this.#onward !== null; walked++) {
      const { flow } = this.#options;
      const key = this.#onward;
      const step = flow.steps[key];
      assert(step, `flow ${flow.id} has no step ${key}: it was saved unchecked`);
      assert(walked < stepsWithoutWaitingMax, `flow ${flow.id} walks in a circle at ${key}`);
      this.#onward = null;
      this.#stepKey = key;
      this.#enteredAtMs = this.#nowMs;
      definitionOf(step.kind).enter(step, this);
    }
  }

  #left(outcome: string, { digits = null, label = null }: Told): void {
    this.#taker = null;
    const whenLeft = this.#whenLeft;
    this.#whenLeft = [];
    for (const done of whenLeft) done();
    const { id, name, version } = this.#options.flow;
    const step = this.#step();
    this.#effects.push({
      kind: 'step',
      facts: {
        flowId: id,
        flowName: name,
        flowVersion: version,
        stepKey: this.#stepKey,
        stepKind: step.kind,
        title: step.title ?? null,
        enteredAtMs: this.#enteredAtMs,
        outcome,
        digits,
        label,
      },
    });
  }

  #step(): FlowStep {
    return this.#options.flow.steps[this.#stepKey]!;
  }

  #spoken(utterances: readonly Utterance[]): SpokenUtterance[] {
    const locale = this.#locale();
    const spoken: SpokenUtterance[] = [];
    for (const utterance of utterances) {
      if (utterance.kind === 'prompt') spoken.push(utterance);
      else {
        const text = this.expand(pickText(utterance.text, locale, this.#options.defaultLocale));
        if (text !== '')
          spoken.push({
            kind: 'text',
            text,
            locale: languageOf(utterance.text, locale, this.#options.defaultLocale),
          });
      }
    }
    return spoken;
  }

  #locale(): Locale {
    const language = this.variables.get('language') as Locale | undefined;
    return language && locales.includes(language) ? language : this.#options.defaultLocale;
  }
}

/** The language the picked text is really in, so that the voice fits the words. */
function languageOf(text: LocalText, wanted: Locale, fallback: Locale): Locale {
  if (text[wanted] !== undefined) return wanted;
  if (text[fallback] !== undefined) return fallback;
  return locales.find((locale) => text[locale] !== undefined) ?? fallback;
}
