/** What decimals and whole numbers do with one another in an expression. */
import type { ASTNode, Environment } from '@marcbachmann/cel-js';
import type { ExpressionFaultCode } from '@seatgrid/core/flows/expression.ts';
import { Decimal } from '@seatgrid/core/kernel/decimal.ts';

export class CelFailure extends Error {
  override readonly name = 'CelFailure';
  readonly code: ExpressionFaultCode;
  /** The character it is about, where the operator was told. */
  at = 0;

  constructor(code: ExpressionFaultCode, message: string) {
    super(message);
    this.code = code;
  }
}

const digitsMax = 60;
type Numeric = Decimal | bigint;
const decimalOf = (value: Numeric) => (typeof value === 'bigint' ? Decimal.of(value) : value);

function bounded(value: Decimal): Decimal {
  if (String(value.units).length > digitsMax)
    throw new CelFailure('overflow', 'is more than a decimal may hold');
  return value;
}

function parsed(text: string): Decimal {
  const value = Decimal.parse(text);
  if (!value) throw new CelFailure('type', `"${text.slice(0, 40)}" is not a number`);
  return value;
}

function divided(a: Decimal, b: Decimal): Decimal {
  const value = a.dividedBy(b);
  if (!value) throw new CelFailure('division-by-zero', 'division by zero');
  return value;
}

export function registerDecimals(environment: Environment): void {
  environment.registerType('decimal', { ctor: Decimal, fields: {} });
  environment.registerFunction('decimal(string): decimal', parsed);
  environment.registerFunction('decimal(int): decimal', (whole: bigint) => Decimal.of(whole));
  environment.registerFunction('decimal(decimal): decimal', (one: Decimal) => one);
  environment.registerFunction('string(decimal): string', String);
  environment.registerFunction('int(decimal): int', (one: Decimal) => one.whole());
  environment.registerFunction('round(decimal, int): decimal', (one: Decimal, places: bigint) =>
    one.rounded(Number(places)),
  );
  environment.registerOperator('-decimal: decimal', (one: Decimal) => one.negated());
  const pairs = ['decimal OP decimal', 'decimal OP int', 'int OP decimal'];
  for (const pair of pairs) {
    const binary = (op: string, result: string, work: (a: Decimal, b: Decimal) => unknown) =>
      environment.registerOperator(
        `${pair.replace('OP', op)}: ${result}`,
        (a: Numeric, b: Numeric, node?: ASTNode) => {
          try {
            return work(decimalOf(a), decimalOf(b));
          } catch (error) {
            if (error instanceof CelFailure) error.at = node?.range.start ?? 0;
            throw error;
          }
        },
      );
    binary('+', 'decimal', (a, b) => bounded(a.plus(b)));
    binary('-', 'decimal', (a, b) => bounded(a.minus(b)));
    binary('*', 'decimal', (a, b) => bounded(a.times(b)));
    binary('/', 'decimal', (a, b) => bounded(divided(a, b)));
    binary('<', 'bool', (a, b) => a.compare(b) < 0);
    binary('<=', 'bool', (a, b) => a.compare(b) <= 0);
    binary('>', 'bool', (a, b) => a.compare(b) > 0);
    binary('>=', 'bool', (a, b) => a.compare(b) >= 0);
  }
  // Both orders, and `!=`, follow.
  for (const other of ['decimal', 'int'])
    environment.registerOperator(
      `decimal == ${other}: bool`,
      (a: Numeric, b: Numeric) => decimalOf(a).compare(decimalOf(b)) === 0,
    );
}
