/**
 * Expressions of flows in CEL (github.com/google/cel-spec): no loops, no side effects, types told apart. Written in the editor,
 * checked at the centre, evaluated at nodes, by this one reading of it. Departures from the specification: a number with a
 * point is a decimal, exact as money needs it, and `double` does not exist; `matches` does not either, since the patterns of
 * this runtime can take unbounded time; one walk through a list may not stand within another.
 */
import { Environment, EvaluationError, ParseError, TypeError } from '@marcbachmann/cel-js';
import type { ExpressionFault, ExpressionFaultCode, Expressions } from '@seatgrid/core/flows/expression.ts';
import { valueOf, type FlowValue, type FlowVariables } from '@seatgrid/core/flows/flow-value.ts';
import { expressionCharsMax } from '@seatgrid/core/flows/limits.ts';
import { failure, success, type Result } from '@seatgrid/core/kernel/result.ts';
import { celEnvironment } from './cel-environment.ts';
import { CelFailure } from './decimal-operators.ts';
import { lookAt, withDecimals } from './look-at-expression.ts';

type Evaluate = (context: Record<string, unknown>) => unknown;
interface Read {
  readonly evaluate: Evaluate;
  readonly names: readonly string[];
  /** From a place in what is evaluated to one in what was written. */
  readonly writtenAt: (place: number) => number;
}

/** Expressions read already: a node's flows hold far fewer. */
const readsMax = 5_000;

export class CelExpressions implements Expressions {
  readonly #environment: Environment = celEnvironment();
  readonly #reads = new Map<string, Result<Read, ExpressionFault>>();

  check(text: string): ExpressionFault | undefined {
    const read = this.#read(text);
    return read.ok ? undefined : read.failure;
  }

  namesIn(text: string): readonly string[] {
    const read = this.#read(text);
    return read.ok ? read.value.names : [];
  }

  evaluate(text: string, variables: FlowVariables): Result<FlowValue, ExpressionFault> {
    const read = this.#read(text);
    if (!read.ok) return read;
    const { evaluate, names, writtenAt } = read.value;
    const context: Record<string, unknown> = {};
    for (const name of names) {
      const value = variables.get(name);
      if (value !== undefined) context[name] = value;
    }
    let result: unknown;
    try {
      result = evaluate(context);
    } catch (error) {
      return failure(faultOf(error, writtenAt));
    }
    const value = valueOf(result);
    if (value === undefined)
      return failure({ code: 'too-long', at: 0, message: 'is more than a variable may hold' });
    return success(value);
  }

  #read(text: string): Result<Read, ExpressionFault> {
    const known = this.#reads.get(text);
    if (known) return known;
    if (this.#reads.size >= readsMax) this.#reads.clear();
    const read = this.#parse(text);
    this.#reads.set(text, read);
    return read;
  }

  #parse(text: string): Result<Read, ExpressionFault> {
    if (text.length > expressionCharsMax)
      return failure({
        code: 'too-long',
        at: expressionCharsMax,
        message: `is longer than ${expressionCharsMax} characters`,
      });
    try {
      const found = lookAt(this.#environment.parse(text).ast);
      if (found.fault) return failure(found.fault);
      const { rewritten, writtenAt } = withDecimals(text, found.decimals);
      const evaluate = this.#environment.parse(rewritten);
      const { error } = evaluate.check();
      if (error) return failure(faultOf(error, writtenAt));
      return success({ evaluate, names: [...found.names], writtenAt });
    } catch (error) {
      return failure(faultOf(error, (place) => place));
    }
  }
}

const codes: Readonly<Record<string, ExpressionFaultCode>> = {
  division_by_zero: 'division-by-zero',
  modulo_by_zero: 'division-by-zero',
  unknown_variable: 'unknown-name',
  no_such_key: 'unknown-name',
  no_matching_overload: 'unknown-function',
  numeric_overflow: 'overflow',
};

function faultOf(error: unknown, writtenAt: (place: number) => number): ExpressionFault {
  if (error instanceof CelFailure)
    return { code: error.code, at: writtenAt(error.at), message: error.message };
  if (!(error instanceof ParseError || error instanceof EvaluationError || error instanceof TypeError))
    return { code: 'failed', at: 0, message: String(error) };
  // A function of ours failed: what it said is the cause.
  if (error.cause instanceof CelFailure)
    return { code: error.cause.code, at: writtenAt(error.range?.start ?? 0), message: error.cause.message };
  const code = codes[error.code] ?? (error instanceof ParseError ? 'syntax' : 'type');
  return { code, at: writtenAt(error.range?.start ?? 0), message: error.summary };
}
