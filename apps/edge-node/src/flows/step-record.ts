/**
 * A call's steps on their way to the journal. Steps walked at one moment with nothing in between are one event: each by itself costs
 * more to write down than to walk. Nothing else of the call is recorded before what is held here, which its flow's runner sees to.
 */
import { stepsTogetherMax } from '@seatgrid/core/flows/limits.ts';
import type { StepFacts } from '@seatgrid/core/flows/flow-effect.ts';
import type { Call } from '../calls/call.ts';
import { faultCharsToldMax } from '../limits.ts';

export class StepRecord {
  readonly #call: Pick<Call, 'id' | 'record'>;
  #held: StepFacts[] = [];

  constructor(call: Pick<Call, 'id' | 'record'>) {
    this.#call = call;
  }

  add(step: StepFacts): void {
    const [first] = this.#held;
    if (first && !(isOfOneMoment(first, step) && this.#held.length < stepsTogetherMax)) this.write();
    this.#held.push(step);
  }

  write(): void {
    const [first] = this.#held;
    if (!first) return;
    const { flowId, flowName, flowVersion, enteredAtMs } = first;
    const place = { callId: this.#call.id, flowId, flowName, flowVersion, enteredAtMs };
    const steps = this.#held.map(walked);
    this.#held = [];
    if (steps.length === 1) this.#call.record({ kind: 'flow.step', ...place, ...steps[0]! });
    else this.#call.record({ kind: 'flow.steps', ...place, steps });
  }
}

function isOfOneMoment(one: StepFacts, other: StepFacts): boolean {
  return (
    one.enteredAtMs === other.enteredAtMs &&
    one.flowId === other.flowId &&
    one.flowVersion === other.flowVersion
  );
}

/** What is not said is left out. */
function walked({
  stepKey,
  stepKind,
  title,
  outcome,
  digits,
  label,
  exit,
  fault,
  changes,
  heard,
}: StepFacts) {
  return {
    stepKey,
    stepKind,
    title,
    outcome,
    digits,
    label,
    ...(exit === null ? {} : { exit }),
    ...(fault ? { fault: { ...fault, message: fault.message.slice(0, faultCharsToldMax) } } : {}),
    ...(Object.keys(changes).length > 0 ? { changes } : {}),
    ...(heard ? { heard: [...heard] } : {}),
  };
}
