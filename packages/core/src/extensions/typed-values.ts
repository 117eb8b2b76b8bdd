/** What goes into an extension and comes out of it, by the types it declares: between values of a flow and plain data of JavaScript. */
import { plainOf, textOfValue, valueOf, type FlowValue } from '../flows/flow-value.ts';
import { Decimal } from '../kernel/decimal.ts';
import { failure, success, type Result } from '../kernel/result.ts';
import type { Parameter, ParameterType } from './extension.ts';

/** More digits than this a number of JavaScript does not keep. */
const digitsKept = 15;

export type NamedValues = Readonly<Record<string, FlowValue>>;

/** As the function is given them; one that is not given is null. The failure is a sentence. */
export function plainInputs(
  inputs: readonly Parameter[],
  given: NamedValues,
): Result<Readonly<Record<string, unknown>>, string> {
  const plain: Record<string, unknown> = {};
  for (const { name, type } of inputs) {
    const value = Object.hasOwn(given, name) ? given[name]! : null;
    plain[name] = value === null ? null : into[type](value);
    if (plain[name] === undefined)
      return failure(`${name} is no ${typeWords[type]}: ${textOfValue(value).slice(0, 80)}`);
  }
  return success(plain);
}

/** As a flow takes them. */
export function outputValues(outputs: readonly Parameter[], plain: unknown): Result<NamedValues, string> {
  if (typeof plain !== 'object' || plain === null || Array.isArray(plain))
    return failure('run did not answer with a record of its outputs');
  const values: Record<string, FlowValue> = {};
  for (const { name, type } of outputs) {
    if (!Object.hasOwn(plain, name)) return failure(`run did not answer with ${name}`);
    const held = (plain as Record<string, unknown>)[name];
    const value = held === null ? null : outOf[type](held);
    if (value === undefined) return failure(`${name} is no ${typeWords[type]}, or more than a variable may hold`);
    values[name] = value;
  }
  return success(values);
} // prettier-ignore

const typeWords: Readonly<Record<ParameterType, string>> = {
  text: 'text',
  whole: 'whole number',
  decimal: 'number',
  flag: 'true or false',
  list: 'list',
  record: 'record',
};

/** Undefined where the value is not of the type. What a caller keyed, and what a service answered, is text: it may say a number. */
const into: Readonly<Record<ParameterType, (value: FlowValue) => unknown>> = {
  text: textOfValue,
  whole: (value) => (value === '' ? null : numberOf(value, (text) => /^[+-]?\d+$/.test(text))),
  decimal: (value) => (value === '' ? null : numberOf(value, () => true)),
  flag: (value) => (value === '' ? null : { true: true, false: false }[textOfValue(value)]),
  list: (value) => structured(value, true),
  record: (value) => structured(value, false),
};

function numberOf(value: FlowValue, isRight: (text: string) => boolean): number | undefined {
  const text = typeof value === 'boolean' ? '' : textOfValue(value).trim();
  if (!isRight(text) || !Decimal.parse(text)) return undefined;
  return text.replace(/^[+-]|\./g, '').replace(/^0+/, '').length > digitsKept ? undefined : Number(text);
}

function structured(value: FlowValue, isList: boolean): unknown {
  if (value === '') return null;
  const plain = typeof value === 'string' ? parsed(value) : plainOf(value);
  return typeof plain === 'object' && plain !== null && Array.isArray(plain) === isList ? plain : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const outOf: Readonly<Record<ParameterType, (plain: unknown) => FlowValue | undefined>> = {
  text: (plain) => (typeof plain === 'string' ? valueOf(plain) : undefined),
  // A whole number of more digits is told as text.
  whole: (plain) =>
    Number.isSafeInteger(plain) || (typeof plain === 'string' && /^-?\d{1,40}$/.test(plain))
      ? BigInt(plain as number | string)
      : undefined,
  decimal: (plain) =>
    typeof plain === 'number' || typeof plain === 'string' ? Decimal.parse(String(plain)) : undefined,
  flag: (plain) => (typeof plain === 'boolean' ? plain : undefined),
  list: (plain) => (Array.isArray(plain) ? valueOf(plain) : undefined),
  record: (plain) => (typeof plain === 'object' && !Array.isArray(plain) ? valueOf(plain) : undefined),
};
