import type { PromptId, QueueId, SkillId } from '../kernel/ids.ts';
import type { Utterance } from '../flows/step-field.ts';
import type { NextStep } from '../numbers/inbound-rule.ts';

/** F-22: whom a caller rings: the longest idle, one after the other, or every idle agent at once. */
export const ringings = ['one-by-one', 'all'] as const;
export type Ringing = (typeof ringings)[number];

export interface Queue {
  readonly id: QueueId;
  readonly name: string;
  /** An agent serves the queue who has every skill at its level or above. */
  readonly requires: readonly SkillRequirement[];
  readonly ringing: Ringing;
  /** E-06: how long one agent rings before the next is tried and this one is set not ready. */
  readonly ringTimeoutMs: number;
  /** After-call work granted after each call; 0 goes straight to ready. */
  readonly wrapUpMs: number;
  /** F-25: callers waiting at most; the next takes `onFull`. */
  readonly waitingMax: number;
  readonly waitMaxMs: number;
  readonly onFull: NextStep;
  readonly onTimeout: NextStep;
  readonly entry: readonly Utterance[];
  /** Music prompts in order; the tenant's default when empty. */
  readonly music: readonly PromptId[];
  /** Speak the caller's position every so often; null: never. */
  readonly announcePositionEveryMs: number | null;
  readonly isRecorded: boolean;
}

export interface SkillRequirement {
  readonly skillId: SkillId;
  /** 1–9, higher is better. */
  readonly level: number;
}
