/** F-17 to F-24: agents whose positions ring for a call, which of them when, and what comes when none answers. */
import type { AgentId, RingGroupId } from '../kernel/ids.ts';
import { randomInteger, type Random } from '../kernel/random.ts';
import type { NextStep } from '../numbers/inbound-rule.ts';

export const ringStrategies = ['in-order', 'most-idle', 'memory', 'equal-shares', 'all', 'random'] as const;
export type RingStrategy = (typeof ringStrategies)[number];

export interface RingGroup {
  readonly id: RingGroupId;
  readonly name: string;
  /** In the order they ring. */
  readonly agentIds: readonly AgentId[];
  readonly strategy: RingStrategy;
  /** So long the group rings at most. */
  readonly ringTimeoutMs: number;
  /** One position, before the next is tried; `equal-shares` divides, and `all` gives each, the whole time. */
  readonly ringEachMs: number;
  readonly onNoAnswer: NextStep;
}

/** What is known at the moment somebody is to be rung. */
export interface RingMoment {
  /** Rang for this call already: everyone rings once. */
  readonly rung: ReadonlySet<AgentId>;
  readonly remainingMs: number;
  readonly isFree: (agentId: AgentId) => boolean;
  /** F-18: with customers, so far today. */
  readonly phoneTimeMs: (agentId: AgentId) => number;
  /** F-20: who answered this caller before, the last one first. */
  readonly answeredBefore: readonly AgentId[];
  readonly random: Random;
}

export interface Ringing {
  readonly agentIds: readonly AgentId[];
  readonly lastsMs: number;
}

/** Who rings now, and how long; undefined: nobody is left, or the group's time is over. */
export function nextRinging(group: RingGroup, moment: RingMoment): Ringing | undefined {
  const free = group.agentIds.filter((id) => !moment.rung.has(id) && moment.isFree(id));
  if (free.length === 0 || moment.remainingMs <= 0) return undefined;
  const lastsMs = Math.min(eachMs(group), moment.remainingMs);
  return { agentIds: group.strategy === 'all' ? free : [oneOf(free, group.strategy, moment)], lastsMs };
}

function eachMs({ strategy, ringTimeoutMs, ringEachMs, agentIds }: RingGroup): number {
  switch (strategy) {
    case 'all':
      return ringTimeoutMs;
    case 'equal-shares':
      return Math.floor(ringTimeoutMs / agentIds.length);
    default:
      return ringEachMs;
  }
}

function oneOf(free: readonly AgentId[], strategy: RingStrategy, moment: RingMoment): AgentId {
  switch (strategy) {
    case 'most-idle':
      return free.reduce((least, id) => (moment.phoneTimeMs(id) < moment.phoneTimeMs(least) ? id : least));
    case 'memory':
      return moment.answeredBefore.find((id) => free.includes(id)) ?? free[0]!;
    case 'random':
      return free[randomInteger(moment.random, free.length)]!;
    default:
      return free[0]!;
  }
}
