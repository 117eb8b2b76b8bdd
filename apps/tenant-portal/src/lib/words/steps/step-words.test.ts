import { expect, test } from 'vitest';
import type { Fields } from '@seatgrid/core/flows/step-field.ts';
import { definitionOf, stepKinds } from '@seatgrid/core/flows/step-kinds.ts';
import { en } from './en.ts';

/** A field's own words: its label, and one for each value to choose from. */
function wordsOf(fields: Fields): string[] {
  return Object.entries(fields).flatMap(([name, field]) => [
    `step.f.${name}`,
    ...(field.type === 'one-of' ? field.values.map((value) => `step.${name}.${value}`) : []),
    ...(field.type === 'rows' ? wordsOf(field.fields) : []),
  ]);
}

test('every kind of step has its name, its line of help and the labels of its fields', () => {
  const wanted = stepKinds.flatMap((kind) => [
    `step.kind.${kind}`,
    `step.kindHelp.${kind}`,
    ...wordsOf(definitionOf(kind).fields),
  ]);
  expect(wanted.filter((word) => !(word in en))).toEqual([]);
});
