/** What a node tells of its line, as operators are told of it. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTestCentre, type Browser, type TestCentre } from './test-centre.ts';
import { enrolNode, TestLink, type EnrolledNode } from './test-node.ts';

let centre: TestCentre;
let operator: Browser;
let node: EnrolledNode;

beforeAll(async () => {
  centre = await startTestCentre();
  operator = await centre.operator();
  node = await enrolNode(centre, 'branch');
});
afterAll(() => centre?.stop());

const beat = { kind: 'beat', atMs: 1, load: { main: 0, media: 0 }, calls: 0, agentsSignedIn: 0, journalPending: 0 } as const; // prettier-ignore
const line = async () => (await operator.call('GET /api/platform/link-traffic')).items;

test('what a line carries is told once it was said, kept through beats that say nothing of it, and marked when the line is down', async () => {
  const unheard = { nodeId: node.nodeId, name: 'branch', isLinkUp: false, traffic: null };
  expect(await line()).toEqual([unheard]);
  const link = await TestLink.greet(centre, node);
  link.send(beat);
  await vi.waitFor(async () => expect(await line()).toEqual([{ ...unheard, isLinkUp: true }]));
  const traffic = {
    sinceMs: 5,
    atMs: 6,
    wireOctetsSent: 1_200,
    wireOctetsReceived: 300,
    callsEnded: 2,
    sent: [{ kind: 'events', messages: 3, octets: 900 }],
    received: [{ kind: 'beat', messages: 1, octets: 40 }],
  };
  link.send({ ...beat, traffic });
  await vi.waitFor(async () => expect((await line())[0]!.traffic).toEqual(traffic));
  link.send({ ...beat, calls: 7 });
  await vi.waitFor(async () => {
    const { items } = await operator.call('GET /api/platform/nodes');
    expect(items[0]!.health.calls).toBe(7);
  });
  expect((await line())[0]!.traffic).toEqual(traffic);
  await link.close();
  await vi.waitFor(async () => expect(await line()).toEqual([{ ...unheard, traffic }]));
  // A later link says nothing of it at first.
  const next = await TestLink.greet(centre, node);
  await vi.waitFor(async () => expect(await line()).toEqual([{ ...unheard, isLinkUp: true, traffic }]));
  await next.close();
});
