import type { StepKey } from '@seatgrid/core/flows/step-field.ts';
import type { FlowStep } from '@seatgrid/core/flows/step-kinds.ts';
import { say } from '#lib/words/say.svelte.ts';
import type { Word } from '#lib/words/catalogue.ts';
import type { FlowDraft } from './flow-draft.ts';

/** What a step is called: its title, else its key. */
export function stepName(draft: FlowDraft, key: StepKey): string {
  return draft.steps[key]?.title || key;
}

/** A way out of a step in words: `1 · Sales`, `otherwise`. */
export function exitName(step: FlowStep | undefined, field: string): string {
  const [head, rest] = field.split('.');
  if (step && 'choices' in step && head === 'choices' && rest !== undefined)
    return [rest, step.choices[rest]?.label].filter(Boolean).join(' · ');
  if (step?.kind === 'branch' && head === 'cases') {
    const one = step.cases[Number(rest)];
    if (one) return `${say(`step.test.${one.test}`)}${one.test === 'is-empty' ? '' : ` ${one.value}`}`;
  }
  return say(`step.f.${head}` as Word);
}
