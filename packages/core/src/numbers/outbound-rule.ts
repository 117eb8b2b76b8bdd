/** over which trunks an agent's outside calls leave, how they are dialled, and which number they show. */
import type { AgentId, DidId, Id, TrunkId } from '../kernel/ids.ts';

export type OutboundRuleId = Id<'outbound-rule'>;

/** Which trunk is tried first; the others follow where it cannot take the call. */
export const trunkSelections = ['in-order', 'rotation', 'random'] as const;
export type TrunkSelection = (typeof trunkSelections)[number];

export interface OutboundRule {
  readonly id: OutboundRuleId;
  readonly name: string;
  /** An agent stands in one rule at most. Empty: every agent no other rule names, and what flows dial. */
  readonly agentIds: readonly AgentId[];
  /** In the order they are tried; calls of these agents leave on no other. */
  readonly trunkIds: readonly TrunkId[];
  readonly selection: TrunkSelection;
  /** Dialled before an outside number and taken off again, `9` for example; empty: outside numbers are dialled as they are. */
  readonly prefix: string;
  /** The number the called party sees; null: the tenant's local number where the agent is. */
  readonly callerDidId: DidId | null;
}

export function outboundRuleOf(
  rules: readonly OutboundRule[],
  agentId: AgentId | null,
): OutboundRule | undefined {
  const named = agentId && rules.find((rule) => rule.agentIds.includes(agentId));
  return named || rules.find((rule) => rule.agentIds.length === 0);
}
