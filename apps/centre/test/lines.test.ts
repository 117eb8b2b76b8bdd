/** B-08: what operators say of trunks and numbers, what a tenant rules about its own calls, and what nodes get of it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inPlatform } from '@seatgrid/adapters/postgres/scopes.ts';
import type { ApiInput } from '@seatgrid/contracts/api/client.ts';
import type { AgentId, DidId, TrunkId } from '@seatgrid/core/kernel/ids.ts';
import { startTestCentre, type Browser, type TestCentre } from './test-centre.ts';
import { makeTenant, type TestTenant } from './test-tenant.ts';
import { enrolNode, TestLink, type EnrolledNode } from './test-node.ts';

let centre: TestCentre;
let alpha: TestTenant;
let node: EnrolledNode;
let link: TestLink;
let staff: Browser;
let trunkId: TrunkId;

type RuleBody = ApiInput<'POST /api/outbound-rules'>['body'];

beforeAll(async () => {
  centre = await startTestCentre();
  alpha = await makeTenant(centre, 'alpha');
  node = await enrolNode(centre, 'hq');
  staff = await centre.operator();
  link = await TestLink.greet(centre, node);
  await link.hear('config');
});
afterAll(async () => {
  await link?.close();
  await centre?.stop();
});

const ruleBody = (change: Partial<RuleBody> = {}): RuleBody => ({
  name: 'Business group',
  agentIds: [alpha.agentId as AgentId],
  trunkIds: [trunkId],
  selection: 'rotation',
  prefix: '9',
  callerDidId: alpha.ids['dids'] as DidId,
  ...change,
});

test('a trunk’s split, its tenants and its number format reach the node, and a new split without anything else', async () => {
  const numberFormat = {
    countryCode: '86',
    areaCode: '10',
    nationalPrefix: '0',
    unprefixed: ['13', '400'],
    internationalPrefix: '00',
    bare: 'national',
    sent: 'national',
    strip: 0,
    add: '',
  } as const;
  const body = {
    name: 'E1',
    sources: ['192.0.2.1'],
    target: null,
    channelsMax: 30,
    inboundChannelsMax: 25,
    outboundChannelsMax: 5,
    srtp: 'offer' as const,
    toneCountry: 'us' as const,
    tenantIds: [alpha.tenant.id],
    numberFormat: { ...numberFormat, unprefixed: [...numberFormat.unprefixed] },
  };
  const trunk = await staff.call('POST /api/platform/trunks', { body: { ...body, nodeId: node.nodeId } });
  trunkId = trunk.id;
  expect(trunk).toMatchObject(body);
  const told = { ...body, isProbed: true, followsRedirects: false, account: null, id: trunkId };
  expect((await link.hear('config')).config.trunks).toEqual([told]);

  const params = { id: trunkId };
  await staff.call('PUT /api/platform/trunks/:id', {
    params,
    body: { ...body, inboundChannelsMax: 20, outboundChannelsMax: 10, srtp: 'require' },
  });
  const { config } = await link.hear('config');
  expect(config.trunks).toMatchObject([{ inboundChannelsMax: 20, outboundChannelsMax: 10, srtp: 'require' }]);
  expect(config.siteId).toBe((await staff.call('GET /api/platform/nodes')).items[0]!.siteId);
  await expect(
    staff.call('PUT /api/platform/trunks/:id', { params, body: { ...body, inboundChannelsMax: -1 } }),
  ).rejects.toMatchObject({ status: 422, problem: { problems: [{ path: 'inboundChannelsMax' }] } });
});

test('whose tones a tenant’s callers hear is a setting, and reaches the node', async () => {
  const { call } = alpha.administrator;
  const settings = await call('GET /api/settings');
  expect(settings.toneCountry).toBeNull();
  const told = (country: string | null) =>
    link.hear('config', ({ config }) => config.tenants[0]!.toneCountry === country);
  const changed = await call('PUT /api/settings', { body: { ...settings, toneCountry: 'gb' } });
  expect(changed.toneCountry).toBe('gb');
  await told('gb');
  await call('PUT /api/settings', { body: settings });
  await told(null);
  await expect(
    call('PUT /api/settings', { body: { ...settings, toneCountry: 'xx' as 'us' } }),
  ).rejects.toMatchObject({ status: 422, problem: { problems: [{ path: 'toneCountry' }] } });
});

test('whether a desk phone must protect its sound is said of the agent, and reaches the node with the phone’s secret', async () => {
  const { call } = alpha.administrator;
  const told = async (srtp: string) =>
    (await link.hear('config', ({ config }) => config.tenants[0]!.phoneSecrets[0]?.srtp === srtp)).config;
  const { id, userId: _, hasPhonePassword: __, ...facts } = (await call('GET /api/agents')).items[0]!;
  expect(facts.phoneSrtp).toBe('accept');
  const changed = await call('PUT /api/agents/:id', {
    params: { id },
    body: { ...facts, phoneSrtp: 'require' },
  });
  expect(changed.phoneSrtp).toBe('require');
  await told('require');
  await call('PUT /api/agents/:id', { params: { id }, body: facts });
  await told('accept');
  const body = { ...facts, phoneSrtp: 'perhaps' as 'never' };
  await expect(call('PUT /api/agents/:id', { params: { id }, body })).rejects.toMatchObject({
    status: 422,
    problem: { problems: [{ path: 'phoneSrtp' }] },
  });
});

test('a carrier’s password is told to the node alone: never by the API, the record of changes or the database', async () => {
  const password = 'carrier-secret-9f3';
  const account = { username: '4008', domain: '', realm: '', registers: true, expiresSeconds: 600 };
  const body = {
    name: 'By account',
    sources: [],
    target: { host: '192.0.2.5', port: 5060, protocol: 'udp' as const },
    channelsMax: 10,
  };
  const { nodeId } = node;
  await expect(
    staff.call('POST /api/platform/trunks', { body: { ...body, nodeId, account } }),
  ).rejects.toMatchObject({ status: 422, problem: { problems: [{ path: 'account.password' }] } });
  const made = await staff.call('POST /api/platform/trunks', {
    body: { ...body, nodeId, account: { ...account, password } },
  });
  expect(made.account).toEqual({ ...account, hasPassword: true });
  const named = async () =>
    (
      await link.hear('config', ({ config }) => config.trunks.some(({ id }) => id === made.id))
    ).config.trunks.find(({ id }) => id === made.id);
  expect((await named())!.account).toEqual({ ...account, password });

  // A change that does not name it keeps it.
  const params = { id: made.id };
  const changed = { ...body, account: { ...account, expiresSeconds: 300 } };
  await staff.call('PUT /api/platform/trunks/:id', { params, body: changed });
  expect((await named())!.account).toEqual({ ...account, expiresSeconds: 300, password });

  const shown = await Promise.all(
    ['/api/platform/trunks', '/api/platform/audit', '/api/platform/nodes'].map(async (path) =>
      (await staff.raw(path)).text(),
    ),
  );
  expect(shown.join()).toContain('By account');
  expect(shown.join()).not.toContain(password);
  const rows = await inPlatform(centre.running.centre.database.platform, (trx) =>
    trx.selectFrom('trunk').selectAll().where('id', '=', made.id).execute(),
  );
  expect(rows[0]!.account_password!.length).toBeGreaterThan(password.length);
  expect(Buffer.from(rows[0]!.account_password!).includes(password)).toBe(false);
  expect(JSON.stringify(rows)).not.toContain(password);

  await staff.call('PUT /api/platform/trunks/:id', { params, body });
  expect((await named())!.account).toBeNull();
  await staff.call('DELETE /api/platform/trunks/:id', { params });
  await link.hear('config', ({ config }) => config.trunks.every(({ id }) => id !== made.id));
});

test('a number given to a site is told to the node as local there, and changed without taking it back', async () => {
  const [site] = (await staff.call('GET /api/platform/sites')).items;
  const params = { id: alpha.ids['dids']! };
  const did = await staff.call('PUT /api/platform/dids/:id', {
    params,
    body: { label: 'Local', siteId: site!.id },
  });
  expect(did).toMatchObject({ label: 'Local', siteId: site!.id });
  const { config } = await link.hear('config');
  expect(config.tenants[0]!.dids).toEqual([{ id: did.id, number: did.number, siteId: site!.id }]);
  const nowhere = '01890000-0000-7000-8000-000000000000' as NonNullable<typeof did.siteId>;
  await expect(
    staff.call('PUT /api/platform/dids/:id', { params, body: { label: '', siteId: nowhere } }),
  ).rejects.toMatchObject({ status: 409 });
});

test('a tenant rules over which of its trunks whose calls leave; the node is told', async () => {
  const { call } = alpha.administrator;
  expect((await call('GET /api/trunks')).items).toEqual([
    { id: trunkId, name: 'E1', nodeId: node.nodeId, nodeName: 'hq' },
  ]);
  const rule = await call('POST /api/outbound-rules', { body: ruleBody() });
  expect((await link.hear('config')).config.tenants[0]!.outboundRules).toEqual([
    { ...ruleBody(), id: rule.id },
  ]);
});

test('an agent stands in one rule at most, one rule is for everybody else, and what a rule names is not removed', async () => {
  const { call } = alpha.administrator;
  await expect(
    call('POST /api/outbound-rules', { body: ruleBody({ name: 'Second' }) }),
  ).rejects.toMatchObject({
    status: 409,
    problem: { problems: [{ path: 'agentIds.0' }] },
  });
  const others = await call('POST /api/outbound-rules', { body: ruleBody({ name: 'Others', agentIds: [] }) });
  await expect(
    call('POST /api/outbound-rules', { body: ruleBody({ name: 'More others', agentIds: [] }) }),
  ).rejects.toMatchObject({ status: 409, problem: { problems: [{ path: 'agentIds' }] } });
  await expect(call('POST /api/outbound-rules', { body: ruleBody({ trunkIds: [] }) })).rejects.toMatchObject({
    status: 422,
  });
  await expect(call('DELETE /api/agents/:id', { params: { id: alpha.agentId } })).rejects.toMatchObject({
    status: 409,
  });
  await call('DELETE /api/outbound-rules/:id', { params: { id: others.id } });
});

test('supervisors and agents are shown neither rules nor trunks', async () => {
  for (const browser of [alpha.supervisor, alpha.agent])
    for (const path of ['/api/outbound-rules', '/api/trunks'])
      expect((await browser.raw(path)).status, path).toBe(404);
});
