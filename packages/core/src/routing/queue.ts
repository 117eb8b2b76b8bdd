import type { AgentId, GroupId, PromptId, QueueId, SkillId } from '../kernel/ids.ts';
import type { Utterance } from '../flows/step-field.ts';
import type { NextStep } from '../numbers/inbound-rule.ts';
import type { CallbackSettings, Duty } from './callback.ts';
import type { AgentStrategy } from './strategy.ts';

/** F-22: whom a caller rings: the longest idle, one after the other, or every idle agent at once. */
export const ringings = ['one-by-one', 'all'] as const;
export type Ringing = (typeof ringings)[number];

/**
 * What an agent does who becomes free where callers wait at several nodes: `local-first` serves those of their own node at once and others
 * when none of those fits; `strict-order` asks first whether an older call waits elsewhere.
 */
export const reaches = ['local-first', 'strict-order'] as const;
export type Reach = (typeof reaches)[number];

export interface Queue {
  readonly id: QueueId;
  readonly name: string;
  /** An agent serves the queue who has every skill at its level or above. */
  readonly requires: readonly SkillRequirement[];
  /** F-28: agents of these groups alone; of any where empty. */
  readonly groupIds: readonly GroupId[];
  /** Who may serve besides, in steps, each wider than the one before. */
  readonly widenings: readonly Widening[];
  /** F-04: 1–9, higher goes first. */
  readonly priority: number;
  /** Having waited so long, a call is overtaken by nobody any more: nobody starves. */
  readonly overtakenMaxMs: number;
  /** F-11: queues of the same target are one class of service; null: none is promised. */
  readonly serviceTarget: ServiceTarget | null;
  /** F-09: to whom a call goes, by the first of these that tells two agents apart; then to the longest idle. */
  readonly agentOrder: readonly AgentStrategy[];
  /** F-31: what `fixed-order` goes by; whoever is not named comes after. */
  readonly fixedOrder: readonly AgentId[];
  readonly ringing: Ringing;
  /** Across nodes; of one that stands alone nothing is asked. */
  readonly reach: Reach;
  /** E-06: how long one agent rings before the next is tried and this one is set not ready. */
  readonly ringTimeoutMs: number;
  /** After-call work granted after each call; 0 goes straight to ready. */
  readonly wrapUpMs: number;
  /** F-25: callers waiting at most; the next takes `onFull`. */
  readonly waitingMax: number;
  readonly waitMaxMs: number;
  readonly onFull: NextStep;
  readonly onTimeout: NextStep;
  /** F-10: nobody who serves the queue is signed in; null: it is waited all the same. */
  readonly onNobody: NextStep | null;
  /** F-26: taken at once by every call that finds no agent free; null: switched off. */
  readonly onAllBusy: NextStep | null;
  /** F-10: taken by a call that is expected to wait longer than this; null: it is waited all the same. */
  readonly onLongWait: { readonly overMs: number; readonly step: NextStep } | null;
  readonly entry: readonly Utterance[];
  /** Music prompts in order; the tenant's default when empty. */
  readonly music: readonly PromptId[];
  /** Speak the caller's position every so often; null: never. */
  readonly announcePositionEveryMs: number | null;
  /** Tell the expected wait at entry and, where set, every so often; null: never. Where it cannot be said, nothing is. */
  readonly announceWait: { readonly everyMs: number | null } | null;
  readonly isRecorded: boolean;
  /** Who calls may be called back instead of waiting, in the same place; null: not offered. */
  readonly callback: CallbackSettings | null;
  /** F-15 */
  readonly duty: Duty;
}

export interface SkillRequirement {
  readonly skillId: SkillId;
  /** 1–9, higher is better. */
  readonly level: number;
}

/** So many of a hundred calls are to be answered within so long of entering the queue. */
export interface ServiceTarget {
  readonly percent: number;
  readonly withinMs: number;
}

/** Opens the queue to more agents once a call has waited so long, or so many wait, or its class misses its target; a call that it has reached stays reached. */
export interface Widening extends Staff {
  /** 0: as soon as nobody of those before is free; null: by the number waiting alone. */
  readonly afterMs: number | null;
  /** Reserve agents: calls waiting in the queue at least; null: by the wait alone. */
  readonly whenWaiting: number | null;
  /** F-11: as calls come while the queue's class of service is below its target. */
  readonly whenBelowTarget: boolean;
}

/** Whom a queue, or one widening of it, means. */
export interface Staff {
  readonly requires: readonly SkillRequirement[];
  readonly groupIds: readonly GroupId[];
}

/** What a queue is that says nothing of these: first come, first served, by the longest idle. */
export const plainRouting = {
  groupIds: [],
  widenings: [],
  priority: 5,
  overtakenMaxMs: 600_000,
  serviceTarget: null,
  agentOrder: ['longest-idle'],
  fixedOrder: [],
  reach: 'local-first',
  onNobody: null,
  onAllBusy: null,
  onLongWait: null,
  announceWait: null,
  callback: null,
  duty: { kind: 'inbound' },
} as const satisfies Partial<Queue>;
