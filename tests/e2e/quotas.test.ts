/** C-08, C-09: one call and one agent too many are refused with a reason and counted; a suspended tenant takes no call, the other is untouched. */
import type { Quotas } from '@seatgrid/core/tenancy/tenant.ts';
import { TestPhone } from '@seatgrid/testkit/test-phone.ts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { describeSound } from '@seatgrid/testkit/describe-sound.ts';
import { awaitConfigured } from '../../scripts/seatgrid/house/await-configured.ts';
import type { Session } from '../../scripts/seatgrid/house/centre-session.ts';
import { closeDesk, openDesk } from './desk-socket.ts';
import { numberOf, openCaller, sessionOf, theProduct, until, type Product, type TenantSlug } from './product.ts'; // prettier-ignore

let product: Product;
let platform: Session;
let harborAdministrator: Session;
let phone: TestPhone;

beforeAll(async () => {
  product = await theProduct();
  platform = await sessionOf(product, null, 'operator');
  harborAdministrator = await sessionOf(product, 'harbor', 'administrator');
});

beforeEach(async () => {
  phone = await openCaller();
  return () => phone.close();
});

afterAll(async () => {
  await setQuotas({ agentsSignedIn: 5, concurrentCalls: 10, flows: 5 });
  await resume();
});

const ring = (tenant: TenantSlug, from: string) =>
  phone.ring({ ...product.sip, number: numberOf(product, tenant), from });

async function harbor() {
  const { items } = await platform.api.call('GET /api/platform/tenants');
  return items.find((tenant) => tenant.slug === 'harbor')!;
}

const inForce = () => awaitConfigured(platform.api, 15_000);

async function setQuotas(quotas: Quotas): Promise<void> {
  const { id, name } = await harbor();
  await platform.api.call('PUT /api/platform/tenants/:id', { params: { id }, body: { name, quotas } });
  await inForce();
}

async function resume(): Promise<void> {
  const { id, state } = await harbor();
  if (state === 'suspended')
    await platform.api.call('POST /api/platform/tenants/:id/resume', { params: { id } });
  await inForce();
}

test('C-08: the call above the quota hears why, gets 486, and is counted; the other tenant’s call is answered', async () => {
  await setQuotas({ agentsSignedIn: 5, concurrentCalls: 1, flows: 5 });
  const first = await ring('harbor', '+12125550001');
  await first.until(['talking'], 10_000);
  const second = await ring('harbor', '+12125550002');
  await expect(second.until(['failed'], 20_000)).resolves.toMatchObject({ status: 486 });
  expect(describeSound(second.rtp.heard()).isLikeSpeech).toBe(true);
  const elsewhere = await ring('lotus', '+8613900000001');
  await elsewhere.until(['talking'], 10_000);
  for (const call of [first, elsewhere]) call.hangUp();
  const refusal = await until('the refusal in the list', async () => {
    const { items } = await harborAdministrator.api.call('GET /api/refusals', { query: {} });
    return items.find((one) => one.fromNumber === '+12125550002');
  });
  expect(refusal).toMatchObject({ what: 'call', reason: 'quota-calls' });
  const { usage } = await harborAdministrator.api.call('GET /api/quota');
  expect(usage.refusedToday).toBeGreaterThan(0);
});

test('the agent above the quota is refused with the reason, and counted', async () => {
  await setQuotas({ agentsSignedIn: 1, concurrentCalls: 10, flows: 5 });
  const grace = await openDesk(product, 'harbor', '1001');
  const daniel = await openDesk(product, 'harbor', '1002');
  await grace.done({ kind: 'sign-in', device: 'browser' });
  await expect(daniel.command({ kind: 'sign-in', device: 'browser' })).resolves.toMatchObject({ kind: 'refusal', code: 'quota-agents' });
  await until('the refusal in the list', async () => {
    const { items } = await harborAdministrator.api.call('GET /api/refusals', { query: {} });
    return items.some((one) => one.what === 'sign-in' && one.reason === 'quota-agents');
  });
  await closeDesk(grace);
  await expect(daniel.command({ kind: 'sign-in', device: 'browser' })).resolves.toMatchObject({ ok: true });
  await closeDesk(daniel);
}); // prettier-ignore

test('C-08: a flow above the quota is refused', async () => {
  await setQuotas({ agentsSignedIn: 5, concurrentCalls: 10, flows: 2 });
  const body = { name: 'one too many', start: 'end', steps: { end: { kind: 'hang-up' as const, say: [] } } };
  await expect(harborAdministrator.api.call('POST /api/flows', { body })).rejects.toMatchObject({
    problem: { code: 'quota' },
  });
});

test('C-09: a suspended tenant takes no call, the other does; resumed, all is as before', async () => {
  await setQuotas({ agentsSignedIn: 5, concurrentCalls: 10, flows: 5 });
  const before = await harborAdministrator.api.call('GET /api/flows');
  const { id } = await harbor();
  await platform.api.call('POST /api/platform/tenants/:id/suspend', {
    params: { id },
    body: { reason: 'unpaid' },
  });
  await inForce();
  const refused = await ring('harbor', '+12125550003');
  await expect(refused.until(['failed'], 20_000)).resolves.toBeDefined();
  const elsewhere = await ring('lotus', '+8613900000002');
  await elsewhere.until(['talking'], 10_000);
  elsewhere.hangUp();
  await resume();
  const again = await ring('harbor', '+12125550004');
  await again.until(['talking'], 10_000);
  again.hangUp();
  harborAdministrator = await sessionOf(product, 'harbor', 'administrator');
  expect(await harborAdministrator.api.call('GET /api/flows')).toEqual(before);
});
