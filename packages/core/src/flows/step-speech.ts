import type { Fields, Utterance } from './step-field.ts';
import type { LocalText } from '../kernel/locale.ts';
import { definitionOf, type FlowStep } from './step-kinds.ts';

/** All that a step may say. */
export function speechOf(step: FlowStep): readonly Utterance[] {
  return speechIn(definitionOf(step.kind).fields, step as unknown as Values);
}

type Values = Readonly<Record<string, unknown>>;

function speechIn(fields: Fields, values: Values): Utterance[] {
  return Object.entries(fields).flatMap(([name, field]): readonly Utterance[] => {
    const value = values[name];
    if (value === undefined) return [];
    switch (field.type) {
      case 'speech':
        return value as readonly Utterance[];
      case 'local-text':
        return [{ kind: 'text', text: value as LocalText }];
      case 'rows':
        return (value as readonly Values[]).flatMap((row) => speechIn(field.fields, row));
      default:
        return [];
    }
  });
}
