/**
 * Faults of a flow at their places. They come from three readers: the shape of the draft (here, at once), the meaning of the
 * flow (`POST /api/flows/check`), and a refused save (`problems` with paths); all become one list by step and field.
 */
import type { StepKey } from '@seatgrid/core/flows/step-field.ts';
import { flowDraftSchema } from '@seatgrid/contracts/nouns/flow.ts';
import type { FlowDraft } from './flow-draft.ts';

export interface PlacedFault {
  readonly step: StepKey | null;
  readonly field: string | null;
  readonly message: string;
}

/** A problem of a refused request: `steps.menu.choices.1.next` is a place in a step. */
export function faultOfProblem(problem: { readonly path: string; readonly message: string }): PlacedFault {
  const [head, step, ...field] = problem.path.split('.');
  if (head !== 'steps' || step === undefined)
    return { step: null, field: problem.path || null, message: problem.message };
  return { step, field: field.length > 0 ? field.join('.') : null, message: problem.message };
}

/** What the draft lacks to be a flow at all. A target not chosen yet says just that, not a pattern. */
export function shapeFaults(draft: FlowDraft): PlacedFault[] {
  const parsed = flowDraftSchema.safeParse(draft);
  if (parsed.success) return [];
  return parsed.error.issues.map((issue) => {
    const fault = faultOfProblem({ path: issue.path.join('.'), message: issue.message });
    return isEmptyAt(draft, issue.path) ? { ...fault, message: notChosen } : fault;
  });
}

/** Said of an empty place; `fault-words` translates it. */
export const notChosen = 'nothing is chosen here yet';

export function faultsOfStep(faults: readonly PlacedFault[], step: StepKey): PlacedFault[] {
  return faults.filter((fault) => fault.step === step);
}

/** Faults of a field and of what lies in it: `choices.1` has those of `choices.1.next`. */
export function faultsAt(faults: readonly PlacedFault[], step: StepKey | null, field: string): PlacedFault[] {
  return faults.filter(
    (fault) =>
      fault.step === step &&
      fault.field !== null &&
      (fault.field === field || fault.field.startsWith(`${field}.`)),
  );
}

/** Faults of a step that no field of its form shows. */
export function faultsOfWholeStep(faults: readonly PlacedFault[], step: StepKey): PlacedFault[] {
  return faults.filter((fault) => fault.step === step && fault.field === null);
}

/** Whether something is a flow but for places left empty: not missing, not of another kind. */
export function isHalfWritten(draft: unknown): draft is FlowDraft {
  const parsed = flowDraftSchema.safeParse(draft);
  return (
    parsed.success ||
    parsed.error.issues.every(
      ({ path }) => valueAt(draft, path) !== undefined && isEmpty(valueAt(draft, path)),
    )
  );
}

function isEmptyAt(draft: FlowDraft, path: readonly PropertyKey[]): boolean {
  return isEmpty(valueAt(draft, path));
}

function isEmpty(value: unknown): boolean {
  return value === '' || value === undefined || (Array.isArray(value) && value.length === 0);
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce(
    (outer, part) =>
      typeof outer === 'object' && outer !== null ? (outer as Record<PropertyKey, unknown>)[part] : undefined,
    value,
  );
}
