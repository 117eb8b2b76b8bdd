import { hashPassword } from '@seatgrid/adapters/password/password.ts';
import { inPlatform } from '@seatgrid/adapters/postgres/scopes.ts';
import { innerHostsOf, setInnerHosts } from '@seatgrid/adapters/postgres/stores/connector-store.ts';
import { listNodes } from '@seatgrid/adapters/postgres/stores/fleet-store.ts';
import { countRefusalsByTenant } from '@seatgrid/adapters/postgres/stores/history-store.ts';
import { readAllShares } from '@seatgrid/adapters/postgres/stores/quota-share-store.ts';
import { saveVisit } from '@seatgrid/adapters/postgres/stores/session-store.ts';
import {
  countFlows,
  findTenant,
  insertTenant,
  listTenants,
  setTenantState,
  updateTenant,
} from '@seatgrid/adapters/postgres/stores/tenant-store.ts';
import { insertFirstAdministrator } from '@seatgrid/adapters/postgres/stores/user-store.ts';
import { minuteMs } from '@seatgrid/core/kernel/duration.ts';
import type { TenantId } from '@seatgrid/core/kernel/ids.ts';
import { assert } from '@seatgrid/core/kernel/assert.ts';
import type { TenantState } from '@seatgrid/core/tenancy/tenant.ts';
import { changePlatform } from '../change.ts';
import { me } from '../auth/me.ts';
import type { ApiPath, ApiRequest, SomeHandlers } from '../handler.ts';
import { dayStartMs } from '../records/day-start.ts';
import { nodeShares } from '../records/node-shares.ts';
import { conflict, notFound, Refusal } from '../refusal.ts';

type Path = Exclude<
  Extract<ApiPath, `${string} /api/platform/tenants${string}`>,
  `${string} /api/platform/tenants/:id/placement`
>;

export const tenantRoutes: SomeHandlers<Path> = {
  'GET /api/platform/tenants': ({ centre }) =>
    inPlatform(centre.database.platform, async (trx) => {
      const flows = await countFlows(trx);
      // One day for all of them here; each tenant's own page counts by its own zone.
      const refused = await countRefusalsByTenant(trx, dayStartMs('UTC', centre.clock.nowMs()));
      const shares = await readAllShares(trx);
      const nodes = await listNodes(trx);
      const items = (await listTenants(trx)).map((tenant) => ({
        ...tenant,
        shares: nodeShares(centre, shares.get(tenant.id) ?? [], nodes),
        usage: {
          ...centre.live.usageOf(tenant.id),
          flows: flows.get(tenant.id) ?? 0,
          refusedToday: refused.get(tenant.id) ?? 0,
        },
      }));
      return { items };
    }),

  async 'POST /api/platform/tenants'({ centre, ctx, body: { administrator, ...body } }) {
    const passwordHash = await hashPassword(administrator.password);
    const outcome = await changePlatform(centre, ctx, { noun: 'tenant', verb: 'create' }, async (trx) => {
      const tenant = await insertTenant(trx, body);
      const { email, name } = administrator;
      await insertFirstAdministrator(trx, {
        tenantId: tenant.id,
        userId: centre.ids.next<'user'>(),
        user: { email, name, passwordHash },
      });
      const after = { ...tenant, administrator: { email, name } };
      return { id: tenant.id, before: null, after, value: tenant, tenantId: tenant.id };
    });
    const isEmailTaken = outcome instanceof Refusal && outcome.problem.problems[0]?.path === 'email';
    return isEmailTaken ? conflict('administrator.email', 'is taken already') : outcome;
  },

  'PUT /api/platform/tenants/:id': ({ centre, ctx, params: { id }, body }) =>
    changePlatform(centre, ctx, { noun: 'tenant', verb: 'update' }, async (trx) => {
      const before = await findTenant(trx, id);
      if (!before) return notFound;
      await updateTenant(trx, { id: before.id, ...body });
      const after = { ...before, ...body };
      return { id, before, after, value: after, tenantId: before.id };
    }),

  'GET /api/platform/tenants/:id/inner-hosts': async ({ centre, params: { id } }) => {
    const present = await inPlatform(centre.database.platform, (trx) => innerHostsOf(trx, id as TenantId));
    return present ? { innerHosts: [...present] } : notFound;
  },

  'PUT /api/platform/tenants/:id/inner-hosts': ({ centre, ctx, params: { id }, body }) =>
    changePlatform(centre, ctx, { noun: 'tenant', verb: 'update' }, async (trx) => {
      const tenantId = id as TenantId;
      const innerHosts = await innerHostsOf(trx, tenantId);
      if (!innerHosts) return notFound;
      await setInnerHosts(trx, { id: tenantId, ...body });
      return { id, before: { innerHosts }, after: body, value: body, tenantId };
    }),

  'POST /api/platform/tenants/:id/suspend': (request) =>
    setState(request, { state: 'suspended', verb: 'suspend', reason: request.body.reason }),

  'POST /api/platform/tenants/:id/resume': (request) =>
    setState(request, { state: 'active', verb: 'resume', reason: null }),

  async 'POST /api/platform/tenants/:id/enter'({
    centre,
    ctx,
    person,
    params: { id },
    body: { reason, minutes },
  }) {
    assert(person, 'operators enter tenants');
    const untilMs = centre.clock.nowMs() + minutes * minuteMs;
    const visit = await changePlatform(centre, ctx, { noun: 'tenant', verb: 'enter' }, async (trx) => {
      const tenant = await findTenant(trx, id);
      if (!tenant) return notFound;
      const value = { tenantId: tenant.id, reason, untilMs };
      await saveVisit(trx, person.sessionId, value);
      return { id, before: null, after: { reason, untilMs }, value, tenantId: tenant.id };
    });
    return visit instanceof Refusal ? visit : me(centre, { ...person, visit });
  },
};

type StatePath = 'POST /api/platform/tenants/:id/suspend' | 'POST /api/platform/tenants/:id/resume';

function setState(
  { centre, ctx, params: { id } }: Pick<ApiRequest<StatePath>, 'centre' | 'ctx' | 'params'>,
  { state, verb, reason }: { state: TenantState; verb: string; reason: string | null },
) {
  return changePlatform(centre, ctx, { noun: 'tenant', verb }, async (trx) => {
    const before = await findTenant(trx, id);
    if (!before) return notFound;
    await setTenantState(trx, { id, state, reason });
    const value = { ...before, state };
    return { id, before: { state: before.state }, after: { state, reason }, value, tenantId: before.id };
  });
}
