/** An agent as one staff pool knows it, and to whom of a pool a call goes first. */
import { plainSiteDistance, type SiteDistance } from '../fleet/site-distance.ts';
import type { AgentId, QueueId, SiteId } from '../kernel/ids.ts';
import type { StaffPool } from './staff-pool.ts';
import type { AgentStrategy } from './strategy.ts';
import type { WaitingCall } from './waiting-call.ts';

/** What the agent has done today, counted by whoever keeps the figures. */
export interface TodayAtWork {
  readonly callsAnswered: number;
  readonly phoneMs: number;
}

export interface AgentState {
  readonly id: AgentId;
  isReady: boolean;
  readySinceMs: number;
  /** Counts readinesses, to tell equal milliseconds apart. */
  order: number;
  today: TodayAtWork;
  siteId: SiteId | null;
  memberships: StaffMember[];
  /** Of those, once somebody has asked. */
  queueIds: readonly QueueId[] | null;
}

export interface StaffMember {
  readonly agent: AgentState;
  readonly pool: StaffPool;
  /** The levels of the skills asked for, together. */
  readonly level: number;
  /** In the queue's fixed order. */
  readonly place: number;
}

type Rule = (a: StaffMember, b: StaffMember, call: WaitingCall) => number;

const rules: Readonly<Record<Exclude<AgentStrategy, 'random' | 'site'>, Rule>> = {
  'dedicated-agent': (a, b, call) => is(b, call.dedicatedAgentId) - is(a, call.dedicatedAgentId),
  'last-agent': (a, b, call) => is(b, call.lastAgentId) - is(a, call.lastAgentId),
  'skill-level': (a, b) => b.level - a.level,
  'longest-idle': (a, b) => a.agent.readySinceMs - b.agent.readySinceMs || a.agent.order - b.agent.order,
  even: (a, b) => a.agent.today.callsAnswered - b.agent.today.callsAnswered,
  'least-phone-time': (a, b) => a.agent.today.phoneMs - b.agent.today.phoneMs,
  'fixed-order': (a, b) => a.place - b.place,
};

const aboutTheCall: readonly AgentStrategy[] = ['dedicated-agent', 'last-agent', 'site'];

/** An order of strategies, split for a pool that keeps its members sorted. */
export class AgentOrder {
  readonly isRandom: boolean;
  /** Those before chance decides; the longest idle ends an order without. */
  readonly #strategies: readonly Exclude<AgentStrategy, 'random'>[];
  readonly #lasting: readonly Rule[];
  readonly #distance: SiteDistance;

  constructor(order: readonly AgentStrategy[], distance: SiteDistance = plainSiteDistance) {
    this.#distance = distance;
    const chance = order.indexOf('random');
    this.isRandom = chance >= 0;
    const before = (this.isRandom ? order.slice(0, chance) : [...order, 'longest-idle']) as Exclude<
      AgentStrategy,
      'random'
    >[];
    this.#strategies = before;
    this.#lasting = before
      .filter((strategy) => !aboutTheCall.includes(strategy))
      .map((strategy) => this.#rule(strategy));
  }

  asks(strategy: Exclude<AgentStrategy, 'random'>): boolean {
    return this.#strategies.includes(strategy);
  }

  /** Of a call that comes from nowhere all sites are alike. */
  readonly #nearest: Rule = (a, b, { siteId }) =>
    siteId === null ? 0 : this.#distance(siteId, a.agent.siteId) - this.#distance(siteId, b.agent.siteId);

  #rule(strategy: Exclude<AgentStrategy, 'random'>): Rule {
    return strategy === 'site' ? this.#nearest : rules[strategy];
  }

  /** The same for every call: what a pool is sorted by. */
  readonly compareLasting = (a: StaffMember, b: StaffMember): number =>
    this.compareAlike(a, b) || a.agent.order - b.agent.order;

  /** 0: alike, whatever the call, so that only chance tells them apart. */
  compareAlike(a: StaffMember, b: StaffMember): number {
    for (const rule of this.#lasting) {
      const difference = rule(a, b, noCall);
      if (difference !== 0) return difference;
    }
    return 0;
  }

  /** Below 0: the call goes to `a`; `by` is the strategy that says so. */
  compareFor(
    call: WaitingCall,
    a: StaffMember,
    b: StaffMember,
  ): { readonly difference: number; readonly by: AgentStrategy } {
    for (const by of this.#strategies) {
      const difference = this.#rule(by)(a, b, call);
      if (difference !== 0) return { difference, by };
    }
    return { difference: 0, by: 'random' };
  }
}

/** Stands in where no rule that is asked looks at the call. */
const noCall = undefined as unknown as WaitingCall;

function is(member: StaffMember, agentId: AgentId | null): number {
  return Number(member.agent.id === agentId);
}
