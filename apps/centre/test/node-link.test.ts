/** The link from the node's side: configuration by generation, events stored once, recordings through it, floors to portals. */
import { createHash } from 'node:crypto';
import { WebSocket } from 'ws';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { inPlatform } from '@seatgrid/adapters/postgres/scopes.ts';
import { storeRejectedEvent } from '@seatgrid/adapters/postgres/stores/intake-store.ts';
import { listSetAside } from '@seatgrid/adapters/postgres/stores/set-aside.ts';
import { realtimeFrameSchema, type RealtimeFrame } from '@seatgrid/contracts/realtime/frames.ts';
import type { EventFacts, JournalEvent } from '@seatgrid/contracts/journal/journal-event.ts';
import type { CallId } from '@seatgrid/core/kernel/ids.ts';
import { sipDomain } from '@seatgrid/core/tenancy/tenant.ts';
import { readMetrics } from '@seatgrid/testkit/read-metrics.ts';
import { readAgain } from '../src/nodes/read-again.ts';
import { startTestCentre, type Browser, type TestCentre } from './test-centre.ts';
import { makeTenant, type TestTenant } from './test-tenant.ts';
import { enrolNode, ids, newNodeKey, TestLink, type EnrolledNode } from './test-node.ts';

let centre: TestCentre;
let alpha: TestTenant;
let node: EnrolledNode;
let link: TestLink;

beforeAll(async () => {
  centre = await startTestCentre();
  alpha = await makeTenant(centre, 'alpha');
  node = await enrolNode(centre, 'hq');
  link = await TestLink.greet(centre, node);
});
afterAll(async () => {
  await link?.close();
  await centre?.stop();
});

test('an enrolment token is good once, and an hour', async () => {
  const staff = await centre.operator();
  const params = { id: node.nodeId };
  const enrol = (token: string) =>
    centre.browser().call('POST /api/node/enrol', {
      body: { token, publicKey: { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43) } },
    });
  await expect(enrol('0'.repeat(48))).rejects.toMatchObject({ status: 409 });
  const late = await staff.call('POST /api/platform/nodes/:id/enrolment-token', { params });
  centre.advance(61 * 60_000);
  await expect(enrol(late.token)).rejects.toMatchObject({ status: 409 });
  centre.advance(-61 * 60_000);

  const other = await enrolNode(centre, 'spare');
  const again = await staff.call('POST /api/platform/nodes/:id/enrolment-token', {
    params: { id: other.nodeId },
  });
  await enrol(again.token);
  await expect(enrol(again.token)).rejects.toMatchObject({ status: 409 });
  // The key that was there before is believed no more.
  await expect(TestLink.open(centre, other)).rejects.toThrow(/401/);
});

test('a node is sent its whole configuration, and the next generation soon after a change', async () => {
  const { config } = await link.hear('config');
  const [tenant] = config.tenants;
  expect(config.nodeId).toBe(node.nodeId);
  expect(tenant!.tenant).toMatchObject({ slug: 'alpha', state: 'active', quotas: { concurrentCalls: 3 } });
  expect(tenant!.flows).toMatchObject([{ name: 'Main', version: 1 }]);
  expect(tenant!.agents).toMatchObject([{ name: 'Bob', extension: '8001' }]);
  const a1 = `8001:${sipDomain('alpha')}:phone-password`;
  expect(tenant!.phoneSecrets).toEqual([
    {
      extension: '8001',
      md5: createHash('md5').update(a1).digest('hex'),
      sha256: createHash('sha256').update(a1).digest('hex'),
      srtp: 'accept',
    },
  ]);
  const [prompt] = tenant!.prompts;
  const file = await fetch(`${centre.url}/api/node/prompts/${prompt!.sha256}`, {
    headers: { authorization: await node.bearer() },
  });
  const octets = Buffer.from(await file.arrayBuffer());
  expect(createHash('sha256').update(octets).digest('hex')).toBe(prompt!.sha256);

  await alpha.administrator.call('POST /api/skills', { body: { name: 'Support' } });
  const next = await link.hear('config');
  expect(next.config.generation).toBe(config.generation + 1);
  expect(next.config.tenants[0]!.skills.map((one) => one.name)).toEqual(['Sales', 'Support']);

  const staff = await centre.operator();
  await staff.call('POST /api/platform/trunks', {
    body: { nodeId: node.nodeId, name: 'Carrier', sources: ['192.0.2.0/24'], target: null, channelsMax: 30 },
  });
  expect((await link.hear('config')).config.trunks).toMatchObject([{ name: 'Carrier' }]);
  const params = { id: alpha.tenant.id };
  await staff.call('POST /api/platform/tenants/:id/suspend', { params, body: { reason: 'unpaid' } });
  expect((await link.hear('config')).config.tenants[0]!.tenant.state).toBe('suspended');
  await staff.call('POST /api/platform/tenants/:id/resume', { params });
  const last = await link.hear('config');
  expect(last.config.tenants[0]!.tenant.state).toBe('active');

  link.send({ kind: 'config-applied', generation: last.config.generation });
  await vi.waitFor(async () => {
    const { items } = await staff.call('GET /api/platform/nodes');
    const health = items.find((one) => one.id === node.nodeId)!.health;
    const { generation } = last.config;
    expect(health).toMatchObject({ link: 'up', generation, generationWanted: generation });
  });
});

