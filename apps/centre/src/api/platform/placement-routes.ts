/** C-12: at which nodes a tenant is served. Nodes hear of it at once; calls that go on where it is served no more end by themselves. */
import { inPlatform } from '@seatgrid/adapters/postgres/scopes.ts';
import { readPlacements, setPlacement } from '@seatgrid/adapters/postgres/stores/placement-store.ts';
import { findTenant } from '@seatgrid/adapters/postgres/stores/tenant-store.ts';
import type { NodeId } from '@seatgrid/core/kernel/ids.ts';
import { changePlatform } from '../change.ts';
import type { ApiPath, SomeHandlers } from '../handler.ts';
import { notFound } from '../refusal.ts';

type Path = Extract<ApiPath, `${string} /api/platform/tenants/:id/placement`>;

export const placementRoutes: SomeHandlers<Path> = {
  'GET /api/platform/tenants/:id/placement': ({ centre, params: { id } }) =>
    inPlatform(centre.database.platform, async (trx) => {
      const tenant = await findTenant(trx, id);
      return tenant ? placed((await readPlacements(trx)).of(tenant.id)) : notFound;
    }),

  'PUT /api/platform/tenants/:id/placement': ({ centre, ctx, params: { id }, body: { nodeIds } }) =>
    changePlatform(centre, ctx, { noun: 'tenant', verb: 'update' }, async (trx) => {
      const tenant = await findTenant(trx, id);
      if (!tenant) return notFound;
      const before = (await readPlacements(trx)).of(tenant.id);
      const after = nodeIds && [...new Set(nodeIds)];
      await setPlacement(trx, tenant.id, after);
      return { id, before: placed(before), after: placed(after), value: placed(after), tenantId: tenant.id };
    }),
};

const placed = (nodeIds: readonly NodeId[] | null) => ({ nodeIds: nodeIds && [...nodeIds] });
