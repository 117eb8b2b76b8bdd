/** Where nodes' links arrive: one a node, the newest wins. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import {
  linkBeatMs,
  linkCompressedFromOctets,
  type CentreToNode,
} from '@seatgrid/contracts/link/link-messages.ts';
import type { NodeId } from '@seatgrid/core/kernel/ids.ts';
import { topic, type Centre, type Changed } from '../centre.ts';
import { linkFrameOctetsMax } from '../limits.ts';
import { refuseUpgrade } from '../refuse-upgrade.ts';
import { repeat } from '../repeat.ts';
import { CallRoutes } from '../matching/call-routes.ts';
import { believedNode } from './believed-node.ts';
import { LostPlaces } from './lost-places.ts';
import { NodeConfigs } from './node-configs.ts';
import { NodeLink } from './node-link.ts';
import { QuotaShares } from './quota-shares.ts';

export interface LinkServer {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>;
  stop(): Promise<void>;
}

/** A request for a node whose link may end at another replica travels by the bus. */
export interface LinkRequest {
  readonly nodeId: NodeId;
  readonly message: CentreToNode;
}

export async function serveLinks(centre: Centre): Promise<LinkServer> {
  const links = new Map<NodeId, NodeLink>();
  const greeted = () => [...links.values()].filter((link) => link.isGreeted);
  const routes = new CallRoutes(centre);
  const endRoutes = await routes.listen(centre);
  const configs = new NodeConfigs(centre, greeted, routes);
  const shares = new QuotaShares(centre);
  const places = new LostPlaces({ live: centre.live, readers: greeted, clock: centre.clock });
  const endPlaces = repeat(centre, {
    name: 'places of lost nodes',
    everyMs: linkBeatMs,
    work: () => Promise.resolve(places.look()),
  });
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: linkFrameOctetsMax,
    perMessageDeflate: { threshold: linkCompressedFromOctets },
  });
  const subscriptions = [
    await centre.bus.subscribe(topic.changed, (message) => {
      configs.note(message as unknown as Changed);
      shares.note(message as unknown as Changed);
    }),
    await centre.bus.subscribe(topic.nodeHealth, () => places.look()),
    await centre.bus.subscribe(topic.link, (message) => {
      const request = message as unknown as LinkRequest;
      links.get(request.nodeId)?.send(request.message);
    }),
    // A node whose line broke without a word may be at another replica long before its old link here is missed.
    await centre.bus.subscribe(topic.greeted, (message) => {
      const { nodeId, linkId } = message as unknown as Pick<NodeLink, 'nodeId' | 'linkId'>;
      const held = links.get(nodeId);
      if (!held?.isGreeted || held.linkId === linkId) return;
      links.delete(nodeId);
      held.replaced();
    }),
    await centre.bus.subscribe(topic.revoked, (message) => {
      const { nodeId } = message as unknown as Pick<NodeLink, 'nodeId'>;
      links.get(nodeId)?.revoked();
    }),
  ];

  return {
    async upgrade(request, socket, head) {
      const node = await believedNode(centre, request.headers.authorization);
      if (!node) return refuseUpgrade(socket, 401);
      sockets.handleUpgrade(request, socket, head, (websocket) => {
        links.get(node.id)?.replaced();
        const link = new NodeLink({ centre, socket: websocket, node, configs, routes, shares });
        links.set(node.id, link);
        websocket.once('close', () => {
          const isNewest = links.get(node.id) === link;
          if (isNewest) links.delete(node.id);
          // The one that was replaced must not tell that the node is gone.
          if (isNewest)
            void link.over().catch((error: unknown) => centre.log.error({ err: error }, 'link end'));
        });
      });
    },

    async stop() {
      endPlaces();
      await endRoutes();
      await Promise.all(subscriptions.map((leave) => leave()));
      await configs.stop();
      const ending = [...links.values()].map((link) => {
        link.leave('the centre is going down');
        return link.over();
      });
      links.clear();
      await Promise.all(ending);
      await shares.stop();
      for (const client of sockets.clients) client.terminate();
      sockets.close();
    },
  };
}
