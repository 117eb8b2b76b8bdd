/** C-12: a tenant placed at certain nodes: what nodes are told, where its agents are sent, who may say so. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { NodeId } from '@seatgrid/core/kernel/ids.ts';
import { startTestCentre, type Browser, type TestCentre } from './test-centre.ts';
import { enrolNode, TestLink, type EnrolledNode } from './test-node.ts';
import { makeTenant, type TestTenant } from './test-tenant.ts';

let centre: TestCentre;
let operator: Browser;
let alpha: TestTenant;
let beta: TestTenant;
let own: EnrolledNode;
let common: EnrolledNode;
let links: TestLink[];

beforeAll(async () => {
  centre = await startTestCentre();
  operator = await centre.operator();
  alpha = await makeTenant(centre, 'alpha');
  beta = await makeTenant(centre, 'beta');
  own = await enrolNode(centre, 'a node of its own');
  common = await enrolNode(centre, 'common');
  links = [await TestLink.greet(centre, own), await TestLink.greet(centre, common)];
});
afterAll(async () => {
  for (const link of links ?? []) await link.close();
  await centre?.stop();
});

const params = () => ({ id: alpha.tenant.id });
const place = (nodeIds: NodeId[] | null) =>
  operator.call('PUT /api/platform/tenants/:id/placement', { params: params(), body: { nodeIds } });
const placement = () => operator.call('GET /api/platform/tenants/:id/placement', { params: params() });
/** Until the node is told to serve these, and no others. */
const serves = (link: TestLink, slugs: readonly string[]) =>
  link.hear('config', ({ config }) =>
    [...slugs].sort().join() === config.tenants.map(({ tenant }) => tenant.slug).sort().join(),
  ); // prettier-ignore

test('C-12: shared at first, at every node; placed at one, no other node is told anything of the tenant; and back', async () => {
  const [atOwn, atCommon] = links as [TestLink, TestLink];
  expect(await placement()).toEqual({ nodeIds: null });
  await serves(atOwn, ['alpha', 'beta']);
  await serves(atCommon, ['alpha', 'beta']);

  await place([own.nodeId]);
  await serves(atCommon, ['beta']);
  expect(await placement()).toEqual({ nodeIds: [own.nodeId] });
  const { desks } = await alpha.agent.call('POST /api/desk-token');
  expect(desks.map(({ nodeName }) => nodeName)).toEqual(['a node of its own']);
  const others = await beta.agent.call('POST /api/desk-token');
  expect(others.desks.map(({ nodeName }) => nodeName)).toEqual(['a node of its own', 'common']);
  // Moved, and shared again.
  await place([common.nodeId]);
  await serves(atOwn, ['beta']);
  await serves(atCommon, ['alpha', 'beta']);
  await place(null);
  await serves(atOwn, ['alpha', 'beta']);
});

test('a node a tenant is placed at is not removed, and nobody is placed at a node there is not, or at none', async () => {
  const spare = await operator.call('POST /api/platform/nodes', {
    body: { siteId: (await operator.call('GET /api/platform/sites')).items[0]!.id, name: 'Spare' },
  });
  await place([spare.id]);
  const remove = () => operator.call('DELETE /api/platform/nodes/:id', { params: { id: spare.id } });
  await expect(remove()).rejects.toMatchObject({ status: 409 });
  await place(null);
  await remove();
  await expect(place([spare.id])).rejects.toMatchObject({ status: 409 });
  await expect(place([])).rejects.toMatchObject({ status: 422 });
  expect(await placement()).toEqual({ nodeIds: null });
});

test('every change of it is in the audit, as it was and as it is', async () => {
  await place([own.nodeId]);
  const { items } = await operator.call('GET /api/platform/audit', { query: {} });
  expect(items[0]).toMatchObject({
    noun: 'tenant',
    verb: 'update',
    before: { nodeIds: null },
    after: { nodeIds: [own.nodeId] },
  });
  await place(null);
});
