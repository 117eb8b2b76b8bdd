/** C-05: a new tenant's call centre is built by configuration alone, and takes its first call from the processes that run already. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestPhone } from '@seatgrid/testkit/test-phone.ts';
import { awaitConfigured } from '../../scripts/seatgrid/house/await-configured.ts';
import { signIn, type Session } from '../../scripts/seatgrid/house/centre-session.ts';
import { openCaller, sessionOf, theProduct, untilRecorded, type Product } from './product.ts';

const slug = `new${process.pid}`;
const number = `+4420${String(70_000_000 + (process.pid % 1_000_000))}`;
const administrator = { email: `first@${slug}.example`, password: 'a-long-password' };
let product: Product;
let platform: Session;
let phone: TestPhone;

beforeAll(async () => {
  product = await theProduct();
  platform = await sessionOf(product, null, 'operator');
  phone = await openCaller();
});
afterAll(() => phone?.close());

test('C-05: created, given a number and a flow, it takes its first call; no process was started for it', async () => {
  const before = (await platform.api.call('GET /api/platform/system')).startedAtMs;
  const tenant = await platform.api.call('POST /api/platform/tenants', {
    body: {
      slug,
      name: 'Newcomer',
      locale: 'en',
      timeZone: 'Europe/London',
      quotas: { agentsSignedIn: 2, concurrentCalls: 2, flows: 2 },
      administrator: { name: 'First Person', ...administrator },
    },
  });
  const did = await platform.api.call('POST /api/platform/dids', {
    body: { tenantId: tenant.id, number, label: 'Hotline' },
  });
  const { api } = await signIn(product.api, administrator.email, administrator.password);
  const flow = await api.call('POST /api/flows', {
    body: {
      name: 'Welcome',
      start: 'bye',
      steps: { bye: { kind: 'hang-up', say: [{ kind: 'text', text: { en: 'Good morning' } }] } },
    },
  });
  await api.call('POST /api/flows/:id/publish', { params: { id: flow.id } });
  await api.call('POST /api/inbound-rules', {
    body: {
      name: 'Always',
      didIds: [did.id],
      workingTime: [],
      onDuty: { kind: 'flow', flowId: flow.id },
      offDuty: { kind: 'hang-up', say: [] },
    },
  });
  await awaitConfigured(platform.api, 15_000);

  const from = '+442071838750';
  const call = await phone.ring({ ...product.sip, number, from });
  await call.until(['talking'], 10_000);
  await call.until(['ended'], 15_000);
  const session = await signIn(product.api, administrator.email, administrator.password);
  expect(await untilRecorded(session, from)).toMatchObject({
    toNumber: number,
    endReason: { party: 'platform', code: 'flow-ended' },
  });
  expect((await platform.api.call('GET /api/platform/system')).startedAtMs).toBe(before);
  for (const other of ['lotus', 'harbor'] as const) {
    const { items } = await (
      await sessionOf(product, other, 'administrator')
    ).api.call('GET /api/calls', { query: { number: from } });
    expect(items).toEqual([]);
  }

  // Suspended afterwards, so that the demonstration's figures stay its own.
  await platform.api.call('POST /api/platform/tenants/:id/suspend', {
    params: { id: tenant.id },
    body: { reason: 'tried' },
  });
  await awaitConfigured(platform.api, 15_000);
});
