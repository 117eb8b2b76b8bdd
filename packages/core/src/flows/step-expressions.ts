/** Where a step holds expressions and texts with variables in them, and what of a secret it would tell. */
import { readSpoken } from '../spoken/spoken-form.ts';
import type { Expressions } from './expression.ts';
import type { Fields } from './step-field.ts';
import { definitionOf, type FlowStep } from './step-kinds.ts';

type Values = Readonly<Record<string, unknown>>;

/** What is spoken is kept as sound, what is dialled in the record, what is computed in a variable that is no secret. */
export function tells(step: FlowStep, secret: string, expressions: Pick<Expressions, 'namesIn'>): boolean {
  const inBraces = [...JSON.stringify(step).matchAll(/\{([^{}"]+)\}/g)].map(([, inside]) => inside!);
  const values = inBraces.map((inside) => readSpoken(inside)?.value ?? inside);
  return [...values, ...keptIn(definitionOf(step.kind).fields, step as unknown as Values)].some(
    (text) => text === secret || expressions.namesIn(text).includes(secret),
  );
}

function keptIn(fields: Fields, values: Values): string[] {
  return Object.entries(fields).flatMap(([name, field]): string[] => {
    const value = values[name];
    if (value === undefined) return [];
    if (field.type === 'expression' && field.use === 'kept') return [value as string];
    if (field.type === 'rows')
      return (value as readonly Values[]).flatMap((row) => keptIn(field.fields, row));
    return [];
  });
}
