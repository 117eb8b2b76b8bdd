/**
 * A call's steps on their way to the journal. Steps walked at one moment with nothing in between are one event: each by itself costs
 * more to write down than to walk. Nothing else of the call is recorded before what is held here, which its flow's runner sees to.
 */
import { stepsTogetherMax } from '@seatgrid/core/flows/limits.ts';
import type { StepFacts } from '@seatgrid/core/flows/flow-effect.ts';
import type { EventFacts } from '@seatgrid/contracts/journal/journal-event.ts';
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
    const held = this.#held;
    this.#held = [];
    const { flowId, flowName, flowVersion, enteredAtMs } = first;
    const { id: callId } = this.#call;
    if (held.length > 1) {
      const place = { callId, flowId, flowName, flowVersion, enteredAtMs };
      return this.#call.record({ kind: 'flow.steps', ...place, steps: held.map((step) => walked(step, {})) });
    }
    const place = { kind: 'flow.step', callId, flowId, flowName, flowVersion, enteredAtMs } as const;
    this.#call.record(walked(first, place));
  }
}

function isOfOneMoment(one: StepFacts, other: StepFacts): boolean {
  return (
    one.enteredAtMs === other.enteredAtMs &&
    one.flowId === other.flowId &&
    one.flowVersion === other.flowVersion
  );
}

type Walked = (EventFacts & { kind: 'flow.steps' })['steps'][number];

/** What is not said is left out. */
function walked<Place extends object>(step: StepFacts, place: Place): Place & Walked {
  const { stepKey, stepKind, title, outcome, digits, label, exit, fault, changes, heard } = step;
  const facts: Walked = { stepKey, stepKind, title, outcome, digits, label };
  if (exit !== null) facts.exit = exit;
  if (fault) facts.fault = { ...fault, message: fault.message.slice(0, faultCharsToldMax) };
  if (Object.keys(changes).length > 0) facts.changes = changes;
  if (heard) facts.heard = [...heard];
  return Object.assign(place, facts);
}
