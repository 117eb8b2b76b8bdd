/** Which step an arrow key leads to from the chosen one: right along the chosen way out, left back, up and down past it. */
import type { StepKey } from '@seatgrid/core/flows/step-field.ts';
import { referencesTo, targetOf, type FlowDraft } from '../flow-draft.ts';
import type { Box } from './canvas-layout.ts';

export type Arrow = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown';

export function stepBeside(
  draft: FlowDraft,
  boxes: ReadonlyMap<StepKey, Box>,
  from: { readonly step: StepKey; readonly exit: string | undefined },
  arrow: Arrow,
): StepKey | undefined {
  const box = boxes.get(from.step);
  if (!box) return undefined;
  if (arrow === 'ArrowRight') {
    if (from.exit === undefined) return undefined;
    const to = targetOf(draft, { step: from.step, field: from.exit });
    return draft.steps[to] ? to : undefined;
  }
  if (arrow === 'ArrowLeft') {
    const before = referencesTo(draft, from.step).flatMap(({ step }) => (step === null ? [] : [step]));
    // The nearest to the left is how one came, not the way back from the end.
    const earlier = before.filter((key) => (boxes.get(key)?.x ?? Infinity) < box.x);
    return earlier.sort((a, b) => boxes.get(b)!.x - boxes.get(a)!.x)[0] ?? before[0];
  }
  const isDown = arrow === 'ArrowDown';
  const middle = (one: Box) => one.y + one.height / 2;
  const beside = [...boxes]
    .filter(([key, one]) => key !== from.step && one.x < box.x + box.width && box.x < one.x + one.width)
    .filter(([, one]) => (isDown ? middle(one) > middle(box) : middle(one) < middle(box)))
    .sort(([, a], [, b]) => Math.abs(middle(a) - middle(box)) - Math.abs(middle(b) - middle(box)));
  return beside[0]?.[0];
}
