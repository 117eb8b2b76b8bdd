import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeWav } from '@seatgrid/media/audio/wav.ts';
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

test('two tenants keep equal names and extensions apart; within one they are refused at their field', async () => {
  const agents = await Promise.all(
    [alpha, beta].map(async ({ administrator }) => (await administrator.call('GET /api/agents')).items),
  );
  expect(agents.map((items) => items.map((one) => one.extension))).toEqual([['8001'], ['8001']]);
  await expect(
    alpha.administrator.call('POST /api/skills', { body: { name: 'Sales' } }),
  ).rejects.toMatchObject({
    status: 409,
    problem: { code: 'conflict', problems: [{ path: 'name' }] },
  });
});

test('a number inside a tenant reaches an agent or a leader position, never both; a group with agents is not removed', async () => {
  const { call } = alpha.administrator;
  const [agent] = (await call('GET /api/agents')).items;
  expect(agent).toMatchObject({ kind: 'leader', groupId: alpha.ids['groups'] });
  const taken = (field: string) => ({ status: 409, problem: { problems: [{ path: field }] } });
  for (const leaderNumber of [agent!.extension, agent!.staffId, '600'])
    await expect(call('POST /api/groups', { body: { name: 'Second', leaderNumber } })).rejects.toMatchObject(
      taken('leaderNumber'),
    );
  const { email, name, locale, skills, isAutoAnswer, kind } = agent!;
  const given = { email, name, locale, skills, isAutoAnswer, kind, phonePassword: 'phone-password' };
  const put = (rest: { extension: string; staffId: string; groupId: string | null }) =>
    call('PUT /api/agents/:id', { params: { id: agent!.id }, body: { ...given, ...rest } });
  await expect(put({ extension: '600', staffId: '1001', groupId: null })).rejects.toMatchObject(
    taken('extension'),
  );
  await expect(put({ extension: '8001', staffId: '600', groupId: null })).rejects.toMatchObject(
    taken('staffId'),
  );
  await expect(
    put({ extension: '8001', staffId: '1001', groupId: beta.ids['groups']! }),
  ).rejects.toMatchObject({ status: 422, problem: { problems: [{ path: 'groupId' }] } });
  const params = { id: alpha.ids['groups']! };
  await expect(call('DELETE /api/groups/:id', { params })).rejects.toMatchObject({ status: 409 });
});

test('a number belongs to one tenant and stands in one rule', async () => {
  const staff = await centre.operator();
  const [did] = (await alpha.administrator.call('GET /api/dids')).items;
  await expect(
    staff.call('POST /api/platform/dids', {
      body: { tenantId: beta.tenant.id, number: did!.number, label: '' },
    }),
  ).rejects.toMatchObject({ status: 409, problem: { problems: [{ path: 'number' }] } });
  const hangUp = { kind: 'hang-up' as const, say: [] };
  const body = { name: 'Second', didIds: [did!.id], workingTime: [], onDuty: hangUp, offDuty: hangUp };
  await expect(alpha.administrator.call('POST /api/inbound-rules', { body })).rejects.toMatchObject({
    status: 409,
    problem: { problems: [{ path: 'didIds.0' }] },
  });
});

test('a flow that points nowhere or goes round for ever is refused with its place', async () => {
  const { call } = alpha.administrator;
  const set = (next: string) => ({ kind: 'set' as const, variable: 'x', value: '1', next });
  await expect(
    call('POST /api/flows', { body: { name: 'Loop', start: 'a', steps: { a: set('b'), b: set('a') } } }),
  ).rejects.toMatchObject({ status: 422, problem: { problems: expect.arrayContaining([expect.objectContaining({ path: 'steps.a' })]) } }); // prettier-ignore
  await expect(
    call('POST /api/flows', { body: { name: 'Nowhere', start: 'a', steps: { a: set('gone') } } }),
  ).rejects.toMatchObject({ problem: { problems: expect.arrayContaining([expect.objectContaining({ path: 'steps.a.next' })]) } }); // prettier-ignore
});

test('a draft is not what nodes run until it is published; a flow in use is not removed; the quota of flows holds', async () => {
  const { call } = alpha.administrator;
  const id = alpha.ids['flows']!;
  const flow = await call('GET /api/flows/:id', { params: { id } });
  expect(flow).toMatchObject({ version: 1, publishedVersion: 1, isChanged: false });
  const saved = await call('PUT /api/flows/:id', {
    params: { id },
    body: { name: flow.name, start: 'bye', steps: { bye: { kind: 'hang-up', say: [] } } },
  });
  expect(saved).toMatchObject({ version: 1, isChanged: true });
  expect(await call('POST /api/flows/:id/publish', { params: { id } })).toMatchObject({
    version: 2,
    isChanged: false,
  });
  await expect(call('DELETE /api/flows/:id', { params: { id } })).rejects.toMatchObject({
    status: 409,
    problem: { message: expect.stringContaining('“Always”') as string },
  });
  const body = (name: string) => ({ name, start: 'a', steps: { a: { kind: 'hang-up' as const, say: [] } } });
  const second = await call('POST /api/flows', { body: body('Second') });
  await call('POST /api/flows', { body: body('Third') });
  await expect(call('POST /api/flows', { body: body('Fourth') })).rejects.toMatchObject({
    status: 409,
    problem: { code: 'quota' },
  });
  await call('DELETE /api/flows/:id', { params: { id: second.id } });
  await call('POST /api/flows', { body: body('Fourth') });
});

