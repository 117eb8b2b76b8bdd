/**
 * The language conditions and computations are written in, as a port: `contracts/expressions` makes it real for editor, centre
 * and node alike. Whatever is written, an evaluation ends in bounded time, and touches nothing but the variables.
 */
import type { Result } from '../kernel/result.ts';
import type { FlowValue, FlowVariables } from './flow-value.ts';

export const expressionFaultCodes = [
  'syntax',
  'unknown-name',
  'unknown-function',
  'type',
  'division-by-zero',
  'overflow',
  'too-long',
  'failed',
] as const;
export type ExpressionFaultCode = (typeof expressionFaultCodes)[number];

export interface ExpressionFault {
  readonly code: ExpressionFaultCode;
  /** The character it is about, counted from 0. */
  readonly at: number;
  readonly message: string;
}

export interface Expressions {
  /** What can be said without the variables; undefined: nothing. */
  check(text: string): ExpressionFault | undefined;
  /** The variables it names. */
  namesIn(text: string): readonly string[];
  evaluate(text: string, variables: FlowVariables): Result<FlowValue, ExpressionFault>;
}
