/** F-09, F-25: what a queue and a tenant say of who is given which call is kept, checked and told to the nodes. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inTenant } from '@seatgrid/adapters/postgres/scopes.ts';
import { readTenantConfig } from '@seatgrid/adapters/postgres/stores/tenant-config-store.ts';
import { plainRouting } from '@seatgrid/core/routing/queue.ts';
import { plainCallOrder } from '@seatgrid/core/routing/strategy.ts';
import { startTestCentre, type TestCentre } from './test-centre.ts';
import { makeTenant, type TestTenant } from './test-tenant.ts';

let centre: TestCentre;
let alpha: TestTenant;
let beta: TestTenant;

beforeAll(async () => {
  centre = await startTestCentre();
  alpha = await makeTenant(centre, 'alpha');
  beta = await makeTenant(centre, 'beta');
});
afterAll(() => centre?.stop());

const configOf = (tenant: TestTenant) =>
  inTenant(centre.running.centre.database.tenants, tenant.tenant.id, readTenantConfig);

async function standing() {
  const [queue] = (await alpha.administrator.call('GET /api/queues')).items;
  const { id, ...body } = queue!;
  return { params: { id }, body };
}

test('a queue that says nothing of it is plain; what it says later reaches the nodes', async () => {
  const { params, body } = await standing();
  expect(body).toMatchObject(plainRouting);
  const said = {
    priority: 8,
    overtakenMaxMs: 60_000,
    serviceTarget: { percent: 95, withinMs: 20_000 },
    agentOrder: ['last-agent', 'fixed-order'] as const,
    fixedOrder: [alpha.ids['agents']! as never],
    groupIds: [alpha.ids['groups']! as never],
    widenings: [{ afterMs: 5_000, whenWaiting: 3, requires: [], groupIds: [] }],
    onNobody: { kind: 'hang-up' as const, say: [] },
    onAllBusy: { kind: 'agent' as const, agentId: alpha.ids['agents']! as never },
  };
  await alpha.administrator.call('PUT /api/queues/:id', { params, body: { ...body, ...said } as never });
  expect((await configOf(alpha)).queues[0]).toMatchObject(said);
});

test('a strategy twice, a step without a when, and another tenant’s agents and groups are refused at their field', async () => {
  const { params, body } = await standing();
  const step = { afterMs: null, whenWaiting: null, requires: [], groupIds: [] };
  const faults = [
    [{ agentOrder: ['even', 'even'] }, 'agentOrder'],
    [{ widenings: [step] }, 'widenings.0.afterMs'],
    [{ serviceTarget: { percent: 0, withinMs: 20_000 } }, 'serviceTarget.percent'],
    [{ widenings: [{ ...step, afterMs: 0, groupIds: [beta.ids['groups']] }] }, 'widenings.0.groupIds.0'],
    [{ fixedOrder: [beta.ids['agents']] }, 'fixedOrder.0'],
    [{ groupIds: [beta.ids['groups']] }, 'groupIds.0'],
    [{ onAllBusy: { kind: 'agent', agentId: beta.ids['agents'] } }, 'onAllBusy.agentId'],
  ] as const;
  for (const [wrong, path] of faults)
    await expect(
      alpha.administrator.call('PUT /api/queues/:id', { params, body: { ...body, ...wrong } as never }),
    ).rejects.toMatchObject({ problem: { problems: [{ path }] } });
});

test('the order of calls is the tenant’s own, and no other tenant’s', async () => {
  const { call } = alpha.administrator;
  const settings = await call('GET /api/settings');
  expect(settings.callOrder).toEqual(plainCallOrder);
  const callOrder = ['own-customer' as const, 'first-come' as const];
  expect((await call('PUT /api/settings', { body: { ...settings, callOrder } })).callOrder).toEqual(
    callOrder,
  );
  expect((await configOf(alpha)).callOrder).toEqual(callOrder);
  expect((await configOf(beta)).callOrder).toEqual(plainCallOrder);
});
