/** C-02: what operators are alarmed of, from the first fault to the end of it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApiReply } from '@seatgrid/contracts/api/client.ts';
import { startTestCentre, type Browser, type TestCentre } from './test-centre.ts';
import { enrolNode, TestLink, type EnrolledNode } from './test-node.ts';

type Alarm = ApiReply<'GET /api/platform/alarms'>['items'][number];

let centre: TestCentre;
let operator: Browser;
let node: EnrolledNode;

beforeAll(async () => {
  centre = await startTestCentre();
  operator = await centre.operator();
  node = await enrolNode(centre, 'branch');
});
afterAll(() => centre?.stop());

const alarms = async (only?: 'open') =>
  (await operator.call('GET /api/platform/alarms', { query: only ? { only } : {} })).items;

const linkDown = (all: readonly Alarm[]) => all.filter(({ kind }) => kind === 'link-down');

/** Looks again, each time some seconds later by the centre's clock, until `fits`. */
async function later(fits: (alarms: readonly Alarm[]) => boolean): Promise<readonly Alarm[]> {
  for (let look = 0; look < 100; look++) {
    const found = await alarms();
    if (fits(found)) return found;
    centre.advance(1_000);
    await new Promise((wake) => setTimeout(wake, 200));
  }
  throw new Error(`never so: ${JSON.stringify(await alarms())}`);
}

test('C-02: a node that falls silent is an alarm until it is heard again; whoever looks after it stands there', async () => {
  const link = await TestLink.greet(centre, node);
  expect(await alarms()).toEqual([]);
  await link.close();

  const [raised] = await later((all) => all.some(({ kind }) => kind === 'link-down'));
  expect(raised).toMatchObject({ nodeId: node.nodeId, kind: 'link-down', clearedAtMs: null, acknowledgedBy: null });

  const params = { id: raised!.id };
  const acknowledged = await operator.call('POST /api/platform/alarms/:id/acknowledge', { params });
  expect(acknowledged).toMatchObject({ id: raised!.id, acknowledgedBy: 'Operator' });
  const again = await operator.call('POST /api/platform/alarms/:id/acknowledge', { params });
  expect(again.acknowledgedAtMs).toBe(acknowledged.acknowledgedAtMs);
  const audit = await operator.call('GET /api/platform/audit', { query: {} });
  expect(audit.items).toContainEqual(expect.objectContaining({ noun: 'alarm', verb: 'acknowledge', nounId: raised!.id }));

  // A node that talks: the pulse keeps the link alive however far the clock is moved on.
  const back = await TestLink.greet(centre, node);
  const beating = setInterval(
    () => back.send({ kind: 'beat', atMs: 0, calls: 0, agentsSignedIn: 0, load: { main: 0, media: 0 }, journalPending: 0 }),
    100,
  );
  try {
    const all = await later((found) => linkDown(found)[0]?.clearedAtMs !== null);
    expect(linkDown(all)).toHaveLength(1);
    expect(linkDown(await alarms('open'))).toEqual([]);
  } finally {
    clearInterval(beating);
    await back.close();
  }
}, 60_000); // prettier-ignore

test('B-11: whom a node or its box shuts out for scanning, guessing or flooding is an alarm while it lasts', async () => {
  const link = await TestLink.greet(centre, node);
  let intruders = 2;
  const beating = setInterval(
    () => link.send({ kind: 'beat', atMs: 0, calls: 0, agentsSignedIn: 0, load: { main: 0, media: 0 }, journalPending: 0, intruders }),
    100,
  );
  const attack = (all: readonly Alarm[]) => all.find(({ kind }) => kind === 'intrusion');
  try {
    expect(attack(await later((all) => attack(all) !== undefined))).toMatchObject({ nodeId: node.nodeId, clearedAtMs: null });
    intruders = 0;
    await later((all) => attack(all)!.clearedAtMs !== null);
  } finally {
    clearInterval(beating);
    await link.close();
  }
}, 60_000); // prettier-ignore
