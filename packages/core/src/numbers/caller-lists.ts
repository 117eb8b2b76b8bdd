/** What a tenant's lists say of callers: who is barred (F-35), which customers have which level (F-34), whose department a number is (F-36). */
import { NumberIndex } from './number-index.ts';
import { readNumberPattern, type NumberPattern } from './number-pattern.ts';

/** F-34: 1 is the first to be served. */
export const customerLevels = [1, 2, 3, 4, 5, 6, 7, 8, 9] as const;

export interface CustomerLevel {
  readonly pattern: string;
  readonly level: number;
}

export interface NumberSegment {
  readonly pattern: string;
  readonly department: string;
}

export interface CallerFacts {
  readonly level: number | null;
  readonly department: string | null;
}

export interface ListedCallers {
  readonly barredNumbers: readonly string[];
  readonly customerLevels: readonly CustomerLevel[];
  readonly numberSegments: readonly NumberSegment[];
}

export class CallerLists {
  readonly #from: ListedCallers;
  readonly #barred: NumberIndex<string>;
  readonly #levels: NumberIndex<number>;
  readonly #departments: NumberIndex<string>;

  constructor(lists: ListedCallers) {
    this.#from = lists;
    this.#barred = new NumberIndex(read(lists.barredNumbers, (one) => [one, one]));
    this.#levels = new NumberIndex(read(lists.customerLevels, (one) => [one.pattern, one.level]));
    this.#departments = new NumberIndex(read(lists.numberSegments, (one) => [one.pattern, one.department]));
  }

  /** Whether it was read from the same: reading ten thousand entries anew takes longer than a call may wait. */
  holds({ barredNumbers, customerLevels, numberSegments }: ListedCallers): boolean {
    const from = this.#from;
    return (
      isSame(from.barredNumbers, barredNumbers, (one, other) => one === other) &&
      isSame(
        from.customerLevels,
        customerLevels,
        (one, other) => one.pattern === other.pattern && one.level === other.level,
      ) &&
      isSame(
        from.numberSegments,
        numberSegments,
        (one, other) => one.pattern === other.pattern && one.department === other.department,
      )
    );
  }

  /** The entry that bars this caller. */
  barredBy(caller: string): string | undefined {
    return this.#barred.find(caller);
  }

  factsOf(caller: string): CallerFacts {
    return {
      level: this.#levels.find(caller) ?? null,
      department: this.#departments.find(caller) ?? null,
    };
  }
}

/** The contract let patterns in alone; what another version wrote and we cannot read fits nobody. */
function* read<Entry, Value>(
  entries: readonly Entry[],
  of: (entry: Entry) => readonly [string, Value],
): Iterable<readonly [NumberPattern, Value]> {
  for (const entry of entries) {
    const [written, value] = of(entry);
    const pattern = readNumberPattern(written);
    if (pattern) yield [pattern, value];
  }
}

function isSame<Entry>(
  some: readonly Entry[],
  others: readonly Entry[],
  equals: (one: Entry, other: Entry) => boolean,
): boolean {
  return some.length === others.length && some.every((one, at) => equals(one, others[at]!));
}
