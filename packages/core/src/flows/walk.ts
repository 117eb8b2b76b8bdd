import type { CalendarDates, CalendarId } from '../numbers/calendar.ts';
import type { FlowId } from '../kernel/ids.ts';
import type { FlowEffect } from './flow-effect.ts';
import type { FlowValue, FlowVariables } from './flow-value.ts';
import type { OutsideAnswer, OutsideRequest } from './outside-request.ts';
import type { StepInput } from './step-definition.ts';
import type { StepFault } from './step-fault.ts';
import type { StepKey, Utterance } from './step-field.ts';

/** What the timeline is told of a step beyond how it was left. */
export interface Told {
  /** Keys pressed in it. */
  readonly digits?: string | null;
  /** Of the branch taken. */
  readonly label?: string | null;
  /** The field it was left by, as `nextSteps` names it, where the step has several: two of them may lead to one step. */
  readonly exit?: string;
  readonly heard?: readonly Heard[];
}

/** D-19: what a caller was understood to say, the choice nearest to it and how far that is, of a hundred; or why nothing could be heard. */
export type Heard =
  { readonly text: string; readonly choice: string; readonly distance: number } | { readonly why: string };

/** One call on its way through one flow, as a step sees it: `flow-machine.ts` is behind it. */
export interface Walk {
  readonly nowMs: number;
  readonly timeZone: string;
  readonly variables: FlowVariables;
  /** D-08: those who have answered and not left, by name. */
  readonly parties: Set<string>;
  /** Labels of the branches taken, for who answers. */
  readonly path: string[];
  /** Null: there is no such calendar any more. */
  calendarDates(calendarId: CalendarId): CalendarDates | null;
  act(effect: Exclude<FlowEffect, { readonly kind: 'step' | 'ask' | 'cease-asking' }>): void;
  /** Until the step is left, `taker` is told what happens. */
  await(taker: (input: StepInput) => void): void;
  /** Asks the world outside; whoever awaited before hears what else happens meanwhile. `taker` is told once, in time, and not when the step has been left. */
  ask(request: OutsideRequest, timeoutMs: number, taker: (answer: OutsideAnswer) => void): void;
  /** Done when the step is left, by whatever way. */
  whenLeft(done: () => void): void;
  leave(outcome: string, to: StepKey, told?: Told): void;
  /** The flow is over; what becomes of the call is for others to say. */
  finish(outcome: string): void;
  /** A secret's value is told nowhere. */
  set(name: string, value: FlowValue, isSecret?: 'secret'): void;
  /** The value of an expression; a fault in it takes the step's error branch. `place`: the field it stands in. */
  evaluate(expression: string, place: string): FlowValue;
  /** What was answered, as a value; what was not takes the step's error branch. `place`: the field it is about. */
  answered(answer: OutsideAnswer, place: string): FlowValue;
  /** F-13: from 0 up to 1, evenly over the calls that come to this step. */
  chance(): number;
  /** Goes on in another flow; it comes back to `next`. */
  callFlow(flowId: FlowId, next: StepKey): void;
  returnFlow(): void;
  /** The step cannot go on: its error branch is taken. */
  fail(fault: StepFault): never;
  /** False where there was nothing to say. */
  speak(utterances: readonly Utterance[], isInterruptible: boolean): boolean;
  /** Speaks to the end, whatever is pressed, then goes on. */
  speakThen(utterances: readonly Utterance[], goOn: () => void): void;
  /** A text with its variables in place. */
  expand(text: string): string;
}
