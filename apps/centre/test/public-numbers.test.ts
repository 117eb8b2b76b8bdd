/** B-06: numbers of the public network a node is reached by: who reserves them, what nodes are told, and what two nodes say to each other by the centre. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestCentre, type Browser, type TestCentre } from './test-centre.ts';
import { enrolNode, TestLink, type EnrolledNode } from './test-node.ts';
import { makeTenant, type TestTenant } from './test-tenant.ts';

const [one, two] = ['+862150000001', '+862150000002'] as const;
let centre: TestCentre;
let operator: Browser;
let alpha: TestTenant;
let [home, host] = [] as unknown as [EnrolledNode, EnrolledNode];
let [atHome, atHost] = [] as unknown as [TestLink, TestLink];

beforeAll(async () => {
  centre = await startTestCentre();
  operator = await centre.operator();
  alpha = await makeTenant(centre, 'alpha');
  [home, host] = [await enrolNode(centre, 'home'), await enrolNode(centre, 'host')];
  [atHome, atHost] = [await TestLink.greet(centre, home), await TestLink.greet(centre, host)];
});
afterAll(async () => {
  await atHome?.close();
  await atHost?.close();
  await centre?.stop();
});

const of = (node: EnrolledNode) => ({ params: { id: node.nodeId } });
const reserve = (node: EnrolledNode, numbers: string[], use: 'unreached' | 'always' = 'unreached') =>
  operator.call('PUT /api/platform/nodes/:id/public-numbers', { ...of(node), body: { use, numbers } });

test('B-06: numbers are reserved for one node, which alone is told of them, and stand in the audit', async () => {
  expect(await operator.call('GET /api/platform/nodes/:id/public-numbers', of(host))).toEqual({
    use: 'unreached',
    numbers: [],
  });
  await atHome.hear('config', ({ config }) => config.reservedNumbers.length === 0);
  expect(await reserve(host, [two, one], 'always')).toEqual({ use: 'always', numbers: [one, two] });
  const { config } = await atHost.hear('config', (told) => told.config.reservedNumbers.length === 2);
  expect(config).toMatchObject({ reservedNumbers: [one, two], publicNumbersUse: 'always' });
  await reserve(host, [one]);
  await atHost.hear('config', (told) => told.config.reservedNumbers.length === 1 && told.config.publicNumbersUse === 'unreached');
  const { items } = await operator.call('GET /api/platform/audit', { query: {} });
  expect(items.find(({ noun, verb }) => noun === 'node' && verb === 'update')).toMatchObject({
    nounId: host.nodeId,
    before: { use: 'always', numbers: [one, two] },
    after: { use: 'unreached', numbers: [one] },
  });
}); // prettier-ignore

test('B-06: a number is a tenant’s or a node’s, never both, nor two nodes’', async () => {
  await reserve(host, [one]);
  await expect(reserve(home, [one])).rejects.toMatchObject({ status: 422 });
  const give = (number: string) =>
    operator.call('POST /api/platform/dids', { body: { tenantId: alpha.tenant.id, number, label: '', siteId: null } });
  await expect(give(one)).rejects.toMatchObject({ status: 409 });
  await give('+862150000003');
  await expect(reserve(host, [one, '+862150000003'])).rejects.toMatchObject({ status: 422 });
  await expect(reserve(host, ['2150000001'])).rejects.toMatchObject({ status: 422 });
  expect((await operator.call('GET /api/platform/nodes/:id/public-numbers', of(host))).numbers).toEqual([one]);
  const nowhere = { id: '01890000-0000-7000-8000-000000000000' };
  await expect(operator.call('GET /api/platform/nodes/:id/public-numbers', { params: nowhere })).rejects.toMatchObject({ status: 404 });
}); // prettier-ignore

test('B-06: what a node says of a visit is heard by the other as said by it, and answered; of one that is away that is said', async () => {
  const [token, shownNumber] = ['0f0f', '+864008001000'];
  atHome.send({
    kind: 'visit-said',
    nodeId: host.nodeId,
    token,
    number: 7,
    about: 'call',
    text: '{}',
    shownNumber,
  });
  expect(await atHost.hear('visit-heard')).toEqual({
    kind: 'visit-heard',
    // Whoever it is from, not whom it names.
    nodeId: home.nodeId,
    token,
    number: 7,
    about: 'call',
    text: '{}',
    shownNumber,
  });
  atHost.send({
    kind: 'visit-answered',
    nodeId: home.nodeId,
    token,
    number: 7,
    status: 200,
    reservedNumber: one,
  });
  expect(await atHome.hear('visit-answer')).toEqual({
    kind: 'visit-answer',
    nodeId: host.nodeId,
    token,
    number: 7,
    status: 200,
    reservedNumber: one,
  });
  const away = await enrolNode(centre, 'away');
  atHome.send({ kind: 'visit-said', nodeId: away.nodeId, token, number: 8, about: 'pulse', text: '' });
  expect(await atHome.hear('visit-answer', ({ number }) => number === 8)).toMatchObject({
    nodeId: away.nodeId,
    status: 480,
  });
});
