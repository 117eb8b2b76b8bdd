/** Where the boxes of a small diagram stand: columns by distance from the start, rows in the order they are met. */
import { nextSteps } from '@seatgrid/core/flows/step-exits.ts';
import type { StepKey } from '@seatgrid/core/flows/step-field.ts';
import type { FlowDraft } from './flow-draft.ts';

export interface PlacedStep {
  readonly key: StepKey;
  readonly column: number;
  readonly row: number;
}

export interface PlacedWay {
  readonly from: StepKey;
  readonly to: StepKey;
  readonly field: string;
}

export function layOut(draft: FlowDraft): {
  readonly steps: readonly PlacedStep[];
  readonly ways: readonly PlacedWay[];
} {
  const columns = new Map<StepKey, number>();
  const open: StepKey[] = draft.steps[draft.start] ? [draft.start] : [];
  if (open[0] !== undefined) columns.set(open[0], 0);
  for (let key = open.shift(); key !== undefined; key = open.shift()) {
    const step = draft.steps[key];
    if (!step) continue;
    for (const { to } of nextSteps(step)) {
      if (columns.has(to) || !draft.steps[to]) continue;
      columns.set(to, (columns.get(key) ?? 0) + 1);
      open.push(to);
    }
  }
  // What nothing leads to stands in a column of its own, past the last.
  const last = Math.max(-1, ...columns.values());
  for (const key of Object.keys(draft.steps)) if (!columns.has(key)) columns.set(key, last + 1);
  const filled = new Map<number, number>();
  const steps = [...columns].map(([key, column]) => {
    const row = filled.get(column) ?? 0;
    filled.set(column, row + 1);
    return { key, column, row };
  });
  const ways = Object.entries(draft.steps).flatMap(([from, step]) =>
    nextSteps(step)
      .filter((one) => columns.has(one.to))
      .map((one) => ({ from, to: one.to, field: one.field })),
  );
  return { steps, ways };
}
