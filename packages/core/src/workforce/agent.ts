import type { AgentId, GroupId, UserId } from '../kernel/ids.ts';
import type { Locale } from '../kernel/locale.ts';
import type { SkillRequirement } from '../routing/queue.ts';

/** E-10: 综合座席, 专业座席, 区域座席, 班长座席. A leader holds the leader position of the group while signed in. */
export const agentKinds = ['general', 'specialist', 'regional', 'leader'] as const;
export type AgentKind = (typeof agentKinds)[number];

export interface Agent {
  readonly id: AgentId;
  readonly userId: UserId;
  readonly name: string;
  /** 工号: what permissions and records attach to. */
  readonly staffId: string;
  /** The desk phone's number inside the tenant; digits, unique per tenant. */
  readonly extension: string;
  readonly locale: Locale;
  readonly kind: AgentKind;
  /** Null: led by nobody. */
  readonly groupId: GroupId | null;
  readonly skills: readonly AgentSkill[];
  /** E-04: connects after the alert tone without a click. */
  readonly isAutoAnswer: boolean;
}

/** The level an agent has; compared with a queue's requirement. */
export type AgentSkill = SkillRequirement;