test('what something uses is not removed, and the users are named', async () => {
  const { call } = beta.administrator;
  await expect(call('DELETE /api/skills/:id', { params: { id: beta.ids['skills']! } })).rejects.toMatchObject(
    {
      status: 409,
      problem: { message: 'Still used by queue “Sales”, agent “Bob”.' },
    },
  );
  await expect(call('DELETE /api/queues/:id', { params: { id: beta.ids['queues']! } })).rejects.toMatchObject(
    {
      problem: { message: 'Still used by call flow “Main”, published call flow “Main”.' },
    },
  );
  await expect(
    call('DELETE /api/prompts/:id', { params: { id: beta.ids['prompts']! } }),
  ).rejects.toMatchObject({
    problem: { message: 'Still used by queue “Sales”.' },
  });
});

test('D-23: a prompt of any common WAV becomes 8 kHz mono; another format is refused naming those accepted', async () => {
  const { call, raw } = alpha.administrator;
  const loud = Int16Array.from({ length: 44_100 }, (_, index) => 8_000 * Math.sin(index / 10));
  const prompt = await call('POST /api/prompts', {
    query: { name: 'From a studio', kind: 'music', locale: 'zh-Hans' },
    body: writeWav(loud, 44_100),
  });
  expect(prompt).toMatchObject({ name: 'From a studio', kind: 'music', durationMs: 1_000 });
  const response = await raw(`/api/prompts/${prompt.id}/audio`, { headers: { range: 'bytes=0-43' } });
  expect(response.status).toBe(206);
  expect(response.headers.get('content-range')).toBe(`bytes 0-43/${prompt.octets}`);
  const header = new DataView(await response.arrayBuffer());
  expect([header.getUint16(22, true), header.getUint32(24, true), header.getUint16(34, true)]).toEqual([
    1, 8_000, 16,
  ]);
  const whole = Buffer.from(await (await raw(`/api/prompts/${prompt.id}/audio`)).arrayBuffer());
  expect(createHash('sha256').update(whole).digest('hex')).toBe(prompt.sha256);
  const rubbish = call('POST /api/prompts', {
    query: { name: 'x', kind: 'prompt' },
    body: Buffer.from('ID3 mp3'),
  });
  await expect(rubbish).rejects.toMatchObject({
    status: 415,
    problem: { code: 'unsupported-format', message: expect.stringContaining('WAV') as string },
  });
  await call('DELETE /api/prompts/:id', { params: { id: prompt.id } });
  await expect(raw(`/api/prompts/${prompt.id}/audio`)).resolves.toMatchObject({ status: 404 });
});

test('an agent’s phone password is kept as digests over the tenant’s own realm, and asked for when the extension changes', async () => {
  const { call } = alpha.administrator;
  const [agent] = (await call('GET /api/agents')).items;
  const { id, userId: _, hasPhonePassword, ...facts } = agent!;
  expect(hasPhonePassword).toBe(true);
  await expect(
    call('PUT /api/agents/:id', { params: { id }, body: { ...facts, extension: '8002' } }),
  ).rejects.toMatchObject({ status: 422, problem: { problems: [{ path: 'phonePassword' }] } });
  await call('PUT /api/agents/:id', {
    params: { id },
    body: { ...facts, extension: '8002', phonePassword: 'phone-password', email: 'robert@alpha.example' },
  });
  await centre.browser().signIn({ email: 'robert@alpha.example', password: 'a-long-password' });
});

test('a removed agent’s login is gone and the e-mail free, the name stays in the audit', async () => {
  const { call } = beta.administrator;
  const agent = (await call('GET /api/agents')).items[0]!;
  const remove = () => call('DELETE /api/agents/:id', { params: { id: agent.id } });
  // Still named by a ring group, and then by a mailbox.
  await expect(remove()).rejects.toMatchObject({ status: 409 });
  await call('DELETE /api/ring-groups/:id', { params: { id: beta.ids['ring-groups']! } });
  await expect(remove()).rejects.toMatchObject({ status: 409 });
  await call('DELETE /api/mailboxes/:id', { params: { id: beta.ids['mailboxes']! } });
  await remove();
  await expect(beta.agent.call('GET /api/auth/me')).rejects.toMatchObject({ status: 401 });
  await call('POST /api/users', {
    body: { email: agent.email, name: 'Bob again', role: 'supervisor', password: 'a-long-password' },
  });
  const { items } = await call('GET /api/audit', { query: { noun: 'agent' } });
  expect(items[0]).toMatchObject({ verb: 'delete', before: { name: 'Bob' } });
});

