/** Steps told together, each by itself again: whoever reads a call's record reads `flow.step` alone. */
import type { EventFacts } from './journal-event.ts';

export function stepsApart(facts: EventFacts): readonly Exclude<EventFacts, { kind: 'flow.steps' }>[] {
  if (facts.kind !== 'flow.steps') return [facts];
  const { steps, ...place } = facts;
  return steps.map((step) => ({ ...place, ...step, kind: 'flow.step' }));
}
