/**
 * A function of the tenant's own, in JavaScript: flows run it where they have no step for what is to be found out. It is run in a
 * sandbox (`adapters/extensions`) that has nothing but the function and what it is given; what it takes and gives has types.
 */
import type { Id } from '../kernel/ids.ts';

export type ExtensionId = Id<'extension'>;

export const parameterTypes = ['text', 'whole', 'decimal', 'flag', 'list', 'record'] as const;
/** As variables of a flow have them; any of them may be nothing. */
export type ParameterType = (typeof parameterTypes)[number];

export interface Parameter {
  readonly name: string;
  readonly type: ParameterType;
}

/** What a step has to fit. */
export interface ExtensionFace {
  readonly inputs: readonly Parameter[];
  readonly outputs: readonly Parameter[];
}

export interface Extension extends ExtensionFace {
  readonly id: ExtensionId;
  readonly name: string;
  readonly description: string;
  /** Defines `run`, which takes a record of the inputs and answers with one of the outputs. */
  readonly source: string;
  /** Counts up with every change of source, inputs or outputs. */
  readonly revision: number;
}
