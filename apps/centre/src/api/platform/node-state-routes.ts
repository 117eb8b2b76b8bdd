/** A node taken out of service: drained for a while, or declared lost for good, its key worth nothing from then on. */
import { inPlatform, inTenant } from '@seatgrid/adapters/postgres/scopes.ts';
import { findNode, loseNode, setNodeState } from '@seatgrid/adapters/postgres/stores/fleet-store.ts';
import {
  closeCallsOfLostNode,
  keepLosses,
  lossesAt,
  type LostNode,
} from '@seatgrid/adapters/postgres/stores/node-losses.ts';
import { listTenants } from '@seatgrid/adapters/postgres/stores/tenant-store.ts';
import type { NodeState } from '@seatgrid/core/fleet/node-state.ts';
import type { NodeId } from '@seatgrid/core/kernel/ids.ts';
import { announce, type Centre } from '../../centre.ts';
import { lostThings } from '../../nodes/lost-things.ts';
import { nodeReply } from '../../nodes/node-health.ts';
import { changePlatform } from '../change.ts';
import type { ApiPath, ApiRequest, SomeHandlers } from '../handler.ts';
import { notFound, Refusal, refused } from '../refusal.ts';

type Path = Extract<
  ApiPath,
  | `${string} /api/platform/nodes/:id/${'losses' | 'drain' | 'serve' | 'declare-lost'}`
  | 'GET /api/platform/lost-things'
>;

export const nodeStateRoutes: SomeHandlers<Path> = {
  async 'GET /api/platform/nodes/:id/losses'({ centre, params: { id } }) {
    const node = await inPlatform(centre.database.platform, (trx) => findNode(trx, id));
    if (!node) return notFound;
    const items = [];
    for (const tenant of await inPlatform(centre.database.platform, listTenants)) {
      const losses = await inTenant(centre.database.tenants, tenant.id, (trx) => lossesAt(trx, node.id));
      if (Object.values(losses).some((count) => count > 0))
        items.push({ tenantId: tenant.id, tenantName: tenant.name, ...losses });
    }
    return { undelivered: centre.live.pulseOf(node.id)?.journalPending ?? null, items };
  },

  'GET /api/platform/lost-things': ({ centre, query }) => lostThings(centre, query),

  'POST /api/platform/nodes/:id/drain': (request) => change(request, { from: 'serving', to: 'draining' }),

  'POST /api/platform/nodes/:id/serve': (request) => change(request, { from: 'draining', to: 'serving' }),

  async 'POST /api/platform/nodes/:id/declare-lost'({ centre, ctx, params: { id }, body: { name } }) {
    const lost = await changePlatform(centre, ctx, { noun: 'node', verb: 'lose' }, async (trx) => {
      const node = await findNode(trx, id);
      if (!node) return notFound;
      if (name !== node.name) return refused('The name is not that of the node.');
      if (centre.live.isLinkUp(node.id)) return refused('This node is heard: it is not lost. Drain it.');
      // Its key with it: should it turn up after all, it is a stranger.
      const nowMs = centre.clock.nowMs();
      await loseNode(trx, node.id, nowMs);
      const none = { publicKey: null, nextPublicKey: null, keySinceMs: null, isKeyWanted: false };
      const after = { ...node, ...none, state: 'lost' as const, revokedAtMs: nowMs };
      const value = { node: nodeReply(centre, after), heardAtMs: node.heardAtMs };
      return { id, before: { state: node.state }, after: { state: after.state }, value };
    });
    if (lost instanceof Refusal) return lost;
    const lostAtMs = centre.clock.nowMs();
    await nameAndClose(centre, { nodeId: id as NodeId, heardAtMs: lost.heardAtMs ?? lostAtMs, lostAtMs });
    return lost.node;
  },
};

type StatePath = 'POST /api/platform/nodes/:id/drain' | 'POST /api/platform/nodes/:id/serve';

function change(
  { centre, ctx, params: { id } }: Pick<ApiRequest<StatePath>, 'centre' | 'ctx' | 'params'>,
  { from, to }: { readonly from: NodeState; readonly to: NodeState },
) {
  return changePlatform(centre, ctx, { noun: 'node', verb: 'drain' }, async (trx) => {
    const node = await findNode(trx, id);
    if (!node) return notFound;
    if (node.state !== from && node.state !== to) return refused('A lost node is replaced, not drained.');
    await setNodeState(trx, node.id, to);
    const value = nodeReply(centre, { ...node, state: to });
    return { id, before: { state: node.state }, after: { state: to }, value };
  });
}

/** Tenant by tenant, each in its own transaction: what is interrupted is made good by declaring once more. */
async function nameAndClose(centre: Centre, lost: LostNode): Promise<void> {
  for (const { id } of await inPlatform(centre.database.platform, listTenants)) {
    await inTenant(centre.database.tenants, id, async (trx) => {
      await keepLosses(trx, lost);
      await closeCallsOfLostNode(trx, lost);
    });
    await announce(centre, { tenantId: id, noun: 'call' });
  }
}
