/** C-08 at the centre: two nodes share a tenant's quotas, over the true link and in the true tables. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TenantId } from '@seatgrid/core/kernel/ids.ts';
import { startTestCentre, type TestCentre } from './test-centre.ts';
import { enrolNode, TestLink, type EnrolledNode } from './test-node.ts';
import { makeTenant, type TestTenant } from './test-tenant.ts';

let centre: TestCentre;
let alpha: TestTenant;
let beta: TestTenant;
let here: EnrolledNode;
let there: EnrolledNode;
let one: TestLink;
let other: TestLink;

beforeAll(async () => {
  centre = await startTestCentre();
  alpha = await makeTenant(centre, 'alpha');
  beta = await makeTenant(centre, 'beta');
  await setCalls(20);
  here = await enrolNode(centre, 'here');
  there = await enrolNode(centre, 'there');
  one = await TestLink.greet(centre, here);
});
afterAll(() => centre?.stop());

async function setCalls(concurrentCalls: number): Promise<void> {
  const operator = await centre.operator();
  const { id, name } = alpha.tenant;
  const body = { name, quotas: { agentsSignedIn: 0, concurrentCalls, flows: 5 } };
  await operator.call('PUT /api/platform/tenants/:id', { params: { id }, body });
}

/** As nodes say it: all seats are left aside. */
function say(
  link: TestLink,
  number: number,
  held: number,
  used: number,
  tenantId: TenantId = alpha.tenant.id,
): void {
  const shared = (concurrentCalls: number) => ({ agentsSignedIn: 0, concurrentCalls });
  link.send({ kind: 'quota-held', shares: [{ tenantId, number, held: shared(held), used: shared(used) }] });
}

/** The word that tells it to have so many calls. */
const told = (link: TestLink, calls: number) =>
  link.hear('quota-share', ({ told: share }) => share.concurrentCalls === calls);

const sharesOf = async ({ administrator }: TestTenant) =>
  (await administrator.call('GET /api/quota')).shares.map(({ name, isLinked, concurrentCalls }) => ({ name, isLinked, concurrentCalls })); // prettier-ignore

test('the only node has the whole; of what it gives up a second one has half, once that is certain', async () => {
  say(one, 0, 0, 0);
  const first = await told(one, 20);
  other = await TestLink.greet(centre, there);
  say(other, 0, 0, 0);
  const asked = await told(one, 10);
  expect(asked.number).toBeGreaterThan(first.number);
  // Nothing of it is another's before it was said.
  expect((await told(other, 0)).held.concurrentCalls).toBe(0);
  say(one, asked.number, 10, 0);
  await told(other, 10);
  expect(await sharesOf(alpha)).toEqual([
    { name: 'here', isLinked: true, concurrentCalls: 10 },
    { name: 'there', isLinked: true, concurrentCalls: 10 },
  ]);
});

test('whoever runs short has more of what the other does not need; an answer to an older word lowers nothing', async () => {
  const { number } = (await askedOf(one)).last;
  say(other, (await askedOf(other)).last.number, 10, 9);
  const asked = await one.hear('quota-share', (word) => word.told.concurrentCalls < 10);
  say(one, number, 3, 0);
  expect(await sharesOf(alpha)).toMatchObject([{ concurrentCalls: 10 }, { concurrentCalls: 10 }]);
  say(one, asked.number, asked.told.concurrentCalls, 0);
  const more = await other.hear('quota-share', (word) => word.told.concurrentCalls > 10);
  expect(more.told.concurrentCalls + asked.told.concurrentCalls).toBe(20);
});

/** The word in force: what it holds is said again, and answered. */
async function askedOf(link: TestLink) {
  say(link, 0, 0, 0);
  return { last: await link.hear('quota-share') };
}

test('a raised quota is shared out at once; a tenant sees its own shares alone', async () => {
  await setCalls(40);
  await Promise.race([
    one.hear('quota-share', ({ held }) => held.concurrentCalls > 10),
    other.hear('quota-share', ({ held }) => held.concurrentCalls > 20),
  ]);
  const shares = await sharesOf(alpha);
  expect(shares.reduce((sum, { concurrentCalls }) => sum + concurrentCalls, 0)).toBe(40);
  expect(await sharesOf(beta)).toEqual([]);
});

test('a node that is away keeps its share; one that is revoked leaves it to the others', async () => {
  const before = await sharesOf(alpha);
  await one.close();
  await expect.poll(async () => (await sharesOf(alpha))[0]?.isLinked).toBe(false);
  say(other, 0, 0, 0);
  const last = await told(other, before[1]!.concurrentCalls);
  const operator = await centre.operator();
  await operator.call('POST /api/platform/nodes/:id/revocation', { params: { id: here.nodeId } });
  say(other, last.number, last.told.concurrentCalls, last.told.concurrentCalls);
  await told(other, 40);
  expect(await sharesOf(alpha)).toEqual([{ name: 'there', isLinked: true, concurrentCalls: 40 }]);
});
