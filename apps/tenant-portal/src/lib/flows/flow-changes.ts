/** What differs between two drafts of a flow, step by step: told before a publication. */
import type { StepKey } from '@seatgrid/core/flows/step-field.ts';
import type { FlowDraft } from './flow-draft.ts';

export type FlowChange =
  | { readonly kind: 'name' | 'start' | 'onError'; readonly from: string; readonly to: string }
  | { readonly kind: 'added' | 'removed'; readonly step: StepKey }
  | { readonly kind: 'changed'; readonly step: StepKey; readonly fields: readonly string[] };

export function flowChanges(before: FlowDraft, after: FlowDraft): FlowChange[] {
  const changes: FlowChange[] = [];
  if (before.name !== after.name) changes.push({ kind: 'name', from: before.name, to: after.name });
  if (before.start !== after.start) changes.push({ kind: 'start', from: before.start, to: after.start });
  if (before.onError !== after.onError)
    changes.push({ kind: 'onError', from: before.onError ?? '', to: after.onError ?? '' });
  for (const step of Object.keys(after.steps)) if (!before.steps[step]) changes.push({ kind: 'added', step });
  for (const step of Object.keys(before.steps))
    if (!after.steps[step]) changes.push({ kind: 'removed', step });
  for (const [step, content] of Object.entries(after.steps)) {
    const earlier = before.steps[step];
    if (!earlier) continue;
    const fields = changedFields(earlier, content);
    if (fields.length > 0) changes.push({ kind: 'changed', step, fields });
  }
  return changes;
}

export function isSameFlow(one: FlowDraft, other: FlowDraft): boolean {
  return flowChanges(one, other).length === 0;
}

function changedFields(before: object, after: object): string[] {
  const earlier = before as Record<string, unknown>;
  const later = after as Record<string, unknown>;
  return [...new Set([...Object.keys(earlier), ...Object.keys(later)])].filter(
    (field) => canonical(earlier[field]) !== canonical(later[field]),
  );
}

/** Text that is equal for equal values whatever order their keys were written in (a database may reorder them). */
export function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_, inner: unknown) =>
      typeof inner === 'object' && inner !== null && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    ) ?? ''
  );
}
