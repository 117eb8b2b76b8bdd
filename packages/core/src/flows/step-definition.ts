/**
 * One kind of step, whole: what it holds, where it leads, what it must satisfy, and what it does with a call. Every kind is
 * a file in `kinds/` that makes one of these; `step-kinds.ts` lists them; everybody else reads that list.
 */
import type { FlowInput } from './flow-input.ts';
import { freshOf, type Fields, type Held, type StepKey } from './step-field.ts';
import type { Walk } from './walk.ts';

/** What a step is about: where a palette shows it. */
export const stepFamilies = [
  'speaks',
  'listens',
  'decides',
  'asks',
  'keeps',
  'hands-on',
  'confers',
  'ends',
] as const;
export type StepFamily = (typeof stepFamilies)[number];

type Flat<One> = { readonly [Name in keyof One]: One[Name] };

/** The step as it stands in a flow. */
export type StepHolding<Kind extends string, All extends Fields> = Flat<
  {
    readonly kind: Kind;
    /** What the tenant calls this step; shown in the call's menu path. */
    readonly title?: string;
  } & Held<All>
>;

export interface FieldFault {
  readonly field: string | null;
  readonly message: string;
}

/** A flow's steps as far as a check of one of them needs to see the others. */
export type OtherSteps = Readonly<Record<StepKey, { readonly kind: string }>>;

export interface StepDefinition<Kind extends string = string, All extends Fields = Fields> {
  readonly kind: Kind;
  readonly family: StepFamily;
  /** In the order a form shows them, and their ways on in the order an outline does. */
  readonly fields: All;
  /**
   * The ways on that may be taken in the instant the step is entered, without anybody having spoken, listened or waited: a
   * circle of such ways is refused.
   */
  readonly silentExits: 'all' | 'none' | readonly string[];
  /** The call may end here, or somebody else has it from here on. */
  readonly isEnd?: boolean;
  /** Beyond what the fields themselves say: they are of the right shape, and what they name exists. */
  readonly check?: (step: StepHolding<Kind, All>, others: OtherSteps) => readonly FieldFault[];
  /** Leaves the step at once, or acts and awaits (`Walk.await`) what happens. */
  readonly enter: (step: StepHolding<Kind, All>, walk: Walk) => void;
}

export type StepIn<Definition> =
  Definition extends StepDefinition<infer Kind, infer All> ? StepHolding<Kind, All> : never;

/** Infers what the step is from its fields. */
export function defineStep<const Kind extends string, const All extends Fields>(
  definition: StepDefinition<Kind, All>,
): StepDefinition<Kind, All> {
  return definition;
}

/** A step just drawn, with everything still to be chosen left empty, leading to `next` where it leads on. */
export function freshStep(definition: StepDefinition, next: StepKey): { readonly kind: string } {
  return { kind: definition.kind, ...freshOf(definition.fields, next) };
}

export type StepInput = Exclude<FlowInput, { readonly kind: 'start' | 'call-left' }>;
