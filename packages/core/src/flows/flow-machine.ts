/**
 * Walks one call through one flow: told what happened and when, it says what to do next. It speaks, listens and times
 * nothing itself; `apps/edge-node/flows` performs its effects. One timer at a time is ever asked for.
 */
import { assert } from '../kernel/assert.ts';
import type { AgentId, FlowId, PromptId, QueueId } from '../kernel/ids.ts';
import { locales, pickText, type Locale, type LocalText } from '../kernel/locale.ts';
import { isWithinPeriods } from '../numbers/working-time.ts';
import type {
  CallFlow,
  ChangePartyStep,
  ConferStep,
  DialStep,
  FlowStep,
  GatherStep,
  InvitePartyStep,
  MenuStep,
  StepKey,
  Utterance,
} from './call-flow.ts';
import type { ConferenceAct } from './conference-act.ts';
import { dialResultVariable, type DialFailure } from './dial-result.ts';
import { DigitCollector } from './digit-collector.ts';
import { expandText } from './expand-text.ts';
import { stepsWithoutWaitingMax } from './limits.ts';

export type FlowInput =
  | { readonly kind: 'start' }
  /** A `speak` came to its end by itself. */
  | { readonly kind: 'speech-ended' }
  | { readonly kind: 'digit'; readonly digit: string }
  | { readonly kind: 'timer' }
  | { readonly kind: 'queue-left'; readonly cause: 'full' | 'timeout' }
  | { readonly kind: 'agent-unavailable' }
  | { readonly kind: 'dial-failed'; readonly why: DialFailure }
  | { readonly kind: 'party-answered' }
  | { readonly kind: 'party-failed'; readonly why: DialFailure }
  /** Hung up, or its line was lost. */
  | { readonly kind: 'party-left'; readonly party: string }
  /** The caller hung up, or an agent or outside number took the call out of the flow. */
  | { readonly kind: 'call-left' };

export type SpokenUtterance =
  | { readonly kind: 'prompt'; readonly promptId: PromptId }
  | { readonly kind: 'text'; readonly text: string; readonly locale: Locale };

export type FlowEffect =
  | {
      readonly kind: 'speak';
      readonly utterances: readonly SpokenUtterance[];
      readonly isInterruptible: boolean;
    }
  | { readonly kind: 'stop-speech' }
  | { readonly kind: 'set-timer'; readonly delayMs: number }
  | { readonly kind: 'clear-timer' }
  | {
      readonly kind: 'enqueue';
      readonly queueId: QueueId;
      readonly handlesFull: boolean;
      readonly handlesTimeout: boolean;
    }
  | { readonly kind: 'ring-agent'; readonly agentId: AgentId; readonly ringTimeoutMs: number }
  | {
      readonly kind: 'dial';
      readonly number: string;
      readonly callerNumber: string | null;
      readonly ringTimeoutMs: number;
    }
  /** The caller stays with the flow, which goes on when the party has answered or failed. */
  | {
      readonly kind: 'invite-party';
      readonly party: string;
      readonly number: string;
      readonly callerNumber: string | null;
      readonly ringTimeoutMs: number;
      readonly isLetIn: boolean;
    }
  | { readonly kind: 'change-party'; readonly party: string; readonly act: ConferenceAct }
  | { readonly kind: 'hang-up' }
  /** What the caller keys from here on is kept by nobody, or may be kept again. */
  | { readonly kind: 'secret'; readonly isSecret: boolean }
  | { readonly kind: 'record'; readonly isRecorded: boolean }
  | { readonly kind: 'step'; readonly facts: StepFacts };

/** One step walked through, for the call's timeline (K-01). */
export interface StepFacts {
  readonly flowId: FlowId;
  readonly flowName: string;
  readonly flowVersion: number;
  readonly stepKey: StepKey;
  readonly stepKind: FlowStep['kind'];
  readonly title: string | null;
  readonly enteredAtMs: number;
  readonly outcome: string;
  readonly digits: string | null;
  readonly label: string | null;
}

export interface FlowMachineOptions {
  readonly flow: CallFlow;
  /** Known from the start: `caller`, `called`, `language`. */
  readonly variables: Readonly<Record<string, string>>;
  readonly timeZone: string;
  readonly defaultLocale: Locale;
}

type Phase =
  | { readonly kind: 'idle' }
  /** Speaks to the end, whatever is pressed, then goes on. */
  | { readonly kind: 'speaking'; readonly goOn: () => void }
  /** A menu or a collection: speech may be cut short by a key; the timer starts when it is silent. */
  | {
      readonly kind: 'listening';
      isSpeaking: boolean;
      readonly collector: DigitCollector;
      attempt: number;
      invalidKeys: string;
    }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'conferring' }
  | { readonly kind: 'ended' };

