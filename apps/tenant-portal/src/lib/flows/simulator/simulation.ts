/**
 * A flow walked without a call, by the very machine that walks calls: its effects become what a person sees and what they may
 * let happen next. Pure: the clock is a number that is set, and every step is one input.
 */
import type { DialFailure } from '@seatgrid/core/flows/dial-result.ts';
import { FairChance } from '@seatgrid/core/flows/fair-chance.ts';
import type { Expressions } from '@seatgrid/core/flows/expression.ts';
import type { FlowEffect, SpokenUtterance, StepFacts } from '@seatgrid/core/flows/flow-effect.ts';
import type { FlowInput } from '@seatgrid/core/flows/flow-input.ts';
import { FlowMachine } from '@seatgrid/core/flows/flow-machine.ts';
import type { RecogniseRequest, Recognised } from '@seatgrid/core/flows/kinds/speech-menu.ts';
import { phrasesIn, type Words } from '@seatgrid/core/flows/nearest-choice.ts';
import { textOfValue } from '@seatgrid/core/flows/flow-value.ts';
import { rulesFollowedMax } from '@seatgrid/core/flows/limits.ts';
import type { StepKey } from '@seatgrid/core/flows/step-field.ts';
import type { FlowId } from '@seatgrid/core/kernel/ids.ts';
import type { CalendarDates, CalendarId } from '@seatgrid/core/numbers/calendar.ts';
import type { NextStep } from '@seatgrid/core/numbers/inbound-rule.ts';
import { pickText, type Locale } from '@seatgrid/core/kernel/locale.ts';
import type { CallFlow } from '@seatgrid/core/flows/call-flow.ts';
import type { FlowVariables } from '@seatgrid/core/flows/flow-value.ts';
import type { FlowDraft } from '../flow-draft.ts';

export interface SimulatedCall {
  readonly caller: string;
  readonly called: string;
  readonly language: Locale;
  readonly atMs: number;
  readonly timeZone: string;
}

/** What the flow may lead to: flows as new calls take them, and what rules say. */
export interface Around {
  readonly flows: ReadonlyMap<FlowId, CallFlow>;
  readonly calendars: ReadonlyMap<CalendarId, CalendarDates>;
  readonly named: (rule: string, atMs: number) => NextStep | undefined;
}

/** What the flow waits for; nothing more where it has ended. */
export type Waiting =
  | { readonly kind: 'speech'; readonly takesKeys: boolean }
  | { readonly kind: 'keys'; readonly delayMs: number }
  | { readonly kind: 'answer'; readonly askId: number; readonly request: string; readonly timeoutMs: number }
  | { readonly kind: 'queue'; readonly id: string }
  | { readonly kind: 'agent'; readonly id: string }
  | { readonly kind: 'group'; readonly id: string; readonly handlesNoAnswer: boolean }
  | { readonly kind: 'message'; readonly id: string }
  | { readonly kind: 'callback'; readonly id: string }
  | { readonly kind: 'fax'; readonly id: string }
  | { readonly kind: 'site'; readonly id: string }
  | { readonly kind: 'dial' | 'party'; readonly number: string }
  | { readonly kind: 'ended' };

export type Happening =
  | { readonly kind: 'spoken'; readonly atMs: number; readonly utterances: readonly SpokenUtterance[] }
  | { readonly kind: 'left'; readonly atMs: number; readonly facts: StepFacts }
  | { readonly kind: 'done'; readonly atMs: number; readonly what: 'hang-up' | 'recorded' | 'not-recorded' }
  | { readonly kind: 'rule'; readonly atMs: number; readonly rule: string; readonly to: NextStep };

/** The flow under the pen; others have ids of their own. */
const ownId = 'simulated' as FlowId;

const nothingAround: Around = { flows: new Map(), calendars: new Map(), named: () => undefined };

export class Simulation {
  readonly happened: Happening[] = [];
  readonly #call: SimulatedCall;
  readonly #expressions: Expressions;
  readonly #around: Around;
  #machine: FlowMachine;
  #rulesFollowed = 0;
  /** What the caller says is listened for. */
  takesSpeech = false;
  readonly #chance = new FairChance({ bytes: (length) => new Uint8Array(length) });
  #nowMs: number;
  #speech: { readonly takesKeys: boolean } | null = null;
  #timerMs: number | null = null;
  #other: Waiting | null = null;
  #hasHungUp = false;
  #recognise: RecogniseRequest | undefined;