test('a node that runs the present generation is not sent it again; one from a lost database is overtaken', async () => {
  const second = await enrolNode(centre, 'branch');
  const first = await TestLink.greet(centre, second);
  const { config } = await first.hear('config');
  await first.close();
  const again = await TestLink.greet(centre, second, { generation: config.generation });
  await again.hear('beat');
  expect(again.heard.filter((one) => one.kind === 'config')).toEqual([]);
  await again.close();
  const ahead = await TestLink.greet(centre, second, { generation: 57 });
  expect((await ahead.hear('config')).config.generation).toBeGreaterThan(57);
  await ahead.close();
});

test('H-03: a call as it happened becomes its record and its timeline; what is sent twice counts once', async () => {
  const { events, callId } = callOf(alpha, link);
  await link.tell(events);
  const again = await TestLink.greet(centre, node, { generation: 1, sequence: link.sequence });
  again.sequence = link.sequence;
  await again.tell(events);
  link = again;
  const { call } = alpha.supervisor;
  const { items } = await call('GET /api/calls', { query: { number: '139', limit: 10 } });
  expect(items).toHaveLength(1);
  expect(items[0]).toMatchObject({
    id: callId,
    direction: 'inbound',
    talkMs: 20_000,
    billableSeconds: 35,
    agentName: 'Bob',
    queueName: 'Sales',
    path: ['Orders'],
    dispositionCode: '101',
    notes: 'wants two',
    endReason: { party: 'caller', code: 'hung-up' },
  });
  const detail = await call('GET /api/calls/:id', { params: { id: callId } });
  expect(detail.timeline.map((one) => one.facts.kind)).toEqual(events.map((one) => one.facts.kind));
  expect(detail).toMatchObject({ language: 'en', collected: { account: '4711' } });
  for (const [filter, count] of [
    [{ agentId: alpha.agentId }, 1],
    [{ queueId: alpha.ids['queues']! }, 1],
    [{ dispositionId: alpha.ids['dispositions']! }, 1],
    [{ direction: 'outbound' as const }, 0],
    [{ hasRecording: 'no' as const, number: '139' }, 1],
    [{ fromMs: detail.startedAtMs, toMs: detail.startedAtMs + 1 }, 1],
    [{ toMs: detail.startedAtMs }, 0],
    [{ number: '1_9' }, 0],
  ] as const)
    expect((await call('GET /api/calls', { query: filter })).items, JSON.stringify(filter)).toHaveLength(
      count,
    );
});