export class FlowMachine {
  readonly variables: Map<string, string>;
  /** Labels of the branches taken, for who answers. */
  readonly path: string[] = [];
  /** D-08: those who have answered and not left, by name. */
  readonly #parties = new Set<string>();
  readonly #options: FlowMachineOptions;
  #phase: Phase = { kind: 'idle' };
  #stepKey: StepKey = '';
  #enteredAtMs = 0;
  #nowMs = 0;
  #stepsWithoutWaiting = 0;
  #effects: FlowEffect[] = [];

  constructor(options: FlowMachineOptions) {
    this.#options = options;
    this.variables = new Map(Object.entries(options.variables));
  }

  get isEnded(): boolean {
    return this.#phase.kind === 'ended';
  }

  get stepKey(): StepKey {
    return this.#stepKey;
  }

  handle(input: FlowInput, nowMs: number): readonly FlowEffect[] {
    this.#nowMs = nowMs;
    this.#effects = [];
    this.#stepsWithoutWaiting = 0;
    this.#decide(input);
    return this.#effects;
  }

  #decide(input: FlowInput): void {
    const phase = this.#phase;
    if (phase.kind === 'ended') return;
    switch (input.kind) {
      case 'start':
        assert(phase.kind === 'idle', 'a flow starts once');
        return this.#enter(this.#options.flow.start);
      case 'speech-ended':
        if (phase.kind === 'speaking') return phase.goOn();
        if (phase.kind === 'listening' && phase.isSpeaking) {
          phase.isSpeaking = false;
          this.#effects.push({ kind: 'set-timer', delayMs: this.#listeningStep().timeoutMs });
        }
        return;
      case 'digit':
        if (phase.kind === 'listening') this.#heard(phase, input.digit);
        else if (phase.kind === 'conferring') this.#chosenInConference(input.digit);
        return;
      case 'timer':
        if (phase.kind === 'conferring') return this.#leave('timeout', this.#step<ConferStep>().next);
        if (phase.kind === 'listening' && !phase.isSpeaking) this.#timedOut(phase);
        return;
      case 'queue-left': {
        if (phase.kind !== 'waiting') return;
        const step = this.#step();
        if (step.kind !== 'enqueue') return;
        const to = input.cause === 'full' ? step.onFull : step.onTimeout;
        return to === undefined ? this.#finish(input.cause) : this.#leave(input.cause, to);
      }
      case 'agent-unavailable': {
        const step = this.#step();
        if (phase.kind === 'waiting' && step.kind === 'agent') this.#leave('unavailable', step.onUnavailable);
        return;
      }
      case 'dial-failed': {
        const step = this.#step();
        if (phase.kind === 'waiting' && step.kind === 'dial') this.#dialFailed(input.why, step);
        return;
      }
      case 'party-answered':
      case 'party-failed': {
        const step = this.#step();
        if (phase.kind !== 'waiting' || step.kind !== 'invite-party') return;
        if (input.kind === 'party-failed') return this.#dialFailed(input.why, step);
        this.#parties.add(step.party);
        this.variables.set(dialResultVariable, 'answered');
        return this.#leave('answered', step.next);
      }
      case 'party-left':
        this.#parties.delete(input.party);
        if (phase.kind === 'conferring' && this.#parties.size === 0) this.#alone();
        return;
      case 'call-left':
        return this.#finish('left');
    }
  }

