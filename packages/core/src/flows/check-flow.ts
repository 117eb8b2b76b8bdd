/**
 * What a flow must satisfy before it is saved: every step led to exists, every step can be reached, nothing walks in a
 * circle without hearing, speaking or waiting, what it names exists. Faults name their place.
 */
import type { CallFlow, FlowBody } from './call-flow.ts';
import { checkStep, type FlowSurroundings } from './check-step.ts';
import { tells } from './step-expressions.ts';
import { flowStepsMax } from './limits.ts';
import { nextSteps } from './step-exits.ts';
import type { StepKey } from './step-field.ts';
import { definitionOf, type FlowStep } from './step-kinds.ts';

export interface FlowFault {
  readonly step: StepKey | null;
  readonly field: string | null;
  readonly message: string;
}

export function checkFlow(flow: FlowBody, surroundings: FlowSurroundings): FlowFault[] {
  const faults: FlowFault[] = [];
  const keys = Object.keys(flow.steps);
  if (keys.length > flowStepsMax)
    faults.push({ step: null, field: 'steps', message: `a flow has at most ${flowStepsMax} steps` });
  if (!flow.steps[flow.start]) {
    faults.push({ step: null, field: 'start', message: `there is no step "${flow.start}" to start with` });
    return faults;
  }
  // What is spoken is kept as sound, what is dialled in the record: a secret may be branched by, and told nowhere.
  const secrets = Object.values(flow.steps).flatMap((step) =>
    step.kind === 'gather' && step.isSecret === true ? [step.variable] : [],
  );
  for (const [key, step] of Object.entries(flow.steps)) {
    for (const { field, to } of nextSteps(step))
      if (!flow.steps[to])
        faults.push({ step: key, field, message: `leads to "${to}", which does not exist` });
    faults.push(...checkStep(step, flow.steps, surroundings).map((fault) => ({ step: key, ...fault })));
    for (const secret of secrets)
      if (tells(step, secret, surroundings.expressions))
        faults.push({ step: key, field: null, message: `tells the secret "${secret}"` });
  }
  if (flow.onError !== undefined && !flow.steps[flow.onError])
    faults.push({
      step: null,
      field: 'onError',
      message: `leads to "${flow.onError}", which does not exist`,
    });
  const reached = reachable(flow);
  for (const key of keys)
    if (!reached.has(key)) faults.push({ step: key, field: null, message: 'no step leads here' });
  for (const key of silentCircles(flow))
    faults.push({
      step: key,
      field: null,
      message: 'goes round for ever without speaking, listening or waiting',
    });
  if (![...reached].some((key) => definitionOf(flow.steps[key]!.kind).isEnd))
    faults.push({
      step: flow.start,
      field: null,
      message: 'never comes to an end: no step reached hangs up or hands the call on',
    });
  return faults;
}

function reachable(flow: FlowBody): Set<StepKey> {
  const reached = new Set<StepKey>();
  const open = [flow.start, ...(flow.onError === undefined ? [] : [flow.onError])];
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    const step = flow.steps[key];
    if (!step || reached.has(key)) continue;
    reached.add(key);
    for (const { to } of nextSteps(step)) open.push(to);
  }
  return reached;
}

/** Where a call may be led in the instant it enters the step. */
function stepsAtOnce(step: FlowStep): readonly StepKey[] {
  const { silentExits } = definitionOf(step.kind);
  if (silentExits === 'none') return [];
  return nextSteps(step)
    .filter(({ field }) => silentExits === 'all' || silentExits.includes(field))
    .map(({ to }) => to);
}

/** Keys of steps that lie on a circle of silent ways only (Tarjan would do; the graphs are small). */
function silentCircles(flow: Pick<CallFlow, 'steps'>): StepKey[] {
  const atOnce = (key: StepKey) => {
    const step = flow.steps[key];
    return step ? stepsAtOnce(step) : [];
  };
  return Object.keys(flow.steps).filter((start) => {
    const seen = new Set<StepKey>();
    const open = [...atOnce(start)];
    for (let key = open.pop(); key !== undefined; key = open.pop()) {
      if (key === start) return true;
      if (seen.has(key)) continue;
      seen.add(key);
      open.push(...atOnce(key));
    }
    return false;
  });
}
