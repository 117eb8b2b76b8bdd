/** A call of one node brought together with an agent of another: what is told of both, and how far it has come. */
import type { AgentId, CallId, NodeId, QueueId } from '../kernel/ids.ts';
import type { CallQueued } from '../routing/acd-machine.ts';
import type { Decision } from '../routing/decision.ts';
import type { TodayAtWork } from '../routing/staff-member.ts';

/** A call that waits at its node, none of whose own agents took it at once. */
export type CallWanting = Omit<CallQueued, 'kind' | 'sinceMs'> & { readonly sinceMs: number };

export interface AgentFree {
  readonly agentId: AgentId;
  readonly sinceMs: number;
  readonly today?: TodayAtWork;
  /** Its node keeps it until it has heard whether an older call waits elsewhere. */
  readonly asks?: boolean;
}

/** Named by one matchmaker, and known to both nodes by that name. */
export interface Match {
  readonly matchId: string;
  readonly callId: CallId;
  readonly queueId: QueueId;
  readonly agentId: AgentId;
  readonly homeNodeId: NodeId;
  readonly hostNodeId: NodeId;
  readonly decision: Decision;
}

/**
 * `asked`: the host has not said whether the agent is kept. `claiming`: it is, and the home has not said whether the caller still
 * waits. `own`: home and host are one node, which needs nobody between.
 */
export type MatchState = 'asked' | 'claiming' | 'own';