test('steps told in one event are read one by one, in their order among the others, and their labels make the path', async () => {
  const { events, callId } = callOf(alpha, link);
  const flowId = alpha.ids['flows'] as never;
  const step = { stepKind: 'branch', title: null, outcome: 'next', digits: null };
  const steps = [
    { ...step, stepKey: 'sum', label: null, changes: { sum: '2' } },
    { ...step, stepKey: 'sort', label: 'Abroad', exit: 'cases.0' },
    { ...step, stepKey: 'share', label: 'Half' },
  ];
  const enteredAtMs = events.at(-1)!.atMs;
  const together = link.event(alpha.tenant.id, { kind: 'flow.steps', callId, flowId, flowName: 'Main', flowVersion: 1, enteredAtMs, steps }, enteredAtMs); // prettier-ignore
  await link.tell([...events, together]);
  const detail = await alpha.supervisor.call('GET /api/calls/:id', { params: { id: callId } });
  expect(detail.path).toEqual(['Orders', 'Abroad', 'Half']);
  const { kind: _, steps: __, ...place } = together.facts as EventFacts & { kind: 'flow.steps' };
  expect(detail.timeline.slice(events.length)).toEqual(
    steps.map((one) => ({
      atMs: enteredAtMs,
      sequence: together.sequence,
      facts: { kind: 'flow.step', ...place, ...one },
    })),
  );
});

test('records are ordered by time, caller, agent, type and talk time, page by page, both ways (H-04)', async () => {
  const shape = [
    { fromNumber: '+8613700000300', direction: 'inbound', talkMs: 5_000, agentId: alpha.agentId },
    { fromNumber: '+8613700000100', direction: 'outbound', talkMs: 9_000, agentId: null },
    { fromNumber: '+8613700000200', direction: 'internal', talkMs: 1_000, agentId: null },
  ] as const;
  const callIds: CallId[] = [];
  for (const { fromNumber, direction, talkMs, agentId } of shape) {
    const callId = ids.next<'call'>();
    callIds.push(callId);
    const startedAtMs = Date.now();
    const start = {
      direction,
      fromNumber,
      toNumber: '+864008001000',
      didId: null,
      trunkId: null,
      agentId: null,
    };
    await link.tell([
      link.event(alpha.tenant.id, { kind: 'call.started', callId, ...start, ruleName: null }, startedAtMs),
      ...(agentId
        ? [
            link.event(alpha.tenant.id, {
              kind: 'call.bridged',
              callId,
              agentId: agentId as never,
              queueId: null,
            }),
          ]
        : []),
      link.event(alpha.tenant.id, { kind: 'call.ended', callId, reason: { party: 'caller', code: 'hung-up' }, startedAtMs, answeredAtMs: startedAtMs, talkMs, waitMs: 0, billableSeconds: 1, language: 'en', collected: {} }), // prettier-ignore
    ]);
  }
  const [third, first, second] = callIds;
  const ordered = async (
    sort: 'time' | 'number' | 'agent' | 'direction' | 'talk',
    order: 'ascending' | 'descending',
  ) => {
    const found: string[] = [];
    for (let before: string | undefined; ;) {
      const query = { number: '+86137000', sort, order, limit: 2, ...(before ? { before } : {}) };
      const page = await alpha.supervisor.call('GET /api/calls', { query });
      found.push(...page.items.map((call) => call.id));
      if (page.next === null) return found;
      before = page.next;
    }
  };
  expect(await ordered('time', 'ascending')).toEqual([third, first, second]);
  expect(await ordered('time', 'descending')).toEqual([second, first, third]);
  expect(await ordered('number', 'ascending')).toEqual([first, second, third]);
  expect(await ordered('number', 'descending')).toEqual([third, second, first]);
  expect(await ordered('talk', 'descending')).toEqual([first, third, second]);
  expect(await ordered('direction', 'ascending')).toEqual([third, second, first]);
  // Without an agent: at the end, newest first.
  expect(await ordered('agent', 'ascending')).toEqual([third, second, first]);
});

test('one event that cannot be read, and one of an unknown tenant, are set aside; their neighbours are stored', async () => {
  const good = link.event(alpha.tenant.id, refusedCall('+8613700000001'));
  const unreadable = { ...link.event(alpha.tenant.id, refusedCall('x')), facts: { kind: 'call.dreamt' } };
  const homeless = link.event(ids.next<'tenant'>(), refusedCall('+8613700000002'));
  const nobodys = link.event(null, { ...refusedCall('+8613700000003'), reason: 'unknown-number' });
  const alsoGood = link.event(alpha.tenant.id, refusedCall('+8613700000004'));
  await link.tell([good, unreadable as unknown as JournalEvent, homeless, nobodys, alsoGood]);
  const { items } = await alpha.supervisor.call('GET /api/refusals', { query: {} });
  expect(items.map((one) => one.fromNumber)).toEqual(['+8613700000004', '+8613700000001']);
  const staff = await centre.operator();
  const all = (await staff.call('GET /api/platform/refusals', { query: {} })).items;
  expect(all).toHaveLength(3);
  expect(all.filter((one) => one.tenantId === null)).toMatchObject([{ reason: 'unknown-number' }]);
  expect((await alpha.administrator.call('GET /api/quota')).usage.refusedToday).toBe(2);
});

