/**
 * Desk phones nobody is signed in at, rung for a call of another node: whoever has one registered is asked, one after the other. Nothing is
 * kept of it here: what is asked carries who is asked next, so that whichever replica hears the answer goes on.
 */
import {
  phoneNodesMax,
  type PhoneToCentre,
  type PhoneToNode,
} from '@seatgrid/contracts/link/phone-messages.ts';
import type { BusMessage } from '@seatgrid/core/ports/bus.ts';
import type { NodeId } from '@seatgrid/core/kernel/ids.ts';
import { topic, type Centre } from '../centre.ts';
import type { CallRoutes } from './call-routes.ts';

type Asked = Omit<Extract<PhoneToNode, { kind: 'phone-asked' }>, 'kind'>;

export async function relayPhone(
  { tellNode, live, bus }: Pick<Centre, 'tellNode' | 'live' | 'bus'>,
  routes: Pick<CallRoutes, 'servingAt'>,
  nodeId: NodeId,
  message: PhoneToCentre,
): Promise<void> {
  switch (message.kind) {
    case 'phones-registered':
      return bus.publish(topic.phones, { nodeId, message } as unknown as BusMessage);
    case 'phone-wanted': {
      const { kind: _, ...wanted } = message;
      const { tenantId, extension } = wanted;
      const serving = await routes.servingAt(null, tenantId);
      const others = serving
        .filter((id) => id !== nodeId && live.hasPhone(id, tenantId, extension))
        .slice(0, phoneNodesMax);
      return ask({ ...wanted, homeNodeId: nodeId, others });
    }
    case 'phone-kept': {
      const { tenantId, matchId, homeNodeId, at } = message;
      return void tellNode(homeNodeId, { kind: 'phone-found', tenantId, matchId, at });
    }
    case 'phone-refused': {
      const { kind: _, ...asked } = message;
      return ask(asked);
    }
  }

  function ask(asked: Asked): void {
    const { tenantId, matchId, homeNodeId } = asked;
    const [next, ...others] = asked.others;
    const isAsked = next && tellNode(next, { kind: 'phone-asked', ...asked, others });
    if (!isAsked) tellNode(homeNodeId, { kind: 'phone-found', tenantId, matchId, at: null });
  }
}
