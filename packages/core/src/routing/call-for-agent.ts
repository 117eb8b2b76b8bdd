/** Which waiting call an agent takes who has become free, and why that one. */
import { decisionForAgent, type Decision } from './decision.ts';
import { passedOverMax } from './limits.ts';
import type { AgentState } from './staff-member.ts';
import type { CallStrategy } from './strategy.ts';
import {
  compareAtAgent,
  compareOverdue,
  urgencyOf,
  type CallAtAgent,
  type WaitingCall,
} from './waiting-call.ts';

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
  const seen = (call: WaitingCall, width: number): CallAtAgent => ({
    call,
    width,
    isOwn: own?.has(call) ?? false,
    urgency: urgencyOf(call, nowMs),
  });
  const look = (first: WaitingCall | undefined, waits: number, width: number) => {
    among += waits;
    if (first) heads.push(seen(first, width));
  };
  for (const { pool } of agent.memberships) {
    const { head, classes, width } = pool;
    if (!head && !classes) continue;
    look(head, pool.waits, width);
    if (classes) for (const line of classes.values()) look(line.first, line.length, width);
    if (pool.overdueAtMs > nowMs) continue;
    const oldest = pool.overdue.first!;
    if (!overdue || compareOverdue(oldest, overdue.call) < 0) overdue = seen(oldest, width);
  }
  if (heads.length === 0) return undefined;
  if (own) for (const { call, width } of ownCalls(agent, own)) heads.push(seen(call, width));
  const chosen = overdue ?? firstOf(heads, order);
  const others = [...heads, ...nextTo(chosen, agent).map((call) => seen(call, chosen.width))];
  const decision = decisionForAgent(chosen, others, order, { among, isOverdue: overdue !== undefined });
  return { call: chosen.call, decision };
}

function firstOf(heads: readonly CallAtAgent[], order: readonly CallStrategy[]): CallAtAgent {
  let first = heads[0]!;
  for (const head of heads) if (compareAtAgent(order, head, first).difference < 0) first = head;
  return first;
}

/** Those behind it in its pool, for the story: the choice was between the first of each. */
function nextTo({ width, call }: CallAtAgent, agent: AgentState): readonly WaitingCall[] {
  const member = agent.memberships.find(({ pool }) => call.queue.pools[width] === pool);
  return member?.pool.line(call).items.slice(0, passedOverMax + 1) ?? [];
}

function ownCalls(agent: AgentState, own: ReadonlySet<WaitingCall>): Pick<CallAtAgent, 'call' | 'width'>[] {
  const found: Pick<CallAtAgent, 'call' | 'width'>[] = [];
  for (const call of own)
    for (const { pool } of agent.memberships)
      if (pool.width <= call.width && call.queue.pools[pool.width] === pool)
        found.push({ call, width: pool.width });
  return found;
}
