/** D-24: connectors defined and tried; their secrets sealed; those of the centre asked over the link. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestPostgres, type TestPostgres } from '@seatgrid/adapters/connectors/test-postgres.ts';
import { inTenant } from '@seatgrid/adapters/postgres/scopes.ts';
import { listConnectors } from '@seatgrid/adapters/postgres/stores/connector-store.ts';
import type { CentreToNode } from '@seatgrid/contracts/link/link-messages.ts';
import type { ConnectorId } from '@seatgrid/core/connectors/connector.ts';
import { startTestCentre, type TestCentre } from './test-centre.ts';
import { makeTenant, type TestTenant } from './test-tenant.ts';
import { enrolNode, ids, TestLink } from './test-node.ts';

let centre: TestCentre;
let alpha: TestTenant;
let beta: TestTenant;
let link: TestLink;
let postgres: TestPostgres;

beforeAll(async () => {
  [centre, postgres] = await Promise.all([startTestCentre(), startTestPostgres()]);
  alpha = await makeTenant(centre, 'alpha');
  beta = await makeTenant(centre, 'beta');
  link = await TestLink.greet(centre, await enrolNode(centre, 'hq'));
});
afterAll(async () => {
  await link?.close();
  await centre?.stop();
  await postgres?.stop();
});

const body = (facts: { readonly runsAt?: 'node' | 'centre'; readonly host?: string } = {}) => ({
  name: `Bank ${ids.next<'connector'>()}`,
  runsAt: facts.runsAt ?? ('node' as const),
  timeoutMs: 5_000,
  linesMax: 2,
  settings: {
    kind: 'postgres' as const,
    host: facts.host ?? '127.0.0.1',
    port: postgres.port,
    database: 'postgres',
    user: 'postgres',
    tls: null,
  },
});
const allow = async ({ tenant }: TestTenant, ...innerHosts: string[]) =>
  (await centre.operator()).call('PUT /api/platform/tenants/:id/inner-hosts', {
    params: { id: tenant.id },
    body: { innerHosts },
  });

test('a secret goes in, lies sealed, is never shown, stays when it is not given, and goes when it is taken away', async () => {
  const { call } = alpha.administrator;
  const made = await call('POST /api/connectors', { body: { ...body(), secrets: { password: 'open sesame' } } });
  expect(made).toMatchObject({ hasPassword: true, hasClientKey: false });
  expect(JSON.stringify(await call('GET /api/connectors'))).not.toContain('sesame');
  expect(JSON.stringify(await call('GET /api/audit', { query: { noun: 'connector' } }))).not.toContain('sesame');
  const { database } = centre.running.centre;
  const sealed = await inTenant(database.tenants, alpha.tenant.id, listConnectors);
  const { password } = sealed.find(({ connector }) => connector.id === made.id)!.sealed;
  expect(Buffer.from(password!).toString('latin1')).not.toContain('sesame');
  const params = { id: made.id };
  const renamed = await call('PUT /api/connectors/:id', { params, body: { ...body(), name: 'Renamed' } });
  expect(renamed).toMatchObject({ name: 'Renamed', hasPassword: true });
  const taken = await call('PUT /api/connectors/:id', { params, body: { ...body(), secrets: { password: null } } });
  expect(taken.hasPassword).toBe(false);
  await call('DELETE /api/connectors/:id', { params });
}); // prettier-ignore

test('whoever leads a connector elsewhere gives its secret again', async () => {
  const { call } = alpha.administrator;
  const made = await call('POST /api/connectors', { body: { ...body(), secrets: { password: 'known' } } });
  const elsewhere = { ...body({ host: 'thief.example' }), name: made.name };
  const params = { id: made.id };
  await expect(call('PUT /api/connectors/:id', { params, body: elsewhere })).rejects.toMatchObject({
    problem: { code: 'malformed', problems: [{ path: 'secrets.password' }] },
  });
  await call('PUT /api/connectors/:id', { params, body: { ...elsewhere, secrets: { password: 'theirs' } } });
  await call('DELETE /api/connectors/:id', { params });
});

test('one that leads where it led keeps its secrets, also behind certificates', async () => {
  const { call } = alpha.administrator;
  const tls = { authority: '', certificate: '', serverName: 'bank.example' };
  const given = { ...body(), settings: { ...body().settings, tls } };
  const made = await call('POST /api/connectors', { body: { ...given, secrets: { password: 'known' } } });
  const params = { id: made.id };
  const changed = await call('PUT /api/connectors/:id', { params, body: { ...given, timeoutMs: 900 } });
  expect(changed).toMatchObject({ timeoutMs: 900, hasPassword: true });
  await call('DELETE /api/connectors/:id', { params });
});

test('D-24: one that runs at nodes is tried by each linked node, which alone is told the secret', async () => {
  const { call } = alpha.administrator;
  await allow(alpha, '127.0.0.1');
  const made = await call('POST /api/connectors', { body: { ...body(), secrets: { password: 'for the node' } } });
  const trying = call('POST /api/connectors/:id/test', { params: { id: made.id } });
  const asked = await link.hear('try-connector');
  expect(asked).toMatchObject({ tenantId: alpha.tenant.id, innerHosts: ['127.0.0.1'], connector: { id: made.id, secrets: { password: 'for the node' } } });
  link.send({ kind: 'connector-outcome', requestId: asked.requestId, outcome: { ok: false, failure: { code: 'not-admitted', detail: 'wrong password' } } });
  expect((await trying).items).toMatchObject([{ place: 'hq', isGood: false, code: 'not-admitted', said: 'wrong password' }]);
}); // prettier-ignore

test('one that runs at the centre is tried there, and reaches nothing inside that no operator allowed', async () => {
  const { call } = beta.administrator;
  const secrets = { password: postgres.password };
  const { id } = await call('POST /api/connectors', { body: { ...body({ runsAt: 'centre' }), secrets } });
  const test = () => call('POST /api/connectors/:id/test', { params: { id } });
  expect((await test()).items).toMatchObject([{ place: null, isGood: false, code: 'inner-address' }]);
  await allow(beta, `127.0.0.1:${postgres.port}`);
  expect((await test()).items).toMatchObject([{ place: null, isGood: true, said: expect.stringMatching(/^PostgreSQL/) }]);
  await expect(alpha.administrator.call('POST /api/connectors/:id/test', { params: { id } })).rejects.toMatchObject({ problem: { code: 'not-found' } });
}); // prettier-ignore

test('a node asks one that runs at the centre over its link, and is not given its secret', async () => {
  const { call } = beta.administrator;
  await allow(beta, '127.0.0.1');
  const secrets = { password: postgres.password };
  const { id } = await call('POST /api/connectors', { body: { ...body({ runsAt: 'centre' }), secrets } });
  const ask = async (connectorId: string, tenant: TestTenant): Promise<unknown> => {
    const requestId = ids.next<'question'>();
    const request = { kind: 'statement' as const, text: 'select :a as a', values: { a: "it's" } };
    link.send({ kind: 'ask-connector', requestId, tenantId: tenant.tenant.id, connectorId: connectorId as ConnectorId, request });
    const isIts = (one: CentreToNode) => one.kind === 'connector-outcome' && one.requestId === requestId;
    await expect.poll(() => link.heard.some(isIts), { timeout: 20_000 }).toBe(true);
    return (link.heard.find(isIts) as { outcome: unknown }).outcome;
  };
  expect(await ask(id, beta)).toMatchObject({ ok: true, value: { document: { rows: [{ a: "it's" }] } } });
  expect(await ask(id, alpha)).toMatchObject({ ok: false, failure: { code: 'unknown-connector' } });
  const isTold = (one: CentreToNode) => one.kind === 'config' && JSON.stringify(one).includes(id);
  await expect.poll(() => link.heard.some(isTold), { timeout: 20_000 }).toBe(true);
  const config = JSON.stringify(link.heard.findLast(isTold));
  expect(config).not.toContain(postgres.password);
}); // prettier-ignore

test('a connector a flow asks is not removed', async () => {
  const { call } = alpha.administrator;
  const made = await call('POST /api/connectors', { body: body() });
  const steps = {
    ask: { kind: 'query-database', connectorId: made.id as ConnectorId, statement: 'select 1', values: [], results: [], next: 'bye', onUnanswered: 'bye' },
    bye: { kind: 'hang-up', say: [] },
  } as const;
  const flow = await call('POST /api/flows', { body: { name: 'Asks', start: 'ask', steps } });
  const params = { id: made.id };
  await expect(call('DELETE /api/connectors/:id', { params })).rejects.toMatchObject({ problem: { code: 'refused' } });
  await call('DELETE /api/flows/:id', { params: { id: flow.id } });
  await call('DELETE /api/connectors/:id', { params });
}); // prettier-ignore
