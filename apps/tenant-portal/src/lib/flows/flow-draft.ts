/**
 * A call flow under the pen: every edit is a function from one draft to the next, so that undo is only remembering. Targets
 * not chosen yet are the empty key; such a draft is kept in the browser and refused by the centre with its place named.
 */
import { freshStep } from '@seatgrid/core/flows/step-definition.ts';
import { nextSteps } from '@seatgrid/core/flows/step-exits.ts';
import type { FlowBody } from '@seatgrid/core/flows/call-flow.ts';
import type { StepKey } from '@seatgrid/core/flows/step-field.ts';
import { definitionOf, type FlowStep, type StepKind } from '@seatgrid/core/flows/step-kinds.ts';
import { failure, success, type Result } from '@seatgrid/core/kernel/result.ts';

export interface FlowDraft extends FlowBody {
  readonly name: string;
}

/** A place that names a step: a field of another step, or the flow's `start` or `onError`. */
export interface Reference {
  readonly step: StepKey | null;
  readonly field: string;
}

/** What a target is before one is chosen. */
export const noStep: StepKey = '';

const keyPattern = /^[a-z][a-z0-9-]{0,39}$/;
const keyLengthMax = 40;

export function newFlow(name: string): FlowDraft {
  return {
    name,
    start: 'welcome',
    steps: { welcome: newStep('say', 'goodbye'), goodbye: newStep('hang-up', noStep) },
  };
}

/** A step of a kind with everything still to be chosen left empty, leading to `next` where it leads on. */
export function newStep(kind: StepKind, next: StepKey): FlowStep {
  return freshStep(definitionOf(kind), next) as FlowStep;
}

/**
 * Adds a step. Into a field, it is put between: the field leads to it, and it leads on to where the field led before.
 * Without a field it stands apart until something leads to it.
 */
export function addStep(
  draft: FlowDraft,
  kind: StepKind,
  into?: Reference,
): { readonly draft: FlowDraft; readonly key: StepKey } {
  const before = into ? targetOf(draft, into) : noStep;
  const next = before !== noStep && draft.steps[before] ? before : noStep;
  const key = freeKey(draft, kind);
  const added = { ...draft, steps: { ...draft.steps, [key]: newStep(kind, next) } };
  return { draft: into ? leadTo(added, into, key) : added, key };
}

export function changeStep(draft: FlowDraft, key: StepKey, step: FlowStep): FlowDraft {
  return { ...draft, steps: { ...draft.steps, [key]: step } };
}

/** Gives a step another key; everything that led to it follows. */
export function renameStep(
  draft: FlowDraft,
  from: StepKey,
  to: StepKey,
): Result<FlowDraft, 'malformed' | 'taken'> {
  if (from === to) return success(draft);
  if (!keyPattern.test(to)) return failure('malformed');
  if (draft.steps[to]) return failure('taken');
  // Rebuilt in order, so that the step keeps its place in lists.
  const steps = Object.fromEntries(
    Object.entries(draft.steps).map(([key, step]) => [key === from ? to : key, redirect(step, from, to)]),
  );
  return success({ ...redirectFlow(draft, from, to), steps });
}

/** Takes a step out; what led to it leads to `instead` from now on. */
export function removeStep(draft: FlowDraft, key: StepKey, instead: StepKey = noStep): FlowDraft {
  const steps = Object.fromEntries(
    Object.entries(draft.steps)
      .filter(([each]) => each !== key)
      .map(([each, step]) => [each, redirect(step, key, instead)]),
  );
  return { ...redirectFlow(draft, key, instead), steps };
}