  #enter(key: StepKey): void {
    const step = this.#options.flow.steps[key];
    assert(step, `flow ${this.#options.flow.id} has no step ${key}: it was saved unchecked`);
    this.#stepKey = key;
    this.#enteredAtMs = this.#nowMs;
    // What the check of a saved flow forbids cannot hang a node either.
    assert(
      ++this.#stepsWithoutWaiting <= stepsWithoutWaitingMax,
      `flow ${this.#options.flow.id} walks in a circle at ${key}`,
    );
    switch (step.kind) {
      case 'play':
        return this.#speakThen(
          step.prompts.map((promptId) => ({ kind: 'prompt', promptId })),
          () => this.#leave('next', step.next),
        );
      case 'say':
        return this.#speakThen([{ kind: 'text', text: step.text }], () => this.#leave('next', step.next));
      case 'menu':
        return this.#listen([...step.welcome, ...step.prompt], new DigitCollector({ kind: 'single' }), 1);
      case 'gather':
        if (step.isSecret === true) this.#effects.push({ kind: 'secret', isSecret: true });
        return this.#listen(step.prompt, new DigitCollector(step.length), 1);
      case 'record':
        this.#effects.push({ kind: 'record', isRecorded: step.isRecorded });
        return this.#leave('next', step.next);
      case 'set':
        this.variables.set(step.variable, this.#expand(step.value));
        return this.#leave('next', step.next);
      case 'branch': {
        const value = this.variables.get(step.variable) ?? '';
        const found = step.cases.findIndex((one) => fits(one.test, value, one.value));
        return found < 0
          ? this.#leave('otherwise', step.otherwise)
          : this.#leave(`case ${found + 1}`, step.cases[found]!.next);
      }
      case 'time':
        return isWithinPeriods(step.periods, this.#options.timeZone, this.#nowMs)
          ? this.#leave('inside', step.inside)
          : this.#leave('outside', step.outside);
      case 'enqueue':
        this.#handOn();
        this.#effects.push({
          kind: 'enqueue',
          queueId: step.queueId,
          handlesFull: step.onFull !== undefined,
          handlesTimeout: step.onTimeout !== undefined,
        });
        return;
      case 'agent':
        this.#handOn();
        this.#effects.push({ kind: 'ring-agent', agentId: step.agentId, ringTimeoutMs: step.ringTimeoutMs });
        return;
      case 'dial':
        this.#handOn();
        this.#effects.push({
          kind: 'dial',
          number: this.#expand(step.number),
          callerNumber: step.callerNumber === undefined ? null : this.#expand(step.callerNumber),
          ringTimeoutMs: step.ringTimeoutMs,
        });
        return;
      case 'invite-party':
        if (this.#parties.has(step.party)) return this.#leave('present', step.next);
        this.#phase = { kind: 'waiting' };
        this.#effects.push({
          kind: 'invite-party',
          party: step.party,
          number: this.#expand(step.number),
          callerNumber: step.callerNumber === undefined ? null : this.#expand(step.callerNumber),
          ringTimeoutMs: step.ringTimeoutMs,
          isLetIn: step.isLetIn,
        });
        return;
      case 'change-party':
        return this.#change(step);
      case 'confer':
        this.#phase = { kind: 'conferring' };
        if (this.#parties.size === 0) return this.#alone();
        this.#effects.push({ kind: 'set-timer', delayMs: step.lastsMs });
        return;
      case 'hang-up':
        return this.#speakThen(step.say, () => {
          this.#finish('hang-up');
          this.#effects.push({ kind: 'hang-up' });
        });
    }
  }

  /** Somebody else is to have the caller, alone. */
  #handOn(): void {
    this.#phase = { kind: 'waiting' };
    this.#parties.clear();
  }

  #dialFailed(why: DialFailure, { onFailed }: DialStep | InvitePartyStep): void {
    this.variables.set(dialResultVariable, why);
    this.#leave(why, onFailed);
  }

  #change({ party, act, next, onAbsent = next }: ChangePartyStep): void {
    if (!this.#parties.has(party)) return this.#leave('absent', onAbsent);
    if (act === 'drop') this.#parties.delete(party);
    this.#effects.push({ kind: 'change-party', party, act });
    this.#leave(act, next);
  }

  #chosenInConference(digit: string): void {
    const choice = this.#step<ConferStep>().choices[digit];
    if (!choice) return;
    this.#effects.push({ kind: 'clear-timer' });
    this.path.push(choice.label);
    this.#leave(digit, choice.next, digit, choice.label);
  }

  /** Nobody is left to talk with. */
  #alone(): void {
    this.#effects.push({ kind: 'clear-timer' });
    this.#leave('alone', this.#step<ConferStep>().next);
  }

  #speakThen(utterances: readonly Utterance[], goOn: () => void): void {
    const spoken = this.#spoken(utterances);
    if (spoken.length === 0) return goOn();
    this.#phase = { kind: 'speaking', goOn };
    this.#effects.push({ kind: 'speak', utterances: spoken, isInterruptible: false });
  }

  #listen(
    utterances: readonly Utterance[],
    collector: DigitCollector,
    attempt: number,
    invalidKeys = '',
  ): void {
    const spoken = this.#spoken(utterances);
    this.#phase = { kind: 'listening', isSpeaking: spoken.length > 0, collector, attempt, invalidKeys };
    if (spoken.length > 0) this.#effects.push({ kind: 'speak', utterances: spoken, isInterruptible: true });
    else this.#effects.push({ kind: 'set-timer', delayMs: this.#listeningStep().timeoutMs });
  }

  #heard(phase: Phase & { kind: 'listening' }, digit: string): void {
    if (phase.isSpeaking) {
      phase.isSpeaking = false;
      this.#effects.push({ kind: 'stop-speech' });
    }
    const step = this.#listeningStep();
    if (step.kind === 'menu') return this.#chosen(step, phase, digit);
    if (phase.collector.take(digit) === 'complete') return this.#collected(step, phase.collector, 'entered');
    this.#effects.push({ kind: 'set-timer', delayMs: step.timeoutMs });
  }

  #chosen(step: MenuStep, phase: Phase & { kind: 'listening' }, digit: string): void {
    this.#effects.push({ kind: 'clear-timer' });
    const choice = step.choices[digit];
    if (choice) {
      this.path.push(choice.label);
      return this.#leave(digit, choice.next, phase.invalidKeys + digit, choice.label);
    }
    const invalidKeys = phase.invalidKeys + digit;
    if (phase.attempt >= step.attempts) return this.#leave('otherwise', step.otherwise, invalidKeys);
    this.#listen([...step.invalid, ...step.prompt], phase.collector, phase.attempt + 1, invalidKeys);
  }

  #timedOut(phase: Phase & { kind: 'listening' }): void {
    const step = this.#listeningStep();
    if (step.kind === 'gather') return this.#collected(step, phase.collector, 'timeout');
    if (phase.attempt >= step.attempts)
      return this.#leave('timeout', step.otherwise, phase.invalidKeys || null);
    this.#listen(step.prompt, phase.collector, phase.attempt + 1, phase.invalidKeys);
  }

  #collected(step: GatherStep, collector: DigitCollector, outcome: string): void {
    this.#effects.push({ kind: 'clear-timer' });
    this.variables.set(step.variable, collector.value);
    if (collector.value === '' && step.onEmpty !== undefined) this.#leave('empty', step.onEmpty, '');
    else this.#leave(outcome, step.next, collector.value);
  }

  #leave(outcome: string, to: StepKey, digits: string | null = null, label: string | null = null): void {
    this.#trace(outcome, digits, label);
    this.#enter(to);
  }

  #finish(outcome: string): void {
    // A caller may leave before the first step.
    if (this.#stepKey !== '') this.#trace(outcome, null, null);
    this.#phase = { kind: 'ended' };
  }

  #trace(outcome: string, digits: string | null, label: string | null): void {
    const step = this.#step();
    const { id, name, version } = this.#options.flow;
    const isSecret = step.kind === 'gather' && step.isSecret === true;
    if (isSecret) this.#effects.push({ kind: 'secret', isSecret: false });
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
        digits: isSecret && digits !== null ? maskDigits(digits) : digits,
        label,
      },
    });
  }

  #step<Step extends FlowStep = FlowStep>(): Step {
    return this.#options.flow.steps[this.#stepKey] as Step;
  }

  #listeningStep(): MenuStep | GatherStep {
    const step = this.#step();
    assert(step.kind === 'menu' || step.kind === 'gather', 'only menus and collections listen');
    return step;
  }

  #spoken(utterances: readonly Utterance[]): SpokenUtterance[] {
    const locale = this.#locale();
    const spoken: SpokenUtterance[] = [];
    for (const utterance of utterances) {
      if (utterance.kind === 'prompt') spoken.push(utterance);
      else {
        const text = this.#expand(pickText(utterance.text, locale, this.#options.defaultLocale));
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

  #expand(text: string): string {
    return expandText(text, this.variables);
  }
}

/** How many keys were pressed is all that is told of them. */
export function maskDigits(digits: string): string {
  return '*'.repeat(digits.length);
}

/** The language the picked text is really in, so that the voice fits the words. */
function languageOf(text: LocalText, wanted: Locale, fallback: Locale): Locale {
  if (text[wanted] !== undefined) return wanted;
  if (text[fallback] !== undefined) return fallback;
  return locales.find((locale) => text[locale] !== undefined) ?? fallback;
}

function fits(
  test: 'equals' | 'starts-with' | 'longer-than' | 'is-empty',
  value: string,
  against: string,
): boolean {
  switch (test) {
    case 'equals':
      return value === against;
    case 'starts-with':
      return value.startsWith(against);
    case 'longer-than':
      return value.length > Number(against);
    case 'is-empty':
      return value === '';
  }
}