test('what an earlier version of the centre did not understand is read again when a newer one starts, once; what nobody understands stays aside', async () => {
  const { database } = centre.running.centre;
  const late = link.event(alpha.tenant.id, refusedCall('+8613700000005'));
  const set = { nodeId: node.nodeId, sequence: late.sequence, why: 'facts.kind: unknown', raw: late };
  await inPlatform(database.platform, (trx) => storeRejectedEvent(trx, set));
  const aside = async () => {
    const filter = { atLatest: new Date(Date.now() + 60_000), after: null, limit: 10 };
    return (await inPlatform(database.platform, (trx) => listSetAside(trx, filter))).map(
      ({ sequence }) => sequence,
    );
  };
  const before = await aside();
  expect(before).toContain(late.sequence);
  for (let starts = 0; starts < 2; starts++) {
    await readAgain(centre.running.centre);
    expect(await aside()).toEqual(before.filter((sequence) => sequence !== late.sequence));
    const { items } = await alpha.supervisor.call('GET /api/refusals', { query: {} });
    expect(items.filter((one) => one.fromNumber === '+8613700000005')).toHaveLength(1);
  }
  await link.tell([link.event(alpha.tenant.id, refusedCall('+8613700000006'))]);
});

test('after a new link the node is told how far it may forget; a new journal is asked for from its beginning', async () => {
  const sequence = link.sequence;
  await link.close();
  link = await TestLink.open(centre, node);
  const hello = {
    kind: 'hello',
    protocol: 1,
    product: 'p',
    generation: 0,
    deskUrl: 'ws://x/desk',
    sipAddress: 'x:1',
  } as const;
  link.send({ ...hello, sequence });
  expect((await link.hear('welcome')).acknowledged).toBe(sequence);
  await link.close();
  link = await TestLink.open(centre, node);
  link.send({ ...hello, sequence: 3 });
  expect((await link.hear('welcome')).acknowledged).toBe(0);
});

test('a node ahead of this centre is understood as far as may be: kinds and fields of the future are passed over, and the link stands', async () => {
  await link.close();
  link = await TestLink.open(centre, node);
  const hello = { kind: 'hello', protocol: 2, product: 'of next year', generation: 0, sequence: link.sequence, deskUrl: 'ws://x/desk', sipAddress: 'x:1' } as const; // prettier-ignore
  link.send({ ...hello, tongues: ['morse'] } as never);
  expect(await link.hear('welcome')).toMatchObject({ protocol: 1 });
  const before = (await scrape()).get('seatgrid_centre_link_not_understood_total') ?? 0;
  const beat = { kind: 'beat', atMs: 1, load: { main: 0, media: 0 }, calls: 9, agentsSignedIn: 0, journalPending: 0 }; // prettier-ignore
  for (const said of [{ kind: 'dream', of: 'sheep' }, { kind: 'recording-missing' }, null, 7, [], { ...beat, mood: 'good' }]) link.send(said as never); // prettier-ignore
  await vi.waitFor(() => expect(centre.running.centre.live.pulseOf(node.nodeId)).toMatchObject({ calls: 9 }));
  await link.tell([link.event(alpha.tenant.id, refusedCall('+8613700000099'))]);
  expect((await scrape()).get('seatgrid_centre_link_not_understood_total')).toBe(before + 5);
  const ancient = await TestLink.open(centre, await enrolNode(centre, 'ancient'));
  ancient.send({ ...hello, protocol: 0, sequence: 0 });
  expect((await ancient.hear('refused')).why).toContain('update the node');
});

const scrape = async () => readMetrics(await (await fetch(`${centre.url}/metrics`)).text()).values;

