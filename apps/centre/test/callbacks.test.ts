/** Calls that queues owe, as the centre tells of them: by the node's journal, and taken back or listed by the node's leave. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CallId, QueueId } from '@seatgrid/core/kernel/ids.ts';
import { startTestCentre, type TestCentre } from './test-centre.ts';
import { makeTenant, type TestTenant } from './test-tenant.ts';
import { enrolNode, ids, TestLink } from './test-node.ts';

const number = '+8613900000001';
let centre: TestCentre;
let alpha: TestTenant;
let beta: TestTenant;
let link: TestLink;

beforeAll(async () => {
  centre = await startTestCentre();
  alpha = await makeTenant(centre, 'alpha');
  beta = await makeTenant(centre, 'beta');
  link = await TestLink.greet(centre, await enrolNode(centre, 'hq'));
});
afterAll(async () => {
  await link?.close();
  await centre?.stop();
});

const queueOf = (tenant: TestTenant) => tenant.ids['queues']! as QueueId;
const list = async ({ administrator }: TestTenant, ended?: 'yes') =>
  (await administrator.call('GET /api/callbacks', { query: ended ? { ended } : {} })).items;

test('what is owed is listed until it is over, with its attempts; each tenant sees its own', async () => {
  const callbackId = ids.next<'callback'>();
  const callId = ids.next<'call'>() as CallId;
  const queueId = queueOf(alpha);
  const tell = (facts: Parameters<TestLink['event']>[1]) => link.tell([link.event(alpha.tenant.id, facts)]);
  await tell({ kind: 'callback.asked', callbackId, queueId, number, origin: 'caller', callId, sinceMs: 1_000 }); // prettier-ignore
  expect(await list(alpha)).toMatchObject([{ id: callbackId, number, attempts: 0, nextAtMs: null, callId }]);
  await tell({ kind: 'callback.tried', callbackId, queueId, callId, attempt: 1, outcome: 'busy', nextAtMs: 9_000 }); // prettier-ignore
  expect(await list(alpha)).toMatchObject([{ attempts: 1, nextAtMs: 9_000, lastCallId: callId }]);
  expect(await list(beta)).toEqual([]);
  await tell({ kind: 'callback.ended', callbackId, queueId, end: 'not-reached' });
  expect(await list(alpha)).toEqual([]);
  expect(await list(alpha, 'yes')).toMatchObject([{ id: callbackId, end: 'not-reached' }]);
});

test('one is taken back, and numbers are listed, by the node that keeps them; another tenant reaches neither', async () => {
  const callbackId = ids.next<'callback'>();
  const queueId = queueOf(alpha);
  await link.tell([
    link.event(alpha.tenant.id, {
      kind: 'callback.asked',
      callbackId,
      queueId,
      number,
      origin: 'list',
      callId: null,
      sinceMs: 1,
    }),
  ]);
  const take = (tenant: TestTenant) =>
    tenant.administrator.call('DELETE /api/callbacks/:id', { params: { id: callbackId } });
  await expect(take(beta)).rejects.toMatchObject({ status: 404 });
  await take(alpha);
  expect(await link.hear('cancel-callback')).toMatchObject({ tenantId: alpha.tenant.id, callbackId });
  const put = (tenant: TestTenant) =>
    tenant.administrator.call('POST /api/callbacks', { body: { queueId, numbers: [number] } });
  await expect(put(beta)).rejects.toMatchObject({ status: 422 });
  await put(alpha);
  expect(await link.hear('list-callbacks')).toMatchObject({
    tenantId: alpha.tenant.id,
    queueId,
    numbers: [number],
  });
});
