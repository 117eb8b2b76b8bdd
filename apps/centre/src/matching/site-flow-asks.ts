/**
 * B-02: who runs a flow for a caller of another site. Nothing is kept of it here: what is asked carries who is asked next, so that whichever
 * replica hears the answer goes on.
 */
import {
  siteNodesMax,
  type SiteFlowToCentre,
  type SiteFlowToNode,
} from '@seatgrid/contracts/link/site-flow-messages.ts';
import type { NodeId } from '@seatgrid/core/kernel/ids.ts';
import type { Centre } from '../centre.ts';
import type { CallRoutes } from './call-routes.ts';

type Asked = Omit<Extract<SiteFlowToNode, { kind: 'site-flow-asked' }>, 'kind'>;

export async function relaySiteFlow(
  { tellNode }: Pick<Centre, 'tellNode'>,
  routes: Pick<CallRoutes, 'servingAt'>,
  nodeId: NodeId,
  message: SiteFlowToCentre,
): Promise<void> {
  switch (message.kind) {
    case 'site-flow-wanted': {
      const { tenantId, matchId, callId, flowId, siteId } = message;
      const nodes = await routes.servingAt(siteId, tenantId);
      const others = nodes.filter((id) => id !== nodeId).slice(0, siteNodesMax);
      return ask({ tenantId, matchId, callId, flowId, homeNodeId: nodeId, others });
    }
    case 'site-flow-kept': {
      const { tenantId, matchId, homeNodeId, at } = message;
      return void tellNode(homeNodeId, { kind: 'site-flow-found', tenantId, matchId, at });
    }
    case 'site-flow-refused': {
      const { kind: _, ...asked } = message;
      return ask(asked);
    }
  }

  function ask(asked: Asked): void {
    const { tenantId, matchId, homeNodeId } = asked;
    const [next, ...others] = asked.others;
    const isAsked = next && tellNode(next, { kind: 'site-flow-asked', ...asked, others });
    if (!isAsked) tellNode(homeNodeId, { kind: 'site-flow-found', tenantId, matchId, at: null });
  }
}