test('a recording is played from its node, whole and in part, downloaded with a name, and missed with a reason', async () => {
  const file = Buffer.from(Array.from({ length: 5_000 }, (_, index) => index % 251));
  const { recordingId, callId } = await tellRecording(file.length);
  const play = (headers: Record<string, string> = {}, query = '') =>
    alpha.supervisor.raw(`/api/recordings/${recordingId}/audio${query}`, { headers });
  const serve = async () => {
    const { requestId, path, from, to } = await link.hear('fetch-recording');
    expect(path).toBe('alpha/2026/one.wav');
    const response = await fetch(`${centre.url}/api/node/recordings/${requestId}`, {
      method: 'POST',
      body: file.subarray(from, to ?? undefined),
      headers: { authorization: await node.bearer(), 'x-file-octets': String(file.length) },
    });
    expect(response.status).toBe(204);
  };
  const [whole] = await Promise.all([play(), serve()]);
  expect(whole.headers.get('content-type')).toBe('audio/wav');
  expect(Buffer.from(await whole.arrayBuffer())).toEqual(file);

  const [part] = await Promise.all([play({ range: 'bytes=1000-1999' }), serve()]);
  expect(part.status).toBe(206);
  expect(part.headers.get('content-range')).toBe('bytes 1000-1999/5000');
  expect(Buffer.from(await part.arrayBuffer())).toEqual(file.subarray(1_000, 2_000));

  expect((await play({ range: 'bytes=9000-' })).status).toBe(416);
  const [download] = await Promise.all([play({}, '?download=yes'), serve()]);
  expect(download.headers.get('content-disposition')).toMatch(/filename="call-\d{8}-\d{6}-.*\.wav"/);
  await download.arrayBuffer();

  const missing = async () => {
    const { requestId } = await link.hear('fetch-recording');
    link.send({ kind: 'recording-missing', requestId, why: 'disk replaced' });
  };
  const [refused] = await Promise.all([play(), missing()]);
  expect(refused.status).toBe(503);
  expect(await refused.json()).toMatchObject({ message: expect.stringContaining('disk replaced') as string });
  expect((await alpha.agent.raw(`/api/recordings/${recordingId}/audio`)).status).toBe(404);

  const { items } = await alpha.supervisor.call('GET /api/calls', { query: { hasRecording: 'yes' } });
  expect(items).toMatchObject([{ id: callId, recordingId, recordingMs: 500 }]);
});

test('a node may answer only what it was asked itself', async () => {
  const { recordingId } = await tellRecording(10);
  const thief = await enrolNode(centre, 'thief');
  const playing = alpha.supervisor.raw(`/api/recordings/${recordingId}/audio`);
  const { requestId } = await link.hear('fetch-recording');
  const post = async (who: EnrolledNode) =>
    fetch(`${centre.url}/api/node/recordings/${requestId}`, {
      method: 'POST',
      body: '0123456789',
      headers: { authorization: await who.bearer() },
    });
  expect((await post(thief)).status).toBe(404);
  expect((await post(node)).status).toBe(204);
  expect(await (await playing).text()).toBe('0123456789');
});

test('a floor reaches supervisors of its tenant and nobody else; when the link goes it is told stale', async () => {
  const beta = await makeTenant(centre, 'beta');
  const [supervisor, agent, foreigner, staff] = await Promise.all(
    [alpha.supervisor, alpha.agent, beta.supervisor, await centre.operator()].map(listen),
  );
  link.send({ kind: 'floor', tenantId: alpha.tenant.id, floor: floorOf() });
  await vi.waitFor(() => expect(floors(supervisor!)).toMatchObject([{ isStale: false, nodeName: 'hq' }]));
  expect((await alpha.administrator.call('GET /api/quota')).usage).toMatchObject({ agentsSignedIn: 1 });
  await link.close();
  await vi.waitFor(() => expect(floors(supervisor!).at(-1)).toMatchObject({ isStale: true }));
  await vi.waitFor(() => {
    const nodes = staff!.frames.flatMap((one) => (one.kind === 'nodes' ? [one.nodes] : []));
    expect(nodes.at(-1)!.find((one) => one.nodeId === node.nodeId)).toMatchObject({ link: 'down' });
  });
  expect((await alpha.administrator.call('GET /api/quota')).usage).toMatchObject({ agentsSignedIn: 0 });
  const late = await listen(alpha.supervisor);
  await vi.waitFor(() => expect(floors(late)).toMatchObject([{ isStale: true }]));

  await alpha.administrator.call('POST /api/skills', { body: { name: 'Billing' } });
  await vi.waitFor(() => expect(supervisor!.frames).toContainEqual({ kind: 'changed', noun: 'skill' }));
  for (const other of [agent!, foreigner!, staff!]) {
    expect(floors(other)).toEqual([]);
    expect(other.frames).not.toContainEqual({ kind: 'changed', noun: 'skill' });
  }
  for (const one of [supervisor!, agent!, foreigner!, staff!, late]) one.socket.close();
  link = await TestLink.greet(centre, node);
});

