/** A call, or any other contact, that wants an agent of a queue, and in which order such are served. */
import type { AgentId, CallId, QueueId, SiteId } from '../kernel/ids.ts';
import type { QueueState } from './queue-state.ts';
import type { ServiceClass } from './service-class.ts';
import type { CallStrategy } from './strategy.ts';

/** One queue serves them all by one rule; none of the strategies asks which it is. */
export const contactKinds = ['call', 'web-call', 'video', 'chat', 'fax', 'email', 'sms', 'callback'] as const;
export type ContactKind = (typeof contactKinds)[number];

export interface Wanting {
  readonly callId: CallId;
  readonly queueId: QueueId;
  readonly contact: ContactKind;
  /** 1 is the highest; null: none. */
  readonly customerLevel: number | null;
  readonly dedicatedAgentId: AgentId | null;
  readonly lastAgentId: AgentId | null;
  readonly siteId: SiteId | null;
}

export interface WaitingCall extends Wanting {
  readonly queue: QueueState;
  readonly sinceMs: number;
  /** Arrival at this node, to tell equal milliseconds apart. */
  readonly order: number;
  /** `open` rings all: whoever becomes ready rings too. */
  state: 'waiting' | 'ringing' | 'open';
  /** How many widenings of its queue it has reached. */
  width: number;
  /** Of its queue, kept here because every comparison asks. */
  priority: number;
  /** Of its queue, where the order of calls asks; else null. */
  serviceClass: ServiceClass | null;
  /** From here on it is overtaken by nobody. */
  overdueAtMs: number;
}

/** A call as one agent sees it. */
export interface CallAtAgent {
  readonly call: WaitingCall;
  /** By which widening the agent may take it. */
  readonly width: number;
  readonly isOwn: boolean;
  /** Of its class of service, at this moment. */
  readonly urgency: number;
}

export function compareArrival(a: WaitingCall, b: WaitingCall): number {
  return a.sinceMs - b.sinceMs || a.order - b.order;
}

export function compareSince(a: WaitingCall, b: WaitingCall): number {
  return a.sinceMs - b.sinceMs || a.order - b.order;
}

export function compareOverdue(a: WaitingCall, b: WaitingCall): number {
  return a.overdueAtMs - b.overdueAtMs || a.order - b.order;
}

export type CompareCalls = (a: WaitingCall, b: WaitingCall) => number;

/** The order of calls of one class of service, as far as it is the same for every agent: it lasts as long as they wait. */
export function callComparison(order: readonly CallStrategy[]): CompareCalls {
  return byRules(order.flatMap((strategy) => (isForAll(strategy) ? [forAll[strategy]] : [])));
}

/** The same across classes, as they stand at an instant. */
export function callComparisonAt(order: readonly CallStrategy[], nowMs: number): CompareCalls {
  const byClass: CompareCalls = (a, b) => urgencyOf(b, nowMs) - urgencyOf(a, nowMs);
  return byRules(
    order.flatMap((strategy) =>
      strategy === 'service-target' ? [byClass] : isForAll(strategy) ? [forAll[strategy]] : [],
    ),
  );
}

export function urgencyOf({ serviceClass }: WaitingCall, nowMs: number): number {
  return serviceClass?.urgencyAt(nowMs) ?? 0;
}

function byRules(rules: readonly CompareCalls[]): CompareCalls {
  return (a, b) => {
    for (const rule of rules) {
      const difference = rule(a, b);
      if (difference !== 0) return difference;
    }
    return compareArrival(a, b);
  };
}

/** Below 0: `a` goes first; `by` is the rule that says so. */
export function compareAtAgent(
  order: readonly CallStrategy[],
  a: CallAtAgent,
  b: CallAtAgent,
): { readonly difference: number; readonly by: CallStrategy } {
  for (const by of order) {
    const difference = isForAll(by) ? forAll[by](a.call, b.call) : atAgent[by](a, b);
    if (difference !== 0) return { difference, by };
  }
  return { difference: compareArrival(a.call, b.call), by: 'first-come' };
}

const lowestLevel = Number.MAX_SAFE_INTEGER;

const forAll = {
  'queue-priority': (a, b) => b.priority - a.priority,
  'customer-priority': (a, b) => (a.customerLevel ?? lowestLevel) - (b.customerLevel ?? lowestLevel),
  'first-come': compareArrival,
} satisfies Partial<Record<CallStrategy, CompareCalls>>;

const atAgent = {
  'service-target': (a, b) => b.urgency - a.urgency,
  'own-customer': (a, b) => Number(b.isOwn) - Number(a.isOwn),
  'closest-fit': (a, b) => a.width - b.width,
} satisfies Partial<Record<CallStrategy, (a: CallAtAgent, b: CallAtAgent) => number>>;

function isForAll(strategy: CallStrategy): strategy is keyof typeof forAll {
  return strategy in forAll;
}
