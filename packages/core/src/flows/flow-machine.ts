/**
 * Walks one call through one flow: told what happened and when, it says what to do next. What a step does stands in its
 * kind's file; here stands what all steps share. It speaks, listens, asks and times nothing itself;
 * `apps/edge-node/flows` performs its effects. One timer at a time is ever asked for.
 */
import { assert } from '../kernel/assert.ts';
import type { FlowId } from '../kernel/ids.ts';
import { locales, pickText, type Locale, type LocalText } from '../kernel/locale.ts';
import { plainManner, type SpokenManner } from '../spoken/spoken-form.ts';
import type { CalendarDates, CalendarId } from '../numbers/calendar.ts';
import type { CallFlow } from './call-flow.ts';
import { expandSpeech, expandText } from './expand-text.ts';
import type { FlowEffect, SpokenUtterance } from './flow-effect.ts';
import type { Expressions } from './expression.ts';
import type { FlowInput } from './flow-input.ts';
import { textOfValue, valueOf, type FlowValue, type FlowVariables } from './flow-value.ts';
import {
  changeCharsToldMax,
  changesToldMax,
  silentSpanMs,
  stepsWithoutWaitingMax,
  subflowDepthMax,
  variablesMax,
} from './limits.ts';
import { maskDigits } from './mask-digits.ts';
import type { OutsideAnswer, OutsideRequest } from './outside-request.ts';
import type { StepInput } from './step-definition.ts';
import { StepFailure, type StepFault } from './step-fault.ts';
import type { StepKey, Utterance } from './step-field.ts';
import { definitionOf, type FlowStep } from './step-kinds.ts';
import type { Told, Walk } from './walk.ts';

export interface FlowMachineOptions {
  readonly flow: CallFlow;
  /** Known from the start: `caller`, `called`, `language`. */
  readonly variables: FlowVariables;
  readonly timeZone: string;
  readonly defaultLocale: Locale;
  /** How values are spoken; absent: in the product's plain manner. */
  readonly manner?: Omit<SpokenManner, 'timeZone'>;
  readonly expressions: Expressions;
  /** Flows it may call, as they were when the call began. */
  readonly flows: ReadonlyMap<FlowId, CallFlow>;
  /** Looked at by steps that decide by time. */
  readonly calendars?: ReadonlyMap<CalendarId, CalendarDates>;
  /** From 0 up to 1, evenly over the calls that come to one step. */
  readonly chance: (flowId: FlowId, step: StepKey) => number;
}

/** A step somebody stands in. */
export interface FlowPlace {
  readonly flowId: FlowId;
  readonly flowVersion: number;
  readonly stepKey: StepKey;
  readonly sinceMs: number;
}

/** A flow that waits for one it has called. */
interface Calling {
  readonly flow: CallFlow;
  readonly next: StepKey;
}

export class FlowMachine implements Walk {
  readonly variables = new Map<string, FlowValue>();
  readonly path: string[] = [];
  readonly parties = new Set<string>();
  readonly #options: FlowMachineOptions;
  #state: 'idle' | 'walking' | 'ended' = 'idle';
  #flow: CallFlow;
  readonly #callers: Calling[] = [];
  #stepKey: StepKey = '';
  #enteredAtMs = 0;
  #nowMs = 0;
  #asked = 0;
  #effects: FlowEffect[] = [];
  /** Where the step just left leads. */
  #onward: StepKey | null = null;
  #taker: ((input: StepInput) => void) | null = null;
  #whenLeft: (() => void)[] = [];
  #changes: Record<string, string> = {};
  #fault: StepFault | null = null;
  /** Steps walked since `#silentSinceMs`. */
  #walked = 0;
  #silentSinceMs = 0;
  #runaways = 0;

  constructor(options: FlowMachineOptions) {
    this.#options = options;
    this.#flow = options.flow;
    options.variables.forEach((value, name) => this.variables.set(name, value));
  }

  get isEnded(): boolean {
    return this.#state === 'ended';
  }

  get stepKey(): StepKey {
    return this.#stepKey;
  }

