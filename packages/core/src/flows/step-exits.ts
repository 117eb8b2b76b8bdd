import type { Fields, StepKey } from './step-field.ts';
import { definitionOf, type FlowStep } from './step-kinds.ts';

export interface StepExit {
  /** The field that says so: `next`, `choices.1`, `cases.0`. */
  readonly field: string;
  readonly to: StepKey;
}

/** The steps a step may lead to, with the name of the field that says so. */
export function nextSteps(step: FlowStep): readonly StepExit[] {
  return exitsIn(definitionOf(step.kind).fields, step as unknown as Values);
}

type Values = Readonly<Record<string, unknown>>;

function exitsIn(fields: Fields, values: Values): StepExit[] {
  const exits: StepExit[] = [];
  for (const [name, field] of Object.entries(fields)) {
    const value = values[name];
    if (value === undefined) continue;
    if (field.type === 'target') exits.push({ field: name, to: value as StepKey });
    else if (field.type === 'choices' || (field.type === 'rows' && 'next' in field.fields))
      for (const [place, row] of Object.entries(value as Readonly<Record<string, { next: StepKey }>>))
        exits.push({ field: `${name}.${place}`, to: row.next });
  }
  return exits;
}
