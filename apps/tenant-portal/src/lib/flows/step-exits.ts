/** Every way out of a step, those left out too: what a canvas draws as handles and a hand may draw a line from. */
import { nextSteps } from '@seatgrid/core/flows/step-exits.ts';
import type { StepKey } from '@seatgrid/core/flows/step-field.ts';
import { definitionOf, type FlowStep } from '@seatgrid/core/flows/step-kinds.ts';

export interface DrawnExit {
  readonly field: string;
  /** Undefined: left out, which an optional way out may be. */
  readonly to: StepKey | undefined;
}

export function exitsOf(step: FlowStep): DrawnExit[] {
  const there = inKeypadOrder(nextSteps(step));
  const left = Object.entries(definitionOf(step.kind).fields).filter(
    ([name, field]) => field.type === 'target' && !there.some((exit) => exit.field === name),
  );
  return [...there, ...left.map(([field]) => ({ field, to: undefined }))];
}

const keypad = '1234567890*#';

/** Menu keys as a telephone has them, zero after nine; a record lists it first. Other ways keep their order, after the keys. */
export function inKeypadOrder<Exit extends { readonly field: string }>(exits: readonly Exit[]): Exit[] {
  const place = ({ field }: Exit) =>
    field.startsWith('choices.') ? keypad.indexOf(field.slice('choices.'.length)) : keypad.length;
  return [...exits].sort((a, b) => place(a) - place(b));
}

/** Where a new step is put by default: the first way out that leads nowhere yet, else the first that is there. */
export function likeliestExit(
  step: FlowStep,
  steps: Readonly<Record<StepKey, FlowStep>>,
): string | undefined {
  const exits = exitsOf(step);
  const open = exits.find(({ to }) => to !== undefined && !steps[to]);
  return (open ?? exits.find(({ to }) => to !== undefined) ?? exits[0])?.field;
}