  /** Where the call stands; null before the first step and after the last. */
  get place(): FlowPlace | null {
    if (this.#state !== 'walking' || this.#stepKey === '') return null;
    const { id: flowId, version: flowVersion } = this.#flow;
    return { flowId, flowVersion, stepKey: this.#stepKey, sinceMs: this.#enteredAtMs };
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
    if (nowMs - this.#silentSinceMs >= silentSpanMs) {
      this.#walked = 0;
      this.#silentSinceMs = nowMs;
    }
    this.#try(() => this.#decide(input));
    this.#walkOn();
    return this.#effects;
  }

  calendarDates(calendarId: CalendarId): CalendarDates | null {
    return this.#options.calendars?.get(calendarId) ?? null;
  }

  act(effect: FlowEffect): void {
    this.#effects.push(effect);
  }

  await(taker: (input: StepInput) => void): void {
    this.#taker = taker;
  }

  ask(request: OutsideRequest, timeoutMs: number, taker: (answer: OutsideAnswer) => void): void {
    const askId = ++this.#asked;
    const before = this.#taker;
    const ceased = () => this.#effects.push({ kind: 'cease-asking', askId });
    this.#whenLeft.push(ceased);
    this.await((input) => {
      if (input.kind !== 'answer') return before?.(input);
      if (input.askId !== askId) return;
      this.#whenLeft = this.#whenLeft.filter((one) => one !== ceased);
      this.#taker = before;
      taker(input.answer);
    });
    this.#effects.push({ kind: 'ask', askId, request, timeoutMs });
  }

  whenLeft(done: () => void): void {
    this.#whenLeft.push(done);
  }

  leave(outcome: string, to: StepKey, told: Told = {}): void {
    this.#mustLead(this.#flow, to, told.exit);
    this.#goOn(outcome, to, told);
  }

  #goOn(outcome: string, to: StepKey, told: Told = {}): void {
    this.#left(outcome, told);
    this.#onward = to;
  }

  /** The check refuses a way that leads nowhere; a call that comes to one all the same takes its error branch. */
  #mustLead(flow: CallFlow, to: StepKey, exit: string | undefined): void {
    if (leads(flow, to)) return;
    this.fail({ code: 'no-step', place: exit ?? null, message: `leads to "${to}", which does not exist` });
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
    return expandText(text, this.variables, (inside) => textOfValue(this.evaluate(inside, inside)));
  }

  set(name: string, value: FlowValue, isSecret?: 'secret'): void {
    if (!this.variables.has(name) && this.variables.size >= variablesMax)
      this.fail({ code: 'too-long', place: name, message: `a call has at most ${variablesMax} variables` });
    const text = textOfValue(value);
    this.#keep(name, value, isSecret ? maskDigits(text) : text);
  }

