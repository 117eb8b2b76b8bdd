/**
 * Where a call to a number of the tenant begins: forced handling, else the first rule that fits, in the order of the rules. The
 * same code decides a call and answers who asks beforehand; the latter is also told which rules were passed over, and why.
 */
import type { DidId, TrunkId } from '../kernel/ids.ts';
import { calendarDates, type Calendar, type CalendarDates, type CalendarId } from './calendar.ts';
import { CallerLists, type CallerFacts, type ListedCallers } from './caller-lists.ts';
import type { InboundRule, NextStep } from './inbound-rule.ts';
import { NumberIndex } from './number-index.ts';
import { readNumberPattern } from './number-pattern.ts';
import { dutyAt, type Duty } from './working-time.ts';

export interface EntrySettings extends ListedCallers {
  readonly timeZone: string;
  readonly rules: readonly InboundRule[];
  readonly calendars: readonly Calendar[];
  readonly forcedHandling: NextStep | null;
}

export interface Arrival {
  /** As the trunk's own way of writing was read; '' where it is withheld. */
  readonly fromNumber: string;
  readonly didId: DidId;
  readonly trunkId: TrunkId | null;
  readonly atMs: number;
}

export interface Entry {
  readonly step: NextStep;
  /** Null: forced handling. */
  readonly rule: InboundRule | null;
  readonly duty: Duty | null;
  readonly caller: CallerFacts;
}

export type PassedOverBy = 'number' | 'trunk' | 'caller' | 'level' | 'off-duty' | 'later';
type TellPassedOver = (rule: InboundRule, by: PassedOverBy, duty: Duty | null) => void;

export class EntryRules {
  readonly lists: CallerLists;
  readonly #settings: EntrySettings;
  readonly #rules: readonly ReadRule[];
  readonly #byDid = new Map<DidId, ReadRule[]>();

  /** `known`: lists read before, which serve on where nothing in them changed. */
  constructor(settings: EntrySettings, known?: CallerLists) {
    this.#settings = settings;
    this.lists = known?.holds(settings) ? known : new CallerLists(settings);
    const calendars = new Map(settings.calendars.map((one) => [one.id, calendarDates(one)]));
    // By name where the order says nothing; the sort is stable, and lists come by name.
    this.#rules = settings.rules
      .map((rule) => readRule(rule, calendars))
      .sort((one, other) => one.rule.order - other.rule.order);
    for (const read of this.#rules)
      for (const didId of read.rule.didIds) {
        const rules = this.#byDid.get(didId);
        if (rules) rules.push(read);
        else this.#byDid.set(didId, [read]);
      }
  }

  /** Undefined when no rule fits. */
  decide(arrival: Arrival, passedOver?: TellPassedOver): Entry | undefined {
    const { forcedHandling, timeZone } = this.#settings;
    const caller = this.lists.factsOf(arrival.fromNumber);
    if (forcedHandling) return { step: forcedHandling, rule: null, duty: null, caller };
    let entry: Entry | undefined;
    for (const read of passedOver ? this.#rules : (this.#byDid.get(arrival.didId) ?? [])) {
      const { rule } = read;
      const duty = dutyAt(rule.workingTime, read.dates, { timeZone, nowMs: arrival.atMs });
      const by = entry ? 'later' : misfit(read, arrival, caller);
      const step = duty.isOnDuty ? rule.onDuty : rule.offDuty;
      if (by === null && step) {
        entry = { step, rule, duty, caller };
        if (!passedOver) return entry;
      } else passedOver?.(rule, by ?? 'off-duty', duty);
    }
    return entry;
  }

  /** What a rule of this name says at this moment, whoever calls; undefined where there is none, or it says nothing. */
  named(name: string, atMs: number): NextStep | undefined {
    const read = this.#rules.find(({ rule }) => rule.name === name);
    if (!read) return undefined;
    const duty = dutyAt(read.rule.workingTime, read.dates, {
      timeZone: this.#settings.timeZone,
      nowMs: atMs,
    });
    return (duty.isOnDuty ? read.rule.onDuty : read.rule.offDuty) ?? undefined;
  }
}

interface ReadRule {
  readonly rule: InboundRule;
  readonly didIds: ReadonlySet<DidId>;
  readonly callers: NumberIndex<true> | null;
  readonly dates: CalendarDates | null;
}

function readRule(rule: InboundRule, calendars: ReadonlyMap<CalendarId, CalendarDates>): ReadRule {
  const patterns = rule.callers.map(readNumberPattern).filter((pattern) => pattern !== undefined);
  return {
    rule,
    didIds: new Set(rule.didIds),
    callers:
      rule.callers.length === 0 ? null : new NumberIndex(patterns.map((pattern) => [pattern, true] as const)),
    dates: (rule.calendarId && calendars.get(rule.calendarId)) ?? null,
  };
}

/** Why a rule is not for this call, its hours aside. */
function misfit(
  { rule, didIds, callers }: ReadRule,
  arrival: Arrival,
  caller: CallerFacts,
): PassedOverBy | null {
  if (!didIds.has(arrival.didId)) return 'number';
  if (rule.trunkIds.length > 0 && !(arrival.trunkId && rule.trunkIds.includes(arrival.trunkId)))
    return 'trunk';
  if (callers && !callers.find(arrival.fromNumber)) return 'caller';
  if (rule.levels.length > 0 && !(caller.level !== null && rule.levels.includes(caller.level)))
    return 'level';
  return null;
}