test('the live connection is closed to nobody, and to pages of another origin', async () => {
  const address = `${centre.url.replace('http', 'ws')}/api/realtime`;
  const knock = (headers: Record<string, string>) =>
    new Promise<string>((told) =>
      new WebSocket(address, { headers }).once('error', (error) => told(error.message)),
    );
  expect(await knock({})).toContain('401');
  const cookie = alpha.supervisor.cookie();
  expect(await knock({ cookie, origin: 'https://elsewhere.example' })).toContain('403');
});

test('the newest link of a node wins, and the centre does not think the node gone', async () => {
  const newer = await TestLink.greet(centre, node);
  await link.hear('refused');
  link = newer;
  const staff = await centre.operator();
  link.send({
    kind: 'beat',
    atMs: 1,
    load: { main: 0.25, media: 0.5 },
    calls: 2,
    agentsSignedIn: 1,
    journalPending: 0,
  });
  await vi.waitFor(async () => {
    const { items } = await staff.call('GET /api/platform/nodes');
    expect(items.find((one) => one.id === node.nodeId)!.health).toMatchObject({ link: 'up', calls: 2 });
  });
});

function refusedCall(fromNumber: string) {
  const callId = ids.next<'call'>();
  return { kind: 'call.refused', callId, reason: 'quota-calls', fromNumber, toNumber: '+86400' } as const;
}

function callOf(
  { tenant, ids: theirs, agentId }: TestTenant,
  on: TestLink,
): { events: JournalEvent[]; callId: CallId } {
  const callId = ids.next<'call'>();
  const queueId = theirs['queues'] as never;
  const flowId = theirs['flows'] as never;
  const dispositionId = theirs['dispositions'] as never;
  const agent = agentId as never;
  const startedAtMs = Date.now() - 60_000;
  const at = (seconds: number) => startedAtMs + seconds * 1_000;
  const numbers = { fromNumber: '+8613900000001', toNumber: '+864008001000' };
  const events = [
    on.event(tenant.id, { kind: 'call.started', callId, direction: 'inbound', ...numbers, didId: null, trunkId: null, agentId: null, ruleName: 'Always' }, at(0)), // prettier-ignore
    on.event(tenant.id, { kind: 'call.answered', callId }, at(1)),
    on.event(tenant.id, { kind: 'flow.step', callId, flowId, flowName: 'Main', flowVersion: 1, stepKey: 'menu', stepKind: 'menu', title: null, enteredAtMs: at(1), outcome: '1', digits: '1', label: 'Orders' }, at(4)), // prettier-ignore
    on.event(tenant.id, { kind: 'queue.entered', callId, queueId, queueName: 'Sales', position: 1 }, at(4)),
    on.event(
      tenant.id,
      { kind: 'queue.left', callId, queueId, cause: 'agent', waitedMs: 11_000, position: 1 },
      at(15),
    ),
    on.event(tenant.id, { kind: 'call.bridged', callId, agentId: agent, queueId }, at(15)),
    on.event(tenant.id, { kind: 'call.ended', callId, reason: { party: 'caller', code: 'hung-up' }, startedAtMs, answeredAtMs: at(1), talkMs: 20_000, waitMs: 11_000, billableSeconds: 35, language: 'en', collected: { account: '4711' } }, at(35)), // prettier-ignore
    on.event(tenant.id, { kind: 'interaction.closed', callId, agentId: agent, dispositionId, notes: 'wants two', wrapMs: 1 }, at(40)), // prettier-ignore
  ];
  return { events, callId };
}

