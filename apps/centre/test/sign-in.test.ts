import { afterAll, beforeAll, expect, test } from 'vitest';
import { loginFailuresMax, loginLockMs } from '../src/limits.ts';
import { operator, startTestCentre, type TestCentre } from './test-centre.ts';
import { makeTenant, type TestTenant } from './test-tenant.ts';
import { enrolNode, TestLink } from './test-node.ts';
import { verifyDeskToken } from '@seatgrid/adapters/jose/tokens.ts';
import { realClock } from '../src/runtime/real-clock.ts';

const password = 'a-long-password';
let centre: TestCentre;
let alpha: TestTenant;

beforeAll(async () => {
  centre = await startTestCentre();
  alpha = await makeTenant(centre, 'alpha');
});
afterAll(() => centre?.stop());

test('the cookie is out of reach of scripts and of other sites', async () => {
  const response = await centre.browser().raw('/api/auth/login', {
    method: 'POST',
    body: JSON.stringify(operator),
    headers: { 'content-type': 'application/json' },
  });
  const [cookie] = response.headers.getSetCookie();
  expect(cookie).toMatch(/HttpOnly/);
  expect(cookie).toMatch(/SameSite=Lax/);
  expect(await response.text()).not.toContain(cookie!.split(/[=;]/)[1]!);
});

test('an e-mail is known whatever its case; a wrong password and an unknown e-mail are told alike', async () => {
  const { call } = centre.browser();
  await call('POST /api/auth/login', { body: { email: 'ADMIN@alpha.example', password } });
  const problems: unknown[] = [];
  for (const email of ['admin@alpha.example', 'nobody@nowhere.example'])
    await call('POST /api/auth/login', { body: { email, password: 'wrong' } }).catch(
      (error: { problem: unknown }) => problems.push(error.problem),
    );
  expect(problems).toHaveLength(2);
  expect(problems[0]).toEqual(problems[1]);
  expect(problems[0]).toMatchObject({ code: 'not-signed-in' });
});

test('guessing locks the e-mail, whether or not anybody has it; the right password waits too, and is taken after the lock', async () => {
  const { call } = centre.browser();
  for (const email of ['super@alpha.example', 'ghost@alpha.example']) {
    const login = (word: string) => call('POST /api/auth/login', { body: { email, password: word } });
    for (let guess = 1; guess < loginFailuresMax; guess++)
      await expect(login('wrong')).rejects.toMatchObject({ status: 401 });
    await expect(login('wrong')).rejects.toMatchObject({
      status: 429,
      problem: { code: 'locked-out', retryAfterSeconds: loginLockMs / 1_000 },
    });
    await expect(login(password)).rejects.toMatchObject({ status: 429 });
  }
  centre.advance(loginLockMs + 1_000);
  const login = (word: string) =>
    call('POST /api/auth/login', { body: { email: 'super@alpha.example', password: word } });
  await expect(login('wrong')).rejects.toMatchObject({
    problem: { retryAfterSeconds: (2 * loginLockMs) / 1_000 },
  });
  centre.advance(2 * loginLockMs + 1_000);
  expect(await login(password)).toMatchObject({ role: 'supervisor' });
  centre.advance(-(3 * loginLockMs + 2_000));
});

test('a password change ends every other session and asks for the present one', async () => {
  const who = { email: 'bob@alpha.example', password };
  const here = await centre.browser().signIn(who);
  const there = await centre.browser().signIn(who);
  const change = (current: string, next: string) =>
    here.call('POST /api/auth/password', { body: { current, next } });
  await expect(change('wrong', 'another-password')).rejects.toMatchObject({
    status: 422,
    problem: { problems: [{ path: 'current' }] },
  });
  await expect(change(password, 'short')).rejects.toMatchObject({
    problem: { problems: [{ path: 'next' }] },
  });
  await change(password, 'another-password');
  await expect(here.call('GET /api/auth/me')).resolves.toMatchObject({ name: 'Bob', role: 'agent' });
  await expect(there.call('GET /api/auth/me')).rejects.toMatchObject({ status: 401 });
  await expect(centre.browser().signIn(who)).rejects.toMatchObject({ status: 401 });
  await here.call('POST /api/auth/password', { body: { current: 'another-password', next: password } });
  await alpha.agent.signIn(who);
});

