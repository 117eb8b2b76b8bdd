/**
 * B-06: where a call would be served best, answered by whichever replica the asking node is linked to, from its mirror of the floors. The
 * node waits for a few hundred milliseconds at most: nothing is asked of other nodes.
 */
import { inPlatform } from '@seatgrid/adapters/postgres/scopes.ts';
import { listNodes, listSites, type FleetNode } from '@seatgrid/adapters/postgres/stores/fleet-store.ts';
import { findTenantOfNumber } from '@seatgrid/adapters/postgres/stores/did-store.ts';
import { readPlacements } from '@seatgrid/adapters/postgres/stores/placement-store.ts';
import {
  routePlacesMax,
  type RouteAsked,
  type RouteNumberAsked,
  type RoutePlace,
  type RouteTold,
} from '@seatgrid/contracts/link/route-messages.ts';
import { siteDistance, type SiteDistance } from '@seatgrid/core/fleet/site-distance.ts';
import type { NodeId, QueueId, SiteId, TenantId } from '@seatgrid/core/kernel/ids.ts';
import { preRoute } from '@seatgrid/core/matching/pre-route.ts';
import type { Placements } from '@seatgrid/core/tenancy/placement.ts';
import { topic, type Centre, type Changed } from '../centre.ts';
import type { NodeFloor } from '../realtime/live-picture.ts';

interface Fleet {
  readonly nodes: readonly FleetNode[];
  readonly distance: SiteDistance;
  readonly placements: Placements;
}

export class CallRoutes {
  readonly #centre: Pick<Centre, 'database' | 'live'>;
  /** Read again when a node, where one is reached, a site, or where a tenant is served has changed. */
  #fleet: Promise<Fleet> | null = null;

  constructor(centre: Pick<Centre, 'database' | 'live'>) {
    this.#centre = centre;
  }

  /** Returns what ends it. */
  async listen({ bus }: Pick<Centre, 'bus'>): Promise<() => Promise<void>> {
    const forget = () => void (this.#fleet = null);
    const leaving = [
      await bus.subscribe(topic.greeted, forget),
      await bus.subscribe(topic.changed, (message) => {
        const { noun } = message as unknown as Changed;
        if (noun === 'node' || noun === 'site' || noun === 'tenant') forget();
      }),
    ];
    return async () => void (await Promise.all(leaving.map((leave) => leave())));
  }

  async answer(nodeId: NodeId, { requestId, tenantId, queueIds, mayStay }: RouteAsked): Promise<RouteTold> {
    const { live } = this.#centre;
    const { nodes, distance, placements } = await this.#readFleet();
    const floors = new Map(live.floorsOf(tenantId).map((one) => [one.nodeId, one]));
    const known = nodes.map((node) => ({
      ...node,
      nodeId: node.id,
      free: freeAt(floors.get(node.id), queueIds),
      takesCalls:
        node.state === 'serving' &&
        node.sipAddress !== null &&
        live.isLinkUp(node.id) &&
        placements.isServedAt(tenantId, node.id),
    }));
    const needsAgent = queueIds.length > 0;
    const places = preRoute({ nodeId, needsAgent, mayStay }, known, distance);
    return { kind: 'route-told', requestId, places: placesOf(places) };
  }

  /** C-12: where the tenant of a number is served that is not served at the node that asks. */
  async answerNumber(nodeId: NodeId, { requestId, number }: RouteNumberAsked): Promise<RouteTold> {
    const { database } = this.#centre;
    const tenantId = await inPlatform(database.platform, (trx) => findTenantOfNumber(trx, number));
    if (!tenantId) return { kind: 'route-told', requestId, places: [] };
    const { placements } = await this.#readFleet();
    const mayStay = placements.isServedAt(tenantId, nodeId);
    const asked = { requestId, tenantId, queueIds: [], mayStay };
    return this.answer(nodeId, { kind: 'route-asked', ...asked });
  }

  /** B-02: nodes of a site, or of any, that take a caller of another for the tenant, the one with the fewest calls first. */
  async servingAt(siteId: SiteId | null, tenantId: TenantId): Promise<NodeId[]> {
    const { live } = this.#centre;
    const { nodes, placements } = await this.#readFleet();
    const callsAt = new Map(Array.from(live.pulses(), ({ nodeId, calls }) => [nodeId, calls]));
    const calls = (id: NodeId) => callsAt.get(id) ?? 0;
    return nodes
      .filter(
        ({ id, siteId: at, state }) =>
          (siteId === null || at === siteId) && state === 'serving' && live.isLinkUp(id),
      )
      .map(({ id }) => id)
      .filter((id) => placements.isServedAt(tenantId, id))
      .sort((a, b) => calls(a) - calls(b));
  }

  async isServedAt(tenantId: TenantId, nodeId: NodeId): Promise<boolean> {
    const { placements } = await this.#readFleet();
    return placements.isServedAt(tenantId, nodeId);
  }

  /** Where calls go that a node cannot take while nobody here can be asked: the nearest to it first. */
  async neighbours(nodeId: NodeId): Promise<RoutePlace[]> {
    const { nodes, distance } = await this.#readFleet();
    const known = nodes.map((node) => ({
      ...node,
      nodeId: node.id,
      free: 0,
      takesCalls: node.state === 'serving' && node.sipAddress !== null,
    }));
    return placesOf(preRoute({ nodeId, needsAgent: false, mayStay: false }, known, distance));
  }

  #readFleet(): Promise<Fleet> {
    this.#fleet ??= inPlatform(this.#centre.database.platform, async (trx) => ({
      nodes: await listNodes(trx),
      distance: siteDistance(await listSites(trx)),
      placements: await readPlacements(trx),
    })).catch((error: unknown) => {
      this.#fleet = null;
      throw error;
    });
    return this.#fleet;
  }
}

/** Of the queue with most of them: an agent may serve several. */
function freeAt(at: NodeFloor | undefined, queueIds: readonly QueueId[]): number {
  const ready = (at?.floor.queues ?? []).filter(({ queueId }) => queueIds.includes(queueId));
  return Math.max(0, ...ready.map(({ agentsReady }) => agentsReady));
}

function placesOf(nodes: readonly FleetNode[]): RoutePlace[] {
  return nodes
    .slice(0, routePlacesMax)
    .map(({ id, sipAddress }) => ({ nodeId: id, sipAddress: sipAddress! }));
}