  #keep(name: string, value: FlowValue, told: string): void {
    this.variables.set(name, value);
    if (!(name in this.#changes) && Object.keys(this.#changes).length >= changesToldMax) return;
    this.#changes[name] = told.slice(0, changeCharsToldMax);
  }

  evaluate(expression: string, place: string): FlowValue {
    const result = this.#options.expressions.evaluate(expression, this.variables);
    if (result.ok) return result.value;
    const { code, at, message } = result.failure;
    return this.fail({ code, place, message: `at ${at + 1}: ${message}` });
  }

  answered(answer: OutsideAnswer, place: string): FlowValue {
    if (answer.kind === 'too-late')
      return this.fail({ code: 'too-late', place, message: 'was not answered in time' });
    if (answer.kind === 'failed') return this.fail({ code: answer.why, place, message: answer.detail });
    const value = valueOf(answer.value);
    if (value !== undefined) return value;
    return this.fail({ code: 'too-long', place, message: 'was answered with more than a variable may hold' });
  }

  chance(): number {
    return this.#options.chance(this.#flow.id, this.#stepKey);
  }

  callFlow(flowId: FlowId, next: StepKey): void {
    const flow = this.#options.flows.get(flowId);
    if (!flow) this.fail({ code: 'no-flow', place: 'flowId', message: 'names a flow that is not published' });
    if (this.#callers.length >= subflowDepthMax)
      this.fail({
        code: 'too-deep',
        place: 'flowId',
        message: `${subflowDepthMax} flows wait for one another`,
      });
    this.#mustLead(flow, flow.start, 'flowId');
    this.#goOn('called', flow.start);
    this.#callers.push({ flow: this.#flow, next });
    this.#flow = flow;
  }

  returnFlow(): void {
    const caller = this.#callers.at(-1);
    if (caller) {
      this.#mustLead(caller.flow, caller.next, undefined);
      this.#callers.pop();
      this.#goOn('returned', caller.next);
      this.#flow = caller.flow;
      return;
    }
    this.finish('returned');
    this.#effects.push({ kind: 'hang-up', hasReturned: true });
  }

  fail(fault: StepFault): never {
    throw new StepFailure(fault);
  }

  #decide(input: FlowInput): void {
    switch (input.kind) {
      case 'start':
        assert(this.#state === 'idle', 'a flow starts once');
        this.#state = 'walking';
        this.#onward = this.#flow.start;
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
    while (this.#onward !== null) {
      const flow = this.#flow;
      const key = this.#onward;
      const step = flow.steps[key];
      assert(step, `flow ${flow.id} has no step ${key}: it was saved unchecked`);
      this.#onward = null;
      this.#stepKey = key;
      this.#enteredAtMs = this.#nowMs;
      // What the check cannot see cannot hang a node either.
      if (++this.#walked > stepsWithoutWaitingMax) this.#runAway();
      else this.#try(() => definitionOf(step.kind).enter(step, this));
    }
  }

  #try(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof StepFailure)) throw error;
      this.#failed(error.fault, this.#step().onError);
    }
  }

  /** On whatever way the step went round, only a flow's error branch leads out, and only once. */
  #runAway(): void {
    const message = `${stepsWithoutWaitingMax} steps were walked without waiting`;
    this.#walked = 0;
    this.#runaways += 1;
    this.#failed({ code: 'endless', place: null, message }, undefined);
  }

  #failed(fault: StepFault, own: StepKey | undefined): void {
    this.#fault = fault;
    this.#keep(errorVariables.code, fault.code, fault.code);
    this.#keep(errorVariables.step, this.#stepKey, this.#stepKey);
    if (leads(this.#flow, own)) return this.#goOn('error', own, { exit: 'onError' });
    // The flow's own branch, else that of the nearest flow which waits for it.
    const flows = [this.#flow, ...this.#callers.map(({ flow }) => flow).reverse()];
    const home = this.#runaways > 1 ? -1 : flows.findIndex((flow) => leads(flow, flow.onError));
    if (home >= 0) {
      this.#goOn('error', flows[home]!.onError!);
      this.#callers.length -= home;
      this.#flow = flows[home]!;
      return;
    }
    this.finish('error');
    this.#effects.push({ kind: 'hang-up' });
  }

  #left(outcome: string, { digits = null, label = null, exit, heard = [] }: Told): void {
    this.#taker = null;
    const whenLeft = this.#whenLeft;
    this.#whenLeft = [];
    for (const done of whenLeft) done();
    const { id, name, version } = this.#flow;
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
        exit: exit ?? null,
        fault: this.#fault,
        changes: this.#changes,
        ...(heard.length > 0 ? { heard } : {}),
      },
    });
    this.#fault = null;
    this.#changes = {};
  }

  #step(): FlowStep & { readonly onError?: StepKey } {
    return this.#flow.steps[this.#stepKey]!;
  }

  #spoken(utterances: readonly Utterance[]): SpokenUtterance[] {
    const locale = this.#locale();
    const spoken: SpokenUtterance[] = [];
    for (const utterance of utterances) {
      if (utterance.kind === 'prompt') spoken.push(utterance);
      else {
        const { defaultLocale } = this.#options;
        const spokenLocale = languageOf(utterance.text, locale, defaultLocale);
        const text = this.#inWords(pickText(utterance.text, locale, defaultLocale), spokenLocale);
        if (text !== '') spoken.push({ kind: 'text', text, locale: spokenLocale });
      }
    }
    return spoken;
  }

  #inWords(text: string, locale: Locale): string {
    const { manner = plainManner, timeZone } = this.#options;
    const evaluate = (inside: string) => textOfValue(this.evaluate(inside, inside));
    return expandSpeech(text, this.variables, { locale, manner: { ...manner, timeZone }, evaluate });
  }

  #locale(): Locale {
    const language = this.variables.get('language');
    return locales.find((locale) => locale === language) ?? this.#options.defaultLocale;
  }
}

function leads(flow: CallFlow, to: StepKey | undefined): to is StepKey {
  return to !== undefined && Object.hasOwn(flow.steps, to);
}

/** What a step that failed leaves behind for the steps after it. */
export const errorVariables = { code: 'errorCode', step: 'errorStep' } as const;

/** The language the picked text is really in, so that the voice fits the words. */
function languageOf(text: LocalText, wanted: Locale, fallback: Locale): Locale {
  if (text[wanted] !== undefined) return wanted;
  if (text[fallback] !== undefined) return fallback;
  return locales.find((locale) => text[locale] !== undefined) ?? fallback;
}
