/** Two contents of a flow laid over each other: every step and way of either, with what became of it from one to the other. */
import type { StepKey } from '@seatgrid/core/flows/step-field.ts';
import type { FlowStep } from '@seatgrid/core/flows/step-kinds.ts';
import type { DrawnNode, DrawnWay } from '../canvas/canvas-layout.ts';
import { flowChanges } from '../flow-changes.ts';
import type { FlowDraft } from '../flow-draft.ts';
import { exitsOf, type DrawnExit } from '../step-exits.ts';

export type StepFate = 'added' | 'removed' | 'changed' | 'same';
export type WayFate = Exclude<StepFate, 'changed'>;

export interface ComparedStep extends DrawnNode {
  /** As it is afterwards; what was removed, as it was. */
  readonly step: FlowStep;
  readonly fate: StepFate;
  /** Of the flow it begins in: the one after, unless that begins elsewhere. */
  readonly isStart: boolean;
}

export interface ComparedWay extends DrawnWay {
  readonly fate: WayFate;
}

export interface ComparedFlow {
  readonly steps: readonly ComparedStep[];
  readonly ways: readonly ComparedWay[];
}

export function compareFlows(before: FlowDraft, after: FlowDraft): ComparedFlow {
  const changed = new Set(
    flowChanges(before, after).flatMap((change) => (change.kind === 'changed' ? [change.step] : [])),
  );
  const keys = [...new Set([...Object.keys(after.steps), ...Object.keys(before.steps)])];
  const steps = keys.map((key): ComparedStep => {
    const [was, is] = [before.steps[key], after.steps[key]];
    const fate = !was ? 'added' : !is ? 'removed' : changed.has(key) ? 'changed' : 'same';
    return { key, step: (is ?? was)!, fate, isStart: key === after.start, exits: exitsOfBoth(was, is) };
  });
  return { steps, ways: keys.flatMap((key) => waysOf(key, before, after)) };
}

/** A row a way, whatever it leads to in either. */
function exitsOfBoth(was: FlowStep | undefined, is: FlowStep | undefined): DrawnExit[] {
  const later = is ? exitsOf(is) : [];
  const earlier = was ? exitsOf(was) : [];
  // One that leads nowhere afterwards, and led somewhere before, has a row of its own all the same.
  return [...later, ...earlier.filter(({ field }) => !later.some((one) => one.field === field))];
}

function waysOf(from: StepKey, before: FlowDraft, after: FlowDraft): ComparedWay[] {
  const [was, is] = [ledFrom(before, from), ledFrom(after, from)];
  return [
    ...[...is].map(([field, to]) => way(from, field, to, was.get(field) === to ? 'same' : 'added')),
    ...[...was]
      .filter(([field, to]) => is.get(field) !== to)
      .map(([field, to]) => way(from, field, to, 'removed')),
  ];
}

function way(from: StepKey, field: string, to: StepKey, fate: WayFate): ComparedWay {
  return { id: `${from}/${field}>${to}`, from, field, to, fate };
}

function ledFrom({ steps }: FlowDraft, key: StepKey): Map<string, StepKey> {
  const step = steps[key];
  const exits = step ? exitsOf(step) : [];
  return new Map(
    exits.flatMap(({ field, to }) => (to !== undefined && steps[to] ? [[field, to] as const] : [])),
  );
}