test('a call’s ladder is read from its node by who may, saved as pcap, and missed with a reason', async () => {
  const { events, callId } = callOf(alpha, link);
  await link.tell(events);
  const ladder = { callId, node: { address: '127.0.0.1', port: 5060 }, messages: [], leftOut: 3 };
  const serve = async (format: 'json' | 'pcap', body: string) => {
    const asked = await link.hear('fetch-ladder');
    expect(asked).toMatchObject({ callId, format });
    const response = await fetch(`${centre.url}/api/node/recordings/${asked.requestId}`, {
      method: 'POST',
      body,
      headers: { authorization: await node.bearer() },
    });
    expect(response.status).toBe(204);
  };
  const read = (who: Browser, ending = '') => who.raw(`/api/calls/${callId}/ladder${ending}`);
  const [asJson] = await Promise.all([read(alpha.supervisor), serve('json', JSON.stringify(ladder))]);
  expect(await asJson.json()).toEqual(ladder);
  const [nonsense] = await Promise.all([read(alpha.administrator), serve('json', '{"call')]);
  expect(nonsense.status).toBe(503);
  const [saved] = await Promise.all([read(alpha.supervisor, '/pcap'), serve('pcap', 'pcap')]);
  expect(saved.headers.get('content-disposition')).toBe(`attachment; filename="call-${callId}.pcap"`);
  expect(await saved.text()).toBe('pcap');
  const [missed] = await Promise.all([
    read(alpha.supervisor),
    link.hear('fetch-ladder').then(({ requestId }) => link.send({ kind: 'recording-missing', requestId, why: 'none kept' })),
  ]); // prettier-ignore
  expect(missed.status).toBe(503);
  expect(await missed.json()).toMatchObject({ message: 'The node does not have this ladder: none kept' });
  expect((await read(alpha.agent)).status).toBe(404);
});

test('a key offered with its proof is believed beside the old one until it is used, and then alone; every step is written down', async () => {
  const staff = await centre.operator();
  const own = await enrolNode(centre, 'keys');
  const params = { id: own.nodeId };
  const linked = await TestLink.greet(centre, own);
  const { isKeyChanging } = await staff.call('POST /api/platform/nodes/:id/key-change', { params });
  await linked.hear('change-key');
  expect(isKeyChanging).toBe(true);
  const next = newNodeKey(own.nodeId);
  const offer = async (by: EnrolledNode, proof: string) =>
    (await fetch(`${centre.url}/api/node/key`, {
      method: 'POST',
      headers: { authorization: await by.bearer(), 'content-type': 'application/json' },
      body: JSON.stringify({ publicKey: next.publicKey, proof }),
    })).status; // prettier-ignore
  const proof = (await next.bearer()).slice(7);
  // Nobody offers what they do not hold, in nobody's name but their own.
  expect(await offer(own, (await own.bearer()).slice(7))).toBe(409);
  expect(await offer(await enrolNode(centre, 'another'), proof)).toBe(409);
  expect(await offer(next, proof)).toBe(401);
  expect(await offer(own, proof)).toBe(204);
  // The answer was lost, and the node says it again by the key it knows to be good.
  expect(await offer(own, proof)).toBe(204);
  expect(await offer(next, proof)).toBe(204);
  expect(await offer(own, proof)).toBe(401);
  const found = (await staff.call('GET /api/platform/nodes')).items.find(({ id }) => id === own.nodeId)!;
  expect(found).toMatchObject({ isEnrolled: true, isKeyChanging: false });
  await (await TestLink.greet(centre, next)).close();
  const { items } = await staff.call('GET /api/platform/audit', { query: {} });
  const verbs = items.filter(({ nounId }) => nounId === own.nodeId).map(({ verb }) => verb);
  expect(verbs.toReversed()).toEqual(['create', 'enrol', 'enrolled', 'key-wanted', 'key-offered', 'key-changed']); // prettier-ignore
  await linked.close();
});

test('a node asked for another key while it was away hears of it when it is back', async () => {
  const staff = await centre.operator();
  const own = await enrolNode(centre, 'away');
  await staff.call('POST /api/platform/nodes/:id/key-change', { params: { id: own.nodeId } });
  const linked = await TestLink.greet(centre, own);
  await linked.hear('change-key');
  await linked.close();
});

