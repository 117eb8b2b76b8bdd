/** What a variable of a call may be. */
import { Decimal } from '../kernel/decimal.ts';
import { valueCharsMax, valueDepthMax, valueElementsMax } from './limits.ts';

export type FlowValue =
  | string
  /** Whole. */
  | bigint
  | Decimal
  | boolean
  | null
  | readonly FlowValue[]
  | { readonly [name: string]: FlowValue };

export type FlowVariables = ReadonlyMap<string, FlowValue>;

/** As it is spoken, dialled, compared as text, and told. */
export function textOfValue(value: FlowValue | undefined): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && !(value instanceof Decimal)) return JSON.stringify(plainOf(value));
  return String(value);
}

/** As JSON has it: whole numbers beyond what JSON readers keep exact are text. */
export function plainOf(value: FlowValue): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof Decimal) return Number(String(value));
  if (Array.isArray(value)) return value.map((one: FlowValue) => plainOf(one));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plainOf(one)]));
  return value;
}

/** Plain data from outside; undefined where it is more than a variable may hold. */
export function valueOf(plain: unknown): FlowValue | undefined {
  return taken(plain, { elements: 0 }, 0);
}

function taken(plain: unknown, count: { elements: number }, depth: number): FlowValue | undefined {
  if (++count.elements > valueElementsMax || depth > valueDepthMax) return undefined;
  switch (typeof plain) {
    case 'string':
      return plain.length > valueCharsMax ? undefined : plain;
    case 'boolean':
    case 'bigint':
      return plain;
    case 'number':
      return Number.isSafeInteger(plain) ? BigInt(plain) : (Decimal.parse(String(plain)) ?? String(plain));
    case 'object': {
      if (plain === null || plain instanceof Decimal) return plain;
      if (Array.isArray(plain)) {
        const values = plain.map((one) => taken(one, count, depth + 1));
        return values.includes(undefined) ? undefined : (values as FlowValue[]);
      }
      const named = Object.entries(plain).map(([name, one]) => [name, taken(one, count, depth + 1)] as const);
      if (named.some(([, one]) => one === undefined)) return undefined;
      return Object.fromEntries(named) as Record<string, FlowValue>;
    }
    default:
      return null;
  }
}
