/**
 * How many calls stand at each step of a flow as it is drawn, and how many took each way out of it today: out of what the nodes say
 * of their calls now, and of what the record has of today.
 */
import type { FloorCall } from '@seatgrid/contracts/realtime/floor.ts';
import type { StepKey } from '@seatgrid/core/flows/step-field.ts';
import type { Staleable } from '#lib/floor/merge-floors.ts';
import type { FlowDraft } from './flow-draft.ts';
import { exitsOf } from './step-exits.ts';

export interface StepCounts {
  /** Calls that stand there at this moment. */
  readonly now: number;
  /** Calls that stood there when a node was heard last that has no link now. */
  readonly lastTold: number;
  /** Calls that left it today. */
  readonly today: number;
}

export interface FlowCounts {
  readonly steps: ReadonlyMap<StepKey, StepCounts>;
  /** By `step/field`. */
  readonly ways: ReadonlyMap<string, number>;
  /** Calls in the flow whose step is not drawn: of a version before. */
  readonly elsewhere: number;
}

export interface WayTaken {
  readonly from: string;
  readonly exit: string | null;
  readonly to: string | null;
  readonly count: number;
}

export const noCounts: StepCounts = { now: 0, lastTold: 0, today: 0 };

export function countFlow(
  draft: FlowDraft,
  taken: readonly WayTaken[],
  standing: readonly (Pick<FloorCall, 'step'> & Staleable)[],
): FlowCounts {
  const steps = new Map<StepKey, StepCounts>();
  const add = (key: StepKey, what: keyof StepCounts, count: number) => {
    const before = steps.get(key) ?? noCounts;
    steps.set(key, { ...before, [what]: before[what] + count });
  };
  const ways = new Map<string, number>();
  for (const { from, exit, to, count } of taken) {
    add(from, 'today', count);
    const field = drawnExit(draft, { from, exit, to });
    if (field !== undefined) ways.set(`${from}/${field}`, (ways.get(`${from}/${field}`) ?? 0) + count);
  }
  let elsewhere = 0;
  for (const { step, asOfMs } of standing)
    if (step && draft.steps[step.stepKey]) add(step.stepKey, asOfMs === null ? 'now' : 'lastTold', 1);
    else if (step) elsewhere += 1;
  return { steps, ways, elsewhere };
}

/** Undefined where the way led elsewhere in the version the call took. */
function drawnExit(
  draft: FlowDraft,
  { from, exit, to }: Pick<WayTaken, 'from' | 'exit' | 'to'>,
): string | undefined {
  const step = draft.steps[from];
  if (!step) return undefined;
  const exits = exitsOf(step);
  // What a step with one way on was left by is not told, nor was it before ways were.
  if (exit === null) return to === null ? undefined : exits.find((one) => one.to === to)?.field;
  // Whoever stands at the next step has not left it: the record does not know yet which it is.
  return exits.find((one) => one.field === exit && (to === null || one.to === to))?.field;
}