  constructor(
    draft: FlowDraft,
    call: SimulatedCall,
    expressions: Expressions,
    around: Around = nothingAround,
  ) {
    this.#nowMs = call.atMs;
    this.#call = call;
    this.#expressions = expressions;
    this.#around = around;
    this.#machine = this.#begin(
      { ...draft, id: ownId, version: 0 },
      new Map([
        ['caller', call.caller],
        ['called', call.called],
        ['language', call.language],
      ]),
    );
    this.take({ kind: 'start' });
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  /** The step of the flow under the pen it stands at; null where it is over, or in another flow. */
  get at(): StepKey | null {
    const { place } = this.#machine;
    return this.waiting.kind !== 'ended' && place?.flowId === ownId ? place.stepKey : null;
  }

  /** The flow it is in, where that is another, and its step. */
  get elsewhere(): { readonly flow: CallFlow; readonly stepKey: StepKey } | null {
    const { place } = this.#machine;
    const flow = place && place.flowId !== ownId && this.#around.flows.get(place.flowId);
    return flow && this.waiting.kind !== 'ended' ? { flow, stepKey: place.stepKey } : null;
  }

  /** Every step of the flow under the pen that was entered, in order; the one it stands at last. */
  get path(): readonly StepKey[] {
    const left = this.happened.flatMap((one) =>
      one.kind === 'left' && one.facts.flowId === ownId ? [one.facts.stepKey] : [],
    );
    return this.at === null ? left : [...left, this.at];
  }