/** A copy of a step that leads where the first does; nothing leads to the copy yet. */
export function duplicateStep(
  draft: FlowDraft,
  key: StepKey,
): { readonly draft: FlowDraft; readonly key: StepKey } {
  const step = draft.steps[key];
  if (!step) return { draft, key };
  const copy = freeKey(draft, key.replace(/-\d+$/, ''));
  const entries = Object.entries(draft.steps).flatMap(([each, original]): [StepKey, FlowStep][] =>
    each === key
      ? [
          [each, original],
          [copy, structuredClone(step)],
        ]
      : [[each, original]],
  );
  return { draft: { ...draft, steps: Object.fromEntries(entries) }, key: copy };
}

/** Every place that leads to a step. */
export function referencesTo(draft: FlowDraft, key: StepKey): Reference[] {
  const fromSteps = Object.entries(draft.steps).flatMap(([step, content]) =>
    nextSteps(content)
      .filter((one) => one.to === key)
      .map((one): Reference => ({ step, field: one.field })),
  );
  const fromFlow = (['start', 'onError'] as const).filter((field) => draft[field] === key);
  return [...fromFlow.map((field): Reference => ({ step: null, field })), ...fromSteps];
}

export function targetOf(draft: FlowDraft, place: Reference): StepKey {
  if (place.step === null) return (place.field === 'onError' ? draft.onError : draft.start) ?? noStep;
  const step = draft.steps[place.step];
  if (!step) return noStep;
  return nextSteps(step).find((one) => one.field === place.field)?.to ?? noStep;
}

/** Points one place at a step. */
export function leadTo(draft: FlowDraft, place: Reference, to: StepKey): FlowDraft {
  if (place.step === null) return { ...draft, [place.field]: to };
  const step = draft.steps[place.step];
  return step ? changeStep(draft, place.step, withTarget(step, place.field, to)) : draft;
}

/** The step with one of its targets changed; `field` as `nextSteps` names it. */
export function withTarget(step: FlowStep, field: string, to: StepKey): FlowStep {
  const [head, rest] = splitOnce(field);
  if (rest === '') return { ...step, [field]: to };
  const within = (step as unknown as Readonly<Record<string, unknown>>)[head];
  if (Array.isArray(within))
    return {
      ...step,
      [head]: within.map((row: object, index) => (String(index) === rest ? { ...row, next: to } : row)),
    };
  const choices = within as Readonly<Record<string, object>>;
  return { ...step, [head]: { ...choices, [rest]: { ...choices[rest], next: to } } };
}

/** A step without one of its optional targets (`onEmpty`, `onFull`, `onTimeout`). */
export function withoutTarget(step: FlowStep, field: string): FlowStep {
  return Object.fromEntries(Object.entries(step).filter(([name]) => name !== field)) as unknown as FlowStep;
}

/** A flow whose failed steps name their ways on themselves, or end the call. */
export function withoutErrorBranch(draft: FlowDraft): FlowDraft {
  const { onError: _, ...rest } = draft;
  return rest;
}

/** A key nobody has: the wish itself, else with the next free number. */
export function freeKey(draft: FlowDraft, wish: string): StepKey {
  const base = keyPattern.test(wish) ? wish : 'step';
  if (!draft.steps[base]) return base;
  for (let number = 2; ; number++) {
    const key = `${base.slice(0, keyLengthMax - 1 - String(number).length)}-${number}`;
    if (!draft.steps[key]) return key;
  }
}

/** An error branch that would lead nowhere is none. */
function redirectFlow(draft: FlowDraft, from: StepKey, to: StepKey): FlowDraft {
  const { onError, ...rest } = draft;
  const start = draft.start === from ? to : draft.start;
  const next = onError === from ? to : onError;
  return { ...rest, start, ...(next === undefined || next === noStep ? {} : { onError: next }) };
}

function redirect(step: FlowStep, from: StepKey, to: StepKey): FlowStep {
  let redirected = step;
  for (const one of nextSteps(step)) if (one.to === from) redirected = withTarget(redirected, one.field, to);
  return redirected;
}

function splitOnce(field: string): [string, string] {
  const dot = field.indexOf('.');
  return dot < 0 ? [field, ''] : [field.slice(0, dot), field.slice(dot + 1)];
}
