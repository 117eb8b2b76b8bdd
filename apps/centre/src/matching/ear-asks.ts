/**
 * B-05: a supervisor whose node is another than the agent's. Nothing is kept of it here: the node that has the agent is found by what nodes
 * tell of their floors, and what it says is handed back.
 */
import type { EarToCentre } from '@seatgrid/contracts/link/ear-messages.ts';
import type { AgentId, NodeId, TenantId } from '@seatgrid/core/kernel/ids.ts';
import type { Centre } from '../centre.ts';
import type { CallRoutes } from './call-routes.ts';

export async function relayEar(
  { tellNode, live }: Pick<Centre, 'tellNode'> & { readonly live: Pick<Centre['live'], 'floorsOf'> },
  routes: Pick<CallRoutes, 'isServedAt'>,
  nodeId: NodeId,
  message: EarToCentre,
): Promise<void> {
  const { tenantId, matchId } = message;
  if (message.kind === 'ear-answered') {
    const { earNodeId, outcome } = message;
    return void tellNode(earNodeId, { kind: 'ear-told', tenantId, matchId, outcome });
  }
  // A node that does not serve the tenant has no supervisors of it.
  const isServed = await routes.isServedAt(tenantId, nodeId);
  const isAsked =
    isServed &&
    nodesOf(tenantId, message.agentId).some((at) =>
      tellNode(at, { ...message, kind: 'ear-asked', earNodeId: nodeId }),
    );
  if (isAsked) return;
  const outcome = isServed
    ? ({ kind: 'refused', code: 'no-call', detail: 'this agent is in no conversation' } as const)
    : ({ kind: 'refused', code: 'no-such-agent', detail: 'no such agent' } as const);
  tellNode(nodeId, { kind: 'ear-told', tenantId, matchId, outcome });

  /** One whose link is down is passed over by `tellNode`. */
  function nodesOf(ofTenant: TenantId, agentId: AgentId): NodeId[] {
    return live
      .floorsOf(ofTenant)
      .filter(({ floor }) => floor.agents.some((one) => one.agentId === agentId && one.state !== 'offline'))
      .map((one) => one.nodeId)
      .filter((at) => at !== nodeId);
  }
}