test('a revoked node is cut off at once, believed nowhere, no longer waited for, and back by a new token alone', async () => {
  const staff = await centre.operator();
  const own = await enrolNode(centre, 'stolen');
  const params = { id: own.nodeId };
  const linked = await TestLink.greet(centre, own);
  const spare = await staff.call('POST /api/platform/nodes/:id/enrolment-token', { params });
  const revoked = await staff.call('POST /api/platform/nodes/:id/revocation', { params });
  expect(revoked).toMatchObject({ isEnrolled: false, health: { link: 'revoked' } });
  expect((await linked.hear('refused')).why).toContain('revoked');
  // What it still says is not stored.
  linked.send({ kind: 'events', events: [linked.event(alpha.tenant.id, refusedCall('+8613700000098'))] });
  await vi.waitFor(() => expect(linked.socket.readyState).toBe(linked.socket.CLOSED), 5_000);
  expect((await alpha.supervisor.call('GET /api/refusals', { query: {} })).items).toEqual(
    expect.not.arrayContaining([expect.objectContaining({ fromNumber: '+8613700000098' })]),
  );
  await expect(TestLink.open(centre, own)).rejects.toThrow('401');
  const ask = await fetch(`${centre.url}/api/node/prompts/${'0'.repeat(64)}`, {
    headers: { authorization: await own.bearer() },
  });
  expect(ask.status).toBe(401);
  const next = newNodeKey(own.nodeId);
  const enrol = (token: string) =>
    centre.browser().call('POST /api/node/enrol', { body: { token, publicKey: next.publicKey } });
  // A token that lay about is void as well.
  await expect(enrol(spare.token)).rejects.toThrow();
  const { token } = await staff.call('POST /api/platform/nodes/:id/enrolment-token', { params });
  await enrol(token);
  const again = await TestLink.greet(centre, next);
  const found = (await staff.call('GET /api/platform/nodes')).items.find(({ id }) => id === own.nodeId)!;
  expect(found).toMatchObject({ isEnrolled: true, revokedAtMs: null });
  await again.close();
});

async function tellRecording(octets: number): Promise<{ recordingId: string; callId: string }> {
  const { events, callId } = callOf(alpha, link);
  const recordingId = ids.next<'recording'>();
  const path = 'alpha/2026/one.wav';
  const file = { path, format: 'wav', octets, sha256: '', isRecovered: false } as const;
  const recorded = {
    recordingId,
    callId,
    queueId: null,
    agentIds: [],
    startedAtMs: Date.now(),
    durationMs: 500,
    ...file,
  };
  await link.tell([...events, link.event(alpha.tenant.id, { kind: 'recording.finished', ...recorded })]);
  return { recordingId, callId };
}

interface Listener {
  readonly frames: RealtimeFrame[];
  readonly socket: WebSocket;
}

async function listen(browser: Browser): Promise<Listener> {
  const socket = new WebSocket(`${centre.url.replace('http', 'ws')}/api/realtime`, {
    headers: { cookie: browser.cookie() },
  });
  const frames: RealtimeFrame[] = [];
  socket.on('message', (data) => frames.push(realtimeFrameSchema.parse(JSON.parse(data.toString()))));
  await vi.waitFor(() => expect(frames.some((one) => one.kind === 'beat')).toBe(true));
  return { frames, socket };
}

function floors({ frames }: Listener) {
  return frames.filter((one) => one.kind === 'floor');
}

function floorOf() {
  const figures = { callsAnswered: 0, answeringMs: 0, notReadyCount: 0, notReadyMs: 0, breakCount: 0, breakMs: 0, outgoingCount: 0, outgoingMs: 0, wrapMs: 0 }; // prettier-ignore
  const agentId = alpha.agentId as never;
  const agent = { agentId, state: 'ready' as const, sinceMs: 1, pauseReasonId: null, pauseCause: null, device: null, callId: null,
            monitoredAtMs: null, figures }; // prettier-ignore
  return { atMs: Date.now(), queues: [], agents: [agent], calls: [], notices: [] };
}
