/** Which waiting call an agent takes who has become free, and why that one. */
import { decisionForAgent, type Decision } from './decision.ts';
import { passedOverMax } from './limits.ts';
import type { AgentState } from './staff-member.ts';
import type { CallStrategy } from './strategy.ts';
import { compareAtAgent, compareOverdue, type CallAtAgent, type WaitingCall } from './waiting-call.ts';

interface Choice {
  readonly call: WaitingCall;
  readonly decision: Decision;
}

/** `own`: calls that wait for this agent by name, where the order asks for such. */
export function callForAgent(
  agent: AgentState,
  own: ReadonlySet<WaitingCall> | undefined,
  order: readonly CallStrategy[],
  nowMs: number,
): Choice | undefined {
  const heads: CallAtAgent[] = [];
  let among = 0;
  let overdue: CallAtAgent | undefined;
  for (const { pool } of agent.memberships) {
    const { first, length } = pool.waiting;
    if (!first) continue;
    among += length;
    heads.push({ call: first, width: pool.width, isOwn: own?.has(first) ?? false });
    const oldest = pool.overdue.first!;
    if (oldest.overdueAtMs <= nowMs && (!overdue || compareOverdue(oldest, overdue.call) < 0))
      overdue = { call: oldest, width: pool.width, isOwn: false };
  }
  if (heads.length === 0) return undefined;
  if (own) heads.push(...ownCalls(agent, own));
  const chosen = overdue ?? firstOf(heads, order);
  const others = [...heads, ...nextTo(chosen, agent, own)];
  const decision = decisionForAgent(chosen, others, order, { among, isOverdue: overdue !== undefined });
  return { call: chosen.call, decision };
}

function firstOf(heads: readonly CallAtAgent[], order: readonly CallStrategy[]): CallAtAgent {
  let first = heads[0]!;
  for (const head of heads) if (compareAtAgent(order, head, first).difference < 0) first = head;
  return first;
}

/** Those behind it in its pool, for the story: the choice was between the first of each. */
function nextTo(
  { width, call }: CallAtAgent,
  agent: AgentState,
  own: ReadonlySet<WaitingCall> | undefined,
): CallAtAgent[] {
  const member = agent.memberships.find(({ pool }) => call.queue.pools[width] === pool);
  return (member?.pool.waiting.items.slice(0, passedOverMax + 1) ?? []).map((next) => ({
    call: next,
    width,
    isOwn: own?.has(next) ?? false,
  }));
}

function ownCalls(agent: AgentState, own: ReadonlySet<WaitingCall>): CallAtAgent[] {
  const found: CallAtAgent[] = [];
  for (const call of own)
    for (const { pool } of agent.memberships)
      if (pool.width <= call.width && call.queue.pools[pool.width] === pool)
        found.push({ call, width: pool.width, isOwn: true });
  return found;
}
