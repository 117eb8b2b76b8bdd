/** Why a call went to an agent: who else could have been, and the rule by which each was passed over. Bounded; the clock is the event's. */
import type { AgentId, CallId } from '../kernel/ids.ts';
import { passedOverMax } from './limits.ts';
import type { StaffMember } from './staff-member.ts';
import type { AgentStrategy, CallStrategy } from './strategy.ts';
import { compareAtAgent, type CallAtAgent, type WaitingCall } from './waiting-call.ts';

export interface Decision {
  /** What came: the call to agents who were free, or the agent to calls that waited. */
  readonly came: 'call' | 'agent';
  /** Agents, or calls, among whom was chosen; the chosen one counts. */
  readonly among: number;
  /** Widenings the call had reached of which the last was needed. */
  readonly width: number;
  readonly passedOver: readonly PassedOver[];
}

export type PassedOver =
  /** `not-free`: one whom the call names, and who was busy, away, or does not serve the queue. */
  | { readonly agentId: AgentId; readonly by: AgentStrategy | 'not-free' }
  /** `overdue`: the one taken had waited so long that nobody overtakes it. */
  | { readonly callId: CallId; readonly by: CallStrategy | 'overdue' };

export function decisionForCall(call: WaitingCall, chosen: StaffMember): Decision {
  const { pool } = chosen;
  const passedOver: PassedOver[] = [];
  // Often one and the same.
  for (const id of new Set(pool.named(call)))
    if (id !== chosen.agent.id && !pool.members.get(id)?.agent.isReady)
      passedOver.push({ agentId: id, by: 'not-free' });
  for (const other of pool.ready.items) {
    if (passedOver.length >= passedOverMax) break;
    if (other !== chosen)
      passedOver.push({ agentId: other.agent.id, by: pool.order.compareFor(call, chosen, other).by });
  }
  return { came: 'call', among: pool.ready.length, width: pool.width, passedOver };
}

/** `others`: calls the agent could have taken, the first of each pool among them. */
export function decisionForAgent(
  chosen: CallAtAgent,
  others: readonly CallAtAgent[],
  order: readonly CallStrategy[],
  facts: { readonly among: number; readonly isOverdue: boolean },
): Decision {
  const nearest: CallAtAgent[] = [];
  for (const other of others) if (other.call !== chosen.call) putInOrder(nearest, other, order);
  const passedOver = nearest.map((other): PassedOver => {
    const by = facts.isOverdue ? 'overdue' : compareAtAgent(order, chosen, other).by;
    return { callId: other.call.callId, by };
  });
  return { came: 'agent', among: facts.among, width: chosen.width, passedOver };
}

/** Keeps the first few in their order, each call once. */
function putInOrder(nearest: CallAtAgent[], other: CallAtAgent, order: readonly CallStrategy[]): void {
  let place = nearest.length;
  for (let index = nearest.length - 1; index >= 0; index--) {
    if (nearest[index]!.call === other.call) return;
    if (compareAtAgent(order, other, nearest[index]!).difference < 0) place = index;
  }
  if (place >= passedOverMax) return;
  nearest.splice(place, 0, other);
  if (nearest.length > passedOverMax) nearest.pop();
}
