/** C-08, C-09: what a refused caller hears, word for word, in the tenant's language, and what is counted. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { FixtureTenant } from './fixture-config.ts';
import { TelephoneSide, numberWith } from './telephone-side.ts';

const small = '+864008000001';
const suspended = '+864008000002';
let side: TelephoneSide;
let chinese: FixtureTenant;
let english: FixtureTenant;

beforeAll(async () => {
  side = await TelephoneSide.start((fixture) => {
    chinese = fixture.tenant({ slug: 'small', number: '+864008009001', agents: 1, locale: 'zh-Hans', quotas: { concurrentCalls: 1 } });
    english = fixture.tenant({ slug: 'closed', number: '+864008009002', agents: 1, locale: 'en' });
    english.config.tenant = { ...english.config.tenant, state: 'suspended' };
    numberWith(chinese, small, { kind: 'queue', queueId: fixture.queue(chinese).id });
    numberWith(english, suspended, { kind: 'queue', queueId: fixture.queue(english).id });
  });
}); // prettier-ignore

afterEach(() => side.settle());
afterAll(() => side?.close());

test('the call above the quota hears that the lines are busy, then 486; the refusal is counted with its reason', async () => {
  const first = await side.ring(small);
  await first.until(['talking'], 5_000);
  const second = await side.ring(small, '13900001111');
  await side.untilSaid(second, '您好，线路正忙，请稍后再拨。', 'zh-Hans');
  expect(await second.until(['failed'], 5_000)).toMatchObject({ status: 486 });
  const refused = await side.node.event('call.refused');
  expect(refused.tenantId).toBe(chinese.config.tenant.id);
  expect(refused.facts).toMatchObject({
    reason: 'quota-calls',
    fromNumber: '13900001111',
    toNumber: small,
  });
});

test('a suspended tenant’s caller hears that the service is not available, then 503', async () => {
  const call = await side.ring(suspended);
  await side.untilSaid(call, 'The service you have called is not available at present.', 'en');
  expect(await call.until(['failed'], 5_000)).toMatchObject({ status: 503 });
  const refused = await side.node.event('call.refused', (facts) => facts.reason === 'suspended');
  expect(refused.tenantId).toBe(english.config.tenant.id);
});
