/**
 * A flow as an indented list from its start: what follows stands below, what branches stands one deeper. A step is written
 * out once, where it is met first; further ways to it are references. Steps nothing leads to come last.
 */
import { nextSteps } from '@seatgrid/core/flows/step-exits.ts';
import type { StepKey } from '@seatgrid/core/flows/step-field.ts';
import type { FlowDraft } from './flow-draft.ts';
import { inKeypadOrder } from './step-exits.ts';

export interface OutlineRow {
  /** Unique in the outline. */
  readonly id: string;
  readonly key: StepKey;
  readonly depth: number;
  /** `step`: written out here; `reference`: written out elsewhere; `open`: leads nowhere yet. */
  readonly kind: 'step' | 'reference' | 'open';
  /** The branch this row is reached by, where its parent branches. */
  readonly via: { readonly step: StepKey; readonly field: string } | null;
  readonly isReached: boolean;
}

export function outlineOf(draft: FlowDraft): OutlineRow[] {
  const rows: OutlineRow[] = [];
  const written = new Set<StepKey>();

  function write(key: StepKey, depth: number, via: OutlineRow['via'], isReached: boolean): void {
    const id = via ? `${via.step}/${via.field}` : `${isReached ? 'start' : 'apart'}/${key}`;
    const step = draft.steps[key];
    const kind = !step ? 'open' : written.has(key) ? 'reference' : 'step';
    rows.push({ id, key, depth, kind, via, isReached });
    if (!step || kind !== 'step') return;
    written.add(key);
    const exits = inKeypadOrder(nextSteps(step));
    // A single way on is a sequence and stays at its depth; a choice of ways goes one deeper each.
    const deeper = exits.length > 1 || step.kind === 'menu' || step.kind === 'branch' ? depth + 1 : depth;
    for (const exit of exits) write(exit.to, deeper, { step: key, field: exit.field }, isReached);
  }

  write(draft.start, 0, null, true);
  for (const key of Object.keys(draft.steps)) {
    if (written.has(key)) continue;
    write(key, 0, null, false);
  }
  return rows;
}
