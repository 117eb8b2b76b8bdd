/** F-25: how far off announced waits were, by queue, of whoever was served; each tenant sees its own. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CallId, QueueId } from '@seatgrid/core/kernel/ids.ts';
import { startTestCentre, type TestCentre } from './test-centre.ts';
import { makeTenant, type TestTenant } from './test-tenant.ts';
import { enrolNode, ids, TestLink } from './test-node.ts';

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

/** Told one wait at once and, where there is another, a second later; gone from the queue after `waitedMs`. */
async function waited(
  tenant: TestTenant,
  told: readonly number[],
  waitedMs: number,
  cause: 'agent' | 'abandoned',
) {
  const callId = ids.next<'call'>() as CallId;
  const queueId = tenant.ids['queues']! as QueueId;
  const begunMs = Date.now() - 3_600_000;
  const events = told.map((expectedMs, index) =>
    link.event(
      tenant.tenant.id,
      { kind: 'wait.announced', callId, queueId, expectedMs, saidMinutes: 0 },
      begunMs + index * 1_000,
    ),
  );
  const left = link.event(
    tenant.tenant.id,
    { kind: 'queue.left', callId, queueId, cause, waitedMs, position: 1 },
    begunMs + waitedMs,
  );
  await link.tell([...events, left]);
}

test('each announcement is held against what came; nobody knows how long who gave up would have waited', async () => {
  await waited(alpha, [40_000], 30_000, 'agent');
  await waited(alpha, [20_000, 20_000], 31_000, 'agent');
  await waited(alpha, [500_000], 10_000, 'abandoned');
  await waited(beta, [90_000], 10_000, 'agent');
  const of = async ({ administrator }: TestTenant) =>
    (await administrator.call('GET /api/queues/announced-waits')).items;
  expect(await of(alpha)).toEqual([
    { queueId: alpha.ids['queues'], count: 3, meanErrorMs: 10_333, meanTooLongMs: -3_667 },
  ]);
  expect(await of(beta)).toEqual([
    { queueId: beta.ids['queues'], count: 1, meanErrorMs: 80_000, meanTooLongMs: 80_000 },
  ]);
});
