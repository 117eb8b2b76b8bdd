/** How far a flow goes before it needs its caller: told by the flow machine itself, for who asks before anybody has dialled. */
import type { FlowEffect, StepFacts } from './flow-effect.ts';
import { FlowMachine, type FlowMachineOptions } from './flow-machine.ts';
import type { StepKey } from './step-field.ts';

export interface FirstStep {
  readonly key: StepKey;
  readonly kind: string;
  readonly title: string | null;
  /** How it was left; null: here the flow waits for keys, an answer, or somebody who takes the call. */
  readonly outcome: string | null;
}

/** What is only spoken is taken as heard. */
export function firstSteps(options: FlowMachineOptions, nowMs: number): readonly FirstStep[] {
  const machine = new FlowMachine(options);
  const steps: FirstStep[] = [];
  /** Whether all there is to do is to hear something out. */
  const onlySpeaks = (effects: readonly FlowEffect[]) => {
    for (const effect of effects) if (effect.kind === 'step') steps.push(leftStep(effect.facts));
    const last = effects.at(-1);
    return !machine.isEnded && last?.kind === 'speak' && !last.isInterruptible;
  };
  let isSpeaking = onlySpeaks(machine.handle({ kind: 'start' }, nowMs));
  for (let heard = 0; isSpeaking && heard < stepsHeardMax; heard++)
    isSpeaking = onlySpeaks(machine.handle({ kind: 'speech-ended' }, nowMs));
  const step = options.flow.steps[machine.stepKey];
  if (!machine.isEnded && step)
    steps.push({ key: machine.stepKey, kind: step.kind, title: step.title ?? null, outcome: null });
  return steps;
}

const stepsHeardMax = 50;

function leftStep({ stepKey, stepKind, title, outcome }: StepFacts): FirstStep {
  return { key: stepKey, kind: stepKind, title, outcome };
}