test('the audit tells what changed and never a secret', async () => {
  const { call } = alpha.administrator;
  const settings = await call('GET /api/settings');
  await call('PUT /api/settings', { body: { ...settings, locale: 'zh-Hans' } });
  const { items } = await call('GET /api/audit', { query: { limit: 500 } });
  expect(items[0]).toMatchObject({
    noun: 'tenant-settings',
    verb: 'update',
    before: { locale: 'en' },
    after: { locale: 'zh-Hans' },
  });
  const text = JSON.stringify(items);
  expect(text).not.toMatch(/password["']?:|a-long-password|phone-password|argon2|md5/);
  expect(items.length).toBeGreaterThan(10);
});

test('pages of the audit join without a gap or an overlap', async () => {
  const { call } = alpha.administrator;
  const all = (await call('GET /api/audit', { query: { limit: 500 } })).items.map((one) => one.id);
  const pages: string[] = [];
  let before: string | undefined;
  do {
    const page = await call('GET /api/audit', {
      query: { limit: 3, ...(before === undefined ? {} : { before }) },
    });
    pages.push(...page.items.map((one) => one.id));
    before = page.next ?? undefined;
  } while (before !== undefined);
  expect(pages).toEqual(all);
});

test('a malformed body is told field by field; text that is no JSON, and a body past the bound, each by name', async () => {
  const { call, raw } = alpha.administrator;
  const bad = call('POST /api/dispositions', { body: { code: '', name: { en: 5 as never } } });
  await expect(bad).rejects.toMatchObject({
    status: 422,
    problem: { code: 'malformed', problems: [{ path: 'code' }, { path: 'name.en' }] },
  });
  const post = (body: string, type = 'application/json') =>
    raw('/api/skills', { method: 'POST', body, headers: { 'content-type': type } });
  expect((await post('{')).status).toBe(422);
  expect((await post('{}', 'text/plain')).status).toBe(415);
  expect((await post(JSON.stringify({ name: 'x'.repeat(3_000_000) }))).status).toBe(413);
});

test('a slug that is taken leaves no half-made tenant, nor does an administrator’s e-mail', async () => {
  const staff = await centre.operator();
  const tenants = async () => (await staff.call('GET /api/platform/tenants')).items.map((one) => one.slug);
  const before = await tenants();
  const body = {
    slug: 'alpha',
    name: 'x',
    locale: 'en' as const,
    timeZone: 'UTC',
    quotas: { agentsSignedIn: 1, concurrentCalls: 1, flows: 1 },
    administrator: { email: 'new@x.example', name: 'x', password: 'a-long-password' },
  };
  await expect(staff.call('POST /api/platform/tenants', { body })).rejects.toMatchObject({
    problem: { problems: [{ path: 'slug' }] },
  });
  const administrator = { ...body.administrator, email: 'admin@alpha.example' };
  await expect(
    staff.call('POST /api/platform/tenants', { body: { ...body, slug: 'gamma', administrator } }),
  ).rejects.toMatchObject({ problem: { problems: [{ path: 'administrator.email' }] } });
  expect(await tenants()).toEqual(before);
});

test('the OpenAPI document names every path and its page reads without a network', async () => {
  const document = (await (await fetch(`${centre.url}/api/openapi.json`)).json()) as {
    openapi: string;
    paths: object;
  };
  expect(document.openapi).toBe('3.1.0');
  expect(Object.keys(document.paths).length).toBeGreaterThan(40);
  const page = await (await fetch(`${centre.url}/api/docs`)).text();
  expect(page).toContain('/api/platform/tenants/{id}/suspend');
  expect(page).not.toMatch(/<script|https?:\/\//);
});

test('health answers; an unbuilt portal says how to build it; nothing leads out of its folder', async () => {
  expect(await (await fetch(`${centre.url}/healthz`)).json()).toMatchObject({ state: 'ok' });
  const page = await fetch(`${centre.url}/calls`);
  expect(page.status).toBe(503);
  expect(await page.text()).toContain('npm run build');
  const escape = await fetch(`${centre.url}/..%2f..%2f..%2f..%2fetc/passwd`);
  expect(await escape.text()).not.toContain(readFileSync('/etc/passwd', 'utf8').slice(0, 20));
});
