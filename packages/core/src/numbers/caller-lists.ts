/** What a tenant's lists say of callers: who is barred (F-35), their level (F-34), whose department a number is (F-36), whose customer (F-08). */
import type { AgentId } from '../kernel/ids.ts';
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

/** F-08: this customer's calls are for this agent first, where a queue's order asks. */
export interface DedicatedAgent {
  readonly pattern: string;
  readonly agentId: AgentId;
}

export interface CallerFacts {
  readonly level: number | null;
  readonly department: string | null;
}

export interface ListedCallers {
  readonly barredNumbers: readonly string[];
  readonly customerLevels: readonly CustomerLevel[];
  readonly numberSegments: readonly NumberSegment[];
  readonly dedicatedAgents: readonly DedicatedAgent[];
}

export class CallerLists {
  readonly #from: ListedCallers;
  readonly #barred: NumberIndex<string>;
  readonly #levels: NumberIndex<number>;
  readonly #departments: NumberIndex<string>;
  readonly #dedicated: NumberIndex<AgentId>;

  constructor(lists: ListedCallers) {
    this.#from = lists;
    this.#barred = new NumberIndex(read(lists.barredNumbers, (one) => [one, one]));
    this.#levels = new NumberIndex(read(lists.customerLevels, (one) => [one.pattern, one.level]));
    this.#departments = new NumberIndex(read(lists.numberSegments, (one) => [one.pattern, one.department]));
    this.#dedicated = new NumberIndex(read(lists.dedicatedAgents, (one) => [one.pattern, one.agentId]));
  }

  /** Whether it was read from the same: reading ten thousand entries anew takes longer than a call may wait. */
  holds({ barredNumbers, customerLevels, numberSegments, dedicatedAgents }: ListedCallers): boolean {
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
      ) &&
      isSame(
        from.dedicatedAgents,
        dedicatedAgents,
        (one, other) => one.pattern === other.pattern && one.agentId === other.agentId,
      )
    );
  }

  /** The entry that bars this caller. */
  barredBy(caller: string): string | undefined {
    return this.#barred.find(caller);
  }

  /** Asked when a call comes to a queue, so that an entry made meanwhile counts. */
  dedicatedAgentOf(caller: string): AgentId | undefined {
    return this.#dedicated.find(caller);
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
