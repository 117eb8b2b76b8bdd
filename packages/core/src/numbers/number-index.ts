/**
 * Finds what a list says of a caller, however either is written; the narrowest entry that fits counts, in whichever way it is written: the
 * number itself, then the longest beginning. A look costs as many glances as a number has digits, however long the list is.
 */
import { nationalDigits, readNumber, type NumberPattern } from './number-pattern.ts';

export class NumberIndex<Value> {
  readonly #international = new Map<string, Value>();
  /** Written as at home. */
  readonly #bare = new Map<string, Value>();
  /** The international ones without their country code, for callers told as at home. */
  readonly #national = new Map<string, Value>();

  constructor(entries: Iterable<readonly [NumberPattern, Value]>) {
    for (const [pattern, value] of entries)
      for (const key of keysOf(pattern)) {
        put(pattern.isInternational ? this.#international : this.#bare, key, value);
        if (pattern.isInternational) put(this.#national, nationalDigits(key), value);
      }
  }

  get isEmpty(): boolean {
    return this.#international.size === 0 && this.#bare.size === 0;
  }

  find(caller: string): Value | undefined {
    if (this.isEmpty) return undefined;
    const number = readNumber(caller);
    if (!number) return undefined;
    const { digits, isInternational } = number;
    return isInternational
      ? narrowest(look(this.#international, digits), look(this.#bare, nationalDigits(digits)))
      : narrowest(look(this.#bare, digits), look(this.#international, digits), look(this.#national, digits));
  }
}

/** The first entry stays: what stands earlier in a list counts. */
function put<Value>(map: Map<string, Value>, key: string, value: Value): void {
  if (!map.has(key)) map.set(key, value);
}

interface Found<Value> {
  readonly value: Value;
  /** Digits that the entry leaves open. */
  readonly open: number;
}

/** Of equally narrow ones the first. */
function narrowest<Value>(...found: readonly (Found<Value> | undefined)[]): Value | undefined {
  let best: Found<Value> | undefined;
  for (const one of found) if (one && (!best || one.open < best.open)) best = one;
  return best?.value;
}

function look<Value>(map: ReadonlyMap<string, Value>, digits: string): Found<Value> | undefined {
  if (map.size === 0) return undefined;
  for (let length = digits.length; length > 0; length--) {
    const beginning = digits.slice(0, length);
    const open = digits.length - length;
    const value = map.get(beginning + '?'.repeat(open)) ?? map.get(`${beginning}*`);
    if (value !== undefined) return { value, open };
  }
  return undefined;
}

/** `?` stands for one digit, `*` for any that follow. */
function keysOf(pattern: NumberPattern): string[] {
  switch (pattern.kind) {
    case 'number':
      return [pattern.digits];
    case 'prefix':
      return [`${pattern.digits}*`];
    case 'range':
      return rangeKeys(pattern.first, pattern.last);
  }
}

/** The fewest beginnings that hold exactly the numbers from `first` to `last`, which are equally long. */
export function rangeKeys(first: string, last: string): string[] {
  if (first === last) return [first];
  if (/^0*$/.test(first) && /^9*$/.test(last)) return ['?'.repeat(first.length)];
  const from = Number(first[0]);
  const to = Number(last[0]);
  const keys: string[] = [];
  const rest = first.length - 1;
  for (let digit = from; digit <= to; digit++) {
    const low = digit === from ? first.slice(1) : '0'.repeat(rest);
    const high = digit === to ? last.slice(1) : '9'.repeat(rest);
    for (const key of rangeKeys(low, high)) keys.push(`${digit}${key}`);
  }
  return keys;
}
