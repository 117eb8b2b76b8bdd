/**
 * What a match and a visit agree on: a call of one node, its home, is served by an agent of another, its host. Whoever matches
 * asks the host to keep the agent, and tells the home where to dial; the rest is between the two.
 */
import type { PublicNumbersUse } from '@seatgrid/contracts/nouns/reserved-number.ts';
import type { Role } from '@seatgrid/core/context/access.ts';
import type {
  AgentId,
  CallId,
  FlowId,
  NodeId,
  QueueId,
  TenantId,
  UserId,
} from '@seatgrid/core/kernel/ids.ts';
import type { TrunkAtNode } from '../trunks/trunk-directory.ts';

/** Where a home dials its host, good once. */
export interface VisitPlace {
  readonly nodeId: NodeId;
  readonly uri: string;
  readonly token: string;
  /** SHA-256 of the certificate the host shows, as 64 hexadecimal digits; null: without TLS. */
  readonly fingerprint: string | null;
  /** It has numbers of the public network: for those who do not reach it so, or for everybody. */
  readonly publicNumbers?: PublicNumbersUse;
}

/** B-06: a call that was brought by a number reserved for it, and what was told of it beforehand. */
export interface ByNumber {
  readonly token: string;
  readonly trunk: TrunkAtNode;
  /** A `VisitedCall`, as its home wrote it. */
  readonly text: string;
  /** Whether the carrier has shown the number the home calls from. */
  readonly isProven: boolean;
}

/** What a host was asked to keep an agent for. */
export interface VisitAsked {
  readonly matchId: string;
  readonly tenantId: TenantId;
  readonly callId: CallId;
  readonly queueId: QueueId | null;
  readonly agentId: AgentId;
  readonly homeNodeId: NodeId;
  /** By name: one who is paused can be rung too. */
  readonly isNamed?: true;
  /** At the desk phone nobody is signed in at; nobody is kept for it. */
  readonly phone?: { readonly mustBeIdle: boolean };
}

/** An agent of another node who is kept there for a call of ours. */
export interface AgentKept {
  readonly agentId: AgentId;
  readonly place: VisitPlace;
  /** This node. */
  readonly homeNodeId: NodeId;
}

/** B-02: what a host was asked to run a flow for. */
export interface FlowAsked {
  readonly matchId: string;
  readonly tenantId: TenantId;
  readonly callId: CallId;
  readonly flowId: FlowId;
  readonly homeNodeId: NodeId;
}

/** B-05: a supervisor of another node who is about to listen to an agent here. */
export interface EarAsked {
  readonly matchId: string;
  readonly tenantId: TenantId;
  readonly heardAgentId: AgentId;
  readonly supervisor: { readonly userId: UserId; readonly name: string; readonly role: Role };
  /** The supervisor's node. */
  readonly homeNodeId: NodeId;
}

/** Whatever another node may dial for. */
export type HostAsked = VisitAsked | FlowAsked | EarAsked;

/** A node of another site that is ready to run a flow for a call of ours. */
export type FlowKept = Omit<AgentKept, 'agentId'>;

export interface VisitHost {
  /** The agent is kept until the home dials or the hold has ended by itself. Undefined: not free. */
  expect(asked: VisitAsked): VisitPlace | undefined;
  /** Undefined: not served here now. */
  expectFlow(asked: FlowAsked): VisitPlace | undefined;
  /** Undefined: not served here, or too many are expected. */
  expectEar(asked: EarAsked): VisitPlace | undefined;
  /** Whether that node lately did not dial when it should have. */
  isLost(homeNodeId: NodeId): boolean;
  release(matchId: string): void;
}