test('a login that is shut ends its sessions; the last administrator cannot be shut out', async () => {
  const user = await alpha.administrator.call('POST /api/users', {
    body: { email: 'temp@alpha.example', name: 'Temp', role: 'supervisor', password },
  });
  const temp = await centre.browser().signIn({ email: 'temp@alpha.example', password });
  const params = { id: user.id };
  await alpha.administrator.call('PUT /api/users/:id', { params, body: { name: 'Temp', isActive: false } });
  await expect(temp.call('GET /api/auth/me')).rejects.toMatchObject({ status: 401 });
  await expect(centre.browser().signIn({ email: 'temp@alpha.example', password })).rejects.toMatchObject({
    status: 401,
  });
  const me = await alpha.administrator.call('GET /api/auth/me');
  await expect(
    alpha.administrator.call('DELETE /api/users/:id', { params: { id: me.userId } }),
  ).rejects.toMatchObject({ status: 409, problem: { code: 'refused' } });
});

test('an e-mail that somebody has is refused at its field, also across tenants', async () => {
  const beta = await makeTenant(centre, 'beta');
  await expect(
    beta.administrator.call('POST /api/users', {
      body: { email: 'Admin@alpha.example', name: 'Thief', role: 'administrator', password },
    }),
  ).rejects.toMatchObject({ status: 409, problem: { code: 'conflict', problems: [{ path: 'email' }] } });
});

test('the choice of language is kept', async () => {
  await alpha.agent.call('PUT /api/auth/me', { body: { locale: 'zh-Hant' } });
  expect(await alpha.agent.call('GET /api/auth/me')).toMatchObject({
    locale: 'zh-Hant',
    agentId: alpha.agentId,
  });
});

test('C-01: staff visit a tenant with a reason and for a time, as its administrator, under their own name', async () => {
  const staff = await centre.operator();
  const params = { id: alpha.tenant.id };
  const me = await staff.call('POST /api/platform/tenants/:id/enter', {
    params,
    body: { reason: 'helps with the menu', minutes: 30 },
  });
  expect(me).toMatchObject({
    role: 'administrator',
    tenant: { slug: 'alpha' },
    visit: { reason: 'helps with the menu' },
  });
  await staff.call('POST /api/skills', { body: { name: 'By staff' } });
  await expect(staff.call('GET /api/platform/tenants')).rejects.toMatchObject({ status: 404 });
  const { items } = await alpha.administrator.call('GET /api/audit', { query: { limit: 2 } });
  expect(items.map(({ actor, noun, verb }) => ({ actor, noun, verb }))).toEqual([
    { actor: 'Operator', noun: 'skill', verb: 'create' },
    { actor: 'Operator', noun: 'tenant', verb: 'enter' },
  ]);
  expect(items[1]!.after).toMatchObject({ reason: 'helps with the menu' });
  expect(await staff.call('POST /api/auth/leave-tenant')).toMatchObject({ role: 'operator', visit: null });
  await expect(staff.call('GET /api/queues')).rejects.toMatchObject({ status: 404 });

  await staff.call('POST /api/platform/tenants/:id/enter', { params, body: { reason: 'again', minutes: 5 } });
  centre.advance(5 * 60_000 + 1_000);
  expect(await staff.call('GET /api/auth/me')).toMatchObject({ role: 'operator', visit: null });
  centre.advance(-(5 * 60_000 + 1_000));
});

test('a desk token is given once a node has told where desks connect, and is refused to a suspended tenant', async () => {
  await expect(alpha.agent.call('POST /api/desk-token')).rejects.toMatchObject({ status: 503 });
  const node = await enrolNode(centre, 'desk-node');
  const link = await TestLink.greet(centre, node);
  const { token, deskUrl } = await alpha.agent.call('POST /api/desk-token');
  expect(deskUrl).toBe('ws://127.0.0.1:1/desk');
  const { config } = await link.hear('config');
  const claims = await verifyDeskToken(config.deskTokenKeys, realClock, token);
  expect(claims).toMatchObject({ agentId: alpha.agentId, tenantId: alpha.tenant.id });
  const staff = await centre.operator();
  await staff.call('POST /api/platform/tenants/:id/suspend', {
    params: { id: alpha.tenant.id },
    body: { reason: 'unpaid' },
  });
  await expect(alpha.agent.call('POST /api/desk-token')).rejects.toMatchObject({
    status: 409,
    problem: { code: 'refused' },
  });
  await staff.call('POST /api/platform/tenants/:id/resume', { params: { id: alpha.tenant.id } });
  await alpha.agent.call('POST /api/desk-token');
  await link.close();
});
