import type { AgentId, UserId } from '../kernel/ids.ts';
import type { Locale } from '../kernel/locale.ts';
import type { SkillRequirement } from '../routing/queue.ts';

export interface Agent {
  readonly id: AgentId;
  readonly userId: UserId;
  readonly name: string;
  /** 工号: what permissions and records attach to. */
  readonly staffId: string;
  /** The desk phone's number inside the tenant; digits, unique per tenant. */
  readonly extension: string;
  readonly locale: Locale;
  readonly skills: readonly AgentSkill[];
  /** E-04: connects after the alert tone without a click. */
  readonly isAutoAnswer: boolean;
}

/** The level an agent has; compared with a queue's requirement. */
export type AgentSkill = SkillRequirement;
