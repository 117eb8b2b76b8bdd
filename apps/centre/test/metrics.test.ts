/** What the centre tells Prometheus, and to whom. */
import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readMetrics } from '@seatgrid/testkit/read-metrics.ts';
import { startTestCentre, type TestCentre } from './test-centre.ts';
import { makeTenant, type TestTenant } from './test-tenant.ts';
import { enrolNode, ids, TestLink, type EnrolledNode } from './test-node.ts';

const token = 'a-token-of-some-length';
let open: TestCentre;
let guarded: TestCentre;
let alpha: TestTenant;
let node: EnrolledNode;
let link: TestLink;

beforeAll(async () => {
  open = await startTestCentre();
  guarded = await startTestCentre({ CENTRE_METRICS_TOKEN: token });
  alpha = await makeTenant(open, 'alpha');
  node = await enrolNode(open, 'hq');
  link = await TestLink.greet(open, node);
});
afterAll(async () => {
  await link?.close();
  await open?.stop();
  await guarded?.stop();
});

/** With headers `fetch` would not let be set. */
function statusOf(url: string, headers: Record<string, string> = {}): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(`${url}/metrics`, { headers }, (reply) => {
      reply.resume();
      resolve(reply.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

const scrape = async () => readMetrics(await (await fetch(`${open.url}/metrics`)).text()).values;

test('requests, events and nodes are told, and no tenant is named', async () => {
  const before = await scrape();
  await alpha.supervisor.call('GET /api/calls', { query: {} });
  expect((await alpha.agent.raw('/api/calls')).status).toBe(404);
  const callId = ids.next<'call'>();
  await link.tell([link.event(alpha.tenant.id, { kind: 'call.answered', callId })]);
  link.send({ kind: 'beat', atMs: 1, load: { main: 0.25, media: 0.5 }, calls: 7, agentsSignedIn: 3, journalPending: 2 });
  await link.tell([link.event(alpha.tenant.id, { kind: 'call.answered', callId })]);
  const after = await scrape();
  const grown = (name: string) => (after.get(name) ?? 0) - (before.get(name) ?? 0);
  expect(grown('seatgrid_centre_http_requests_total{method="GET",route="/api/calls",status="200"}')).toBe(1);
  expect(grown('seatgrid_centre_http_requests_total{method="GET",route="/api/calls",status="404"}')).toBe(1);
  expect(grown('seatgrid_centre_events_stored_total{kind="call.answered"}')).toBe(2);
  const { nodeId } = node;
  expect(after.get(`seatgrid_centre_node_link_up{node="${nodeId}"}`)).toBe(1);
  expect(after.get(`seatgrid_centre_node_calls{node="${nodeId}"}`)).toBe(7);
  expect(after.get(`seatgrid_centre_node_media_utilisation_ratio{node="${nodeId}"}`)).toBe(0.5);
  const text = await (await fetch(`${open.url}/metrics`)).text();
  for (const secret of [alpha.tenant.id, 'alpha']) expect(text).not.toContain(secret);
}); // prettier-ignore

test('without a token they are for this machine by its own name, and not for what came through a proxy', async () => {
  expect(await statusOf(open.url)).toBe(200);
  expect(await statusOf(open.url, { host: 'localhost:8080' })).toBe(200);
  expect(await statusOf(open.url, { host: 'calls.example' })).toBe(404);
  for (const name of ['x-forwarded-for', 'forwarded', 'via', 'x-real-ip'])
    expect(await statusOf(open.url, { [name]: '192.0.2.7' }), name).toBe(404);
});

test('with a token they are for who has it, from anywhere; a tenant’s session opens nothing', async () => {
  const bearer = { authorization: `Bearer ${token}` };
  expect(await statusOf(guarded.url, bearer)).toBe(200);
  expect(await statusOf(guarded.url, { ...bearer, 'x-forwarded-for': '192.0.2.7', host: 'calls.example' })).toBe(200);
  const strangers: Record<string, string>[] = [
    {},
    { authorization: `Bearer ${token}x` },
    { authorization: token },
    { cookie: alpha.administrator.cookie() },
  ];
  for (const headers of strangers) expect(await statusOf(guarded.url, headers)).toBe(404);
  await expect(startTestCentre({ CENTRE_METRICS_TOKEN: 'short' })).rejects.toThrow('CENTRE_METRICS_TOKEN');
}); // prettier-ignore
