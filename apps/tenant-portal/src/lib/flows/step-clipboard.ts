/**
 * Steps on the clipboard, as text: within a flow, between flows, between windows. What the copied steps lead to among
 * themselves comes along under its new keys; what they led to elsewhere is kept where the flow has such a step.
 */
import { nextSteps } from '@seatgrid/core/flows/step-exits.ts';
import type { StepKey } from '@seatgrid/core/flows/step-field.ts';
import type { FlowStep } from '@seatgrid/core/flows/step-kinds.ts';
import { freeKey, noStep, withTarget, type FlowDraft } from './flow-draft.ts';
import { isHalfWritten } from './flow-faults.ts';

/** Tells our text from any other that happens to be on the clipboard. */
const mark = 'seatgridSteps';

export function copiedSteps(draft: FlowDraft, keys: Iterable<StepKey>): string {
  const wanted = new Set(keys);
  const steps = Object.entries(draft.steps).filter(([key]) => wanted.has(key));
  return JSON.stringify({ [mark]: Object.fromEntries(steps) }, null, 2);
}

/** Undefined where the text is not steps; half-written ones are. */
export function stepsOf(text: string): Readonly<Record<StepKey, FlowStep>> | undefined {
  if (!text.includes(mark)) return undefined;
  let steps: unknown;
  try {
    steps = (JSON.parse(text) as Record<string, unknown>)[mark];
  } catch {
    return undefined;
  }
  if (typeof steps !== 'object' || steps === null) return undefined;
  const clip: unknown = { name: mark, start: Object.keys(steps)[0] ?? noStep, steps };
  return isHalfWritten(clip) ? clip.steps : undefined;
}

export function pasteSteps(
  draft: FlowDraft,
  pasted: Readonly<Record<StepKey, FlowStep>>,
): { readonly draft: FlowDraft; readonly keys: readonly StepKey[] } {
  let grown = draft;
  const renamed = new Map<StepKey, StepKey>();
  for (const [key, step] of Object.entries(pasted)) {
    const free = freeKey(grown, key.replace(/-\d+$/, ''));
    renamed.set(key, free);
    grown = { ...grown, steps: { ...grown.steps, [free]: step } };
  }
  const steps = { ...grown.steps };
  for (const [key, free] of renamed) {
    let step = pasted[key]!;
    for (const { field, to } of nextSteps(step))
      step = withTarget(step, field, renamed.get(to) ?? (draft.steps[to] ? to : noStep));
    steps[free] = step;
  }
  return { draft: { ...grown, steps }, keys: [...renamed.values()] };
}
