/** D-17: busy and idle lines now, out of what nodes say of their trunks and of this tenant's calls. */
import { inTenant } from '@seatgrid/adapters/postgres/scopes.ts';
import { ownTenant } from '@seatgrid/adapters/postgres/stores/tenant-store.ts';
import { listUsableTrunks } from '@seatgrid/adapters/postgres/stores/trunk-store.ts';
import type { ApiReply } from '@seatgrid/contracts/api/client.ts';
import type { NodeId, TenantId, TrunkId } from '@seatgrid/core/kernel/ids.ts';
import type { Centre } from '../../centre.ts';
import type { SomeHandlers } from '../handler.ts';

type Line = ApiReply<'GET /api/lines'>['items'][number];

export const lineRoutes: SomeHandlers<'GET /api/lines'> = {
  async 'GET /api/lines'({ centre, ctx }) {
    const { quotas, trunks } = await inTenant(centre.database.tenants, ctx.tenantId, async (trx) => ({
      quotas: (await ownTenant(trx)).quotas,
      trunks: await listUsableTrunks(trx),
    }));
    const further = quotas.concurrentCalls - centre.live.usageOf(ctx.tenantId).concurrentCalls;
    const lines = trunks.map(({ id, channelsMax, ...trunk }): Line => {
      const pulse = centre.live.pulseOf(trunk.nodeId)?.trunks.find(({ trunkId }) => trunkId === id);
      const free = pulse ? channelsMax - pulse.inbound - pulse.outbound : channelsMax;
      return {
        ...trunk,
        trunkId: id,
        isStale: !centre.live.isLinkUp(trunk.nodeId),
        state: pulse?.state ?? 'unknown',
        ...busyOn(centre, ctx.tenantId, id),
        idle: Math.max(0, Math.min(free, further)),
      };
    });
    return { items: [...lines, ...broughtBy(centre, ctx.tenantId, new Set(trunks.map(({ id }) => id)))] };
  },
};

function busyOn(centre: Centre, tenantId: TenantId, trunkId: TrunkId): Pick<Line, 'busyIn' | 'busyOut'> {
  const held = centre.live
    .floorsOf(tenantId)
    .flatMap(({ floor }) => floor.calls.flatMap(({ lines }) => lines))
    .filter((line) => line.trunkId === trunkId);
  const busyIn = held.filter(({ way }) => way === 'in').length;
  return { busyIn, busyOut: held.length - busyIn };
}

/** Trunks whose calls the dialled number makes this tenant's: nothing else of them is its business. */
function broughtBy(centre: Centre, tenantId: TenantId, known: ReadonlySet<TrunkId>): Line[] {
  const nodeOf = new Map<TrunkId, NodeId>();
  for (const { nodeId, floor } of centre.live.floorsOf(tenantId))
    for (const { lines } of floor.calls)
      for (const { trunkId } of lines) if (!known.has(trunkId)) nodeOf.set(trunkId, nodeId);
  return [...nodeOf].map(([trunkId, nodeId]) => ({
    trunkId,
    name: null,
    nodeId,
    nodeName: '',
    isStale: !centre.live.isLinkUp(nodeId),
    state: 'unknown' as const,
    ...busyOn(centre, tenantId, trunkId),
    idle: null,
  }));
}