  get variables(): readonly (readonly [name: string, value: string])[] {
    return [...this.#machine.variables].map(([name, value]) => [name, textOfValue(value)] as const);
  }

  get waiting(): Waiting {
    if (this.#machine.isEnded || this.#hasHungUp) return { kind: 'ended' };
    if (this.#other) return this.#other;
    if (this.#speech) return { kind: 'speech', takesKeys: this.#speech.takesKeys };
    return { kind: 'keys', delayMs: this.#timerMs ?? 0 };
  }

  /** The caller's keys are heard now. */
  get takesKeys(): boolean {
    const { waiting } = this;
    return waiting.kind === 'keys' || (waiting.kind === 'speech' && waiting.takesKeys);
  }

  press(keys: string): void {
    for (const digit of keys) if (this.takesKeys) this.take({ kind: 'digit', digit });
  }

  /** As the recogniser would have it, to the letter. */
  speak(said: string): void {
    this.take({ kind: 'speech-began' });
    this.take({ kind: 'utterance', wav: new Uint8Array() });
    const waiting = this.waiting;
    if (waiting.kind !== 'answer') return;
    const choices = (this.#recognise?.choices ?? []).map((text) =>
      phrasesIn(pickText(text, this.#call.language, this.#call.language)).map(plainWords),
    );
    const value: Recognised = { text: said, words: plainWords(said), choices };
    this.take({ kind: 'answer', askId: waiting.askId, answer: { kind: 'answered', value } });
  }

  /** Silence until the timer, or the end of what is said. */
  wait(): void {
    const { waiting } = this;
    if (waiting.kind === 'speech') this.take({ kind: 'speech-ended' });
    if (waiting.kind !== 'keys') return;
    this.#nowMs += waiting.delayMs;
    this.take({ kind: 'timer' });
  }

  dialled(outcome: 'answered' | DialFailure): void {
    if (this.waiting.kind === 'party')
      this.take(outcome === 'answered' ? { kind: 'party-answered' } : { kind: 'party-failed', why: outcome });
    else this.take(outcome === 'answered' ? { kind: 'call-left' } : { kind: 'dial-failed', why: outcome });
  }

  take(input: FlowInput): void {
    if (input.kind === 'speech-ended' || input.kind === 'digit') this.#speech = null;
    if (input.kind === 'timer') this.#timerMs = null;
    if (input.kind === 'utterance') this.takesSpeech = false;
    if (input.kind !== 'digit') this.#other = null;
    let rule: string | null = null;
    for (const effect of this.#machine.handle(input, this.#nowMs))
      if (effect.kind === 'go-to-rule') rule = effect.rule;
      else this.#perform(effect);
    if (rule !== null) this.#goToRule(rule);
  }

  #begin(flow: CallFlow, variables: FlowVariables): FlowMachine {
    const { timeZone, language } = this.#call;
    return new FlowMachine({
      flow,
      variables,
      timeZone,
      defaultLocale: language,
      expressions: this.#expressions,
      flows: this.#around.flows,
      calendars: this.#around.calendars,
      chance: (flowId, step) => this.#chance.draw(flowId, step),
    });
  }

  /** As a call would: into the flow a rule leads to, with its variables; what is no flow is the end of what can be tried. */
  #goToRule(rule: string): void {
    const to = this.#around.named(rule, this.#nowMs);
    if (!to) return this.take({ kind: 'rule-missing' });
    for (const effect of this.#machine.handle({ kind: 'call-left' }, this.#nowMs)) this.#perform(effect);
    this.happened.push({ kind: 'rule', atMs: this.#nowMs, rule, to });
    const flow = to.kind === 'flow' ? this.#around.flows.get(to.flowId) : undefined;
    this.#hasHungUp = !flow || ++this.#rulesFollowed > rulesFollowedMax;
    if (!flow || this.#hasHungUp) return;
    this.#machine = this.#begin(flow, this.#machine.variables);
    this.take({ kind: 'start' });
  }

  #perform(effect: FlowEffect): void {
    const atMs = this.#nowMs;
    switch (effect.kind) {
      case 'speak':
        this.#speech = { takesKeys: effect.isInterruptible };
        this.happened.push({ kind: 'spoken', atMs, utterances: effect.utterances });
        return;
      case 'stop-speech':
        this.#speech = null;
        return;
      case 'set-timer':
        this.#timerMs = effect.delayMs;
        return;
      case 'clear-timer':
        this.#timerMs = null;
        return;
      case 'await-speech':
      case 'stop-hearing':
        this.takesSpeech = effect.kind === 'await-speech';
        return;
      case 'ask':
        this.#recognise =
          effect.request.kind === 'recognise' ? (effect.request as RecogniseRequest) : undefined;
        this.#other = {
          kind: 'answer',
          askId: effect.askId,
          request: effect.request.kind,
          timeoutMs: effect.timeoutMs,
        };
        return;
      case 'enqueue':
        this.#other = { kind: 'queue', id: effect.queueId };
        return;
      case 'ring-agent':
        this.#other = { kind: 'agent', id: effect.agentId };
        return;
      case 'offer-callback':
        this.#other = { kind: 'callback', id: effect.queueId };
        return;
      case 'ring-group':
        this.#other = { kind: 'group', id: effect.ringGroupId, handlesNoAnswer: effect.handlesNoAnswer };
        return;
      case 'leave-message':
        this.#other = { kind: 'message', id: effect.mailboxId };
        return;
      case 'site-flow':
        this.#other = { kind: 'site', id: effect.siteId };
        return;
      case 'receive-fax':
        this.#other = { kind: 'fax', id: effect.faxBoxId };
        return;
      case 'dial':
        this.#other = { kind: 'dial', number: effect.number };
        return;
      case 'invite-party':
        this.#other = { kind: 'party', number: effect.number };
        return;
      case 'record':
        this.happened.push({ kind: 'done', atMs, what: effect.isRecorded ? 'recorded' : 'not-recorded' });
        return;
      case 'hang-up':
        this.#hasHungUp = true;
        this.happened.push({ kind: 'done', atMs, what: 'hang-up' });
        return;
      case 'step':
        this.happened.push({ kind: 'left', atMs, facts: effect.facts });
        return;
      case 'go-to-rule':
      case 'cease-asking':
      case 'change-party':
      case 'secret':
      case 'collected':
        return;
    }
  }
}

/** Chinese by its signs: nothing is misheard here, so that how they are spoken does not matter. */
function plainWords(text: string): Words {
  return text.toLowerCase().match(/\p{Script=Han}|[^\P{L}\p{Script=Han}]+|\p{N}+/gu) ?? [];
}
