/**
 * How far a call goes before it needs its caller: told by the flow machine itself, for who asks before anybody has dialled. Flows
 * that are called are walked, and a rule that is gone to is followed, as a call would.
 */
import type { FlowId } from '../kernel/ids.ts';
import type { NextStep } from '../numbers/inbound-rule.ts';
import type { CallFlow } from './call-flow.ts';
import type { FlowEffect, StepFacts } from './flow-effect.ts';
import type { FlowInput } from './flow-input.ts';
import { FlowMachine, type FlowMachineOptions } from './flow-machine.ts';
import type { FlowVariables } from './flow-value.ts';
import type { SplitStep } from './kinds/split.ts';
import { rulesFollowedMax, stepsHeardMax } from './limits.ts';
import type { StepKey } from './step-field.ts';

export interface FirstStep {
  readonly flowId: FlowId;
  readonly flowName: string;
  readonly key: StepKey;
  readonly kind: string;
  readonly title: string | null;
  /** How it was left; null: here the flow waits for keys, an answer, or somebody who takes the call. */
  readonly outcome: string | null;
  /** F-13: the ways of a split and which was taken, counted from 0; the last has what the others leave. */
  readonly shares?: { readonly ways: readonly Share[]; readonly taken: number };
}

export interface Share {
  readonly label: string;
  readonly percent: number;
}

export interface FirstStepsOptions extends Omit<FlowMachineOptions, 'chance'> {
  /** What a rule of this name says at this moment; undefined where there is none. */
  readonly named: (rule: string) => NextStep | undefined;
  /** Which way of a split is taken, counted from 0; what there is no way of takes the last. */
  readonly share: (flowId: FlowId, step: StepKey) => number;
}

export interface FirstSteps {
  readonly steps: readonly FirstStep[];
  /** Where a rule that was gone to leads, where that is no flow. */
  readonly onward: NextStep | null;
}

/** What is only spoken is taken as heard. */
export function firstSteps(options: FirstStepsOptions, nowMs: number): FirstSteps {
  const flows = new Map<FlowId, CallFlow>([...options.flows, [options.flow.id, options.flow]]);
  const steps: FirstStep[] = [];
  let flow = options.flow;
  let { variables } = options;
  for (let followed = 0; followed < rulesFollowedMax; followed++) {
    const walk = new SilentWalk({ ...options, flow, flows, variables }, nowMs);
    const to = walk.go(options.named);
    steps.push(...walk.steps);
    const next = to?.kind === 'flow' ? flows.get(to.flowId) : undefined;
    if (!next) return { steps, onward: to };
    flow = next;
    variables = walk.variables;
  }
  return { steps, onward: null };
}

class SilentWalk {
  readonly steps: FirstStep[] = [];
  readonly #machine: FlowMachine;
  readonly #options: FirstStepsOptions;
  readonly #nowMs: number;

  constructor(options: FirstStepsOptions, nowMs: number) {
    this.#options = options;
    this.#nowMs = nowMs;
    const chance = (flowId: FlowId, step: StepKey) => this.#drawn(flowId, step);
    this.#machine = new FlowMachine({ ...options, chance });
  }

  get variables(): FlowVariables {
    return this.#machine.variables;
  }

  /** To where its caller is needed, or to the rule it goes to. */
  go(named: FirstStepsOptions['named']): NextStep | null {
    let last = this.#tell({ kind: 'start' });
    for (let heard = 0; heard < stepsHeardMax && !this.#machine.isEnded; heard++) {
      if (last?.kind === 'speak' && !last.isInterruptible) last = this.#tell({ kind: 'speech-ended' });
      else if (last?.kind !== 'go-to-rule') break;
      else {
        const to = named(last.rule);
        if (to) {
          this.#tell({ kind: 'call-left' });
          return to;
        }
        last = this.#tell({ kind: 'rule-missing' });
      }
    }
    this.#standing();
    return null;
  }

  #tell(input: FlowInput): FlowEffect | undefined {
    const effects = this.#machine.handle(input, this.#nowMs);
    for (const effect of effects) if (effect.kind === 'step') this.steps.push(this.#left(effect.facts));
    return effects.at(-1);
  }

  #standing(): void {
    const { place } = this.#machine;
    const flow = place && this.#options.flows.get(place.flowId);
    const step = flow?.steps[place!.stepKey];
    if (!flow || !step) return;
    const { stepKey: key } = place!;
    const title = step.title ?? null;
    this.steps.push({ flowId: flow.id, flowName: flow.name, key, kind: step.kind, title, outcome: null });
  }

  #left({ flowId, flowName, stepKey: key, stepKind: kind, title, outcome }: StepFacts): FirstStep {
    const split = this.#split(flowId, key);
    const shares = split ? { shares: { ways: sharesOf(split), taken: this.#taken(flowId, key, split) } } : {};
    return { flowId, flowName, key, kind, title, outcome, ...shares };
  }

  #split(flowId: FlowId, key: StepKey): SplitStep | undefined {
    const step = this.#options.flows.get(flowId)?.steps[key];
    return step?.kind === 'split' ? step : undefined;
  }

  #taken(flowId: FlowId, key: StepKey, { shares }: SplitStep): number {
    return Math.min(Math.max(0, this.#options.share(flowId, key)), shares.length);
  }

  /** The middle of the share that is to be taken. */
  #drawn(flowId: FlowId, key: StepKey): number {
    const split = this.#split(flowId, key);
    if (!split) return 0;
    const taken = this.#taken(flowId, key, split);
    const ways = sharesOf(split);
    const before = ways.slice(0, taken).reduce((sum, { percent }) => sum + percent, 0);
    return (before + (ways[taken]?.percent ?? 0) / 2) / 100;
  }
}

function sharesOf({ shares }: SplitStep): Share[] {
  const given = shares.map(({ label, percent }) => ({ label, percent }));
  const rest = 100 - given.reduce((sum, { percent }) => sum + percent, 0);
  return [...given, { label: '', percent: Math.max(0, rest) }];
}
