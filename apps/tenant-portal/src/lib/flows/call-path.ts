/** The way one call took through flows, read from its record: what the canvas draws, and which flows there are to draw. */
import type { EventFacts } from '@seatgrid/contracts/journal/journal-event.ts';
import type { StepKey } from '@seatgrid/core/flows/step-field.ts';

type Timeline = readonly { readonly facts: EventFacts }[];

export interface WalkedFlow {
  readonly flowId: string;
  readonly name: string;
  readonly version: number;
}

/** Each flow once, in the order the call came to it. */
export function flowsWalked(timeline: Timeline): WalkedFlow[] {
  const flows = new Map<string, WalkedFlow>();
  for (const { facts } of timeline)
    if (facts.kind === 'flow.step' && !flows.has(facts.flowId))
      flows.set(facts.flowId, { flowId: facts.flowId, name: facts.flowName, version: facts.flowVersion });
  return [...flows.values()];
}

export function pathThrough(timeline: Timeline, flowId: string): StepKey[] {
  return timeline.flatMap(({ facts }) =>
    facts.kind === 'flow.step' && facts.flowId === flowId ? [facts.stepKey] : [],
  );
}
