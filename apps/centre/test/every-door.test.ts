/** The stranger at every door (architecture §7): each route of the contract, tried by everybody who may not. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { api } from '@seatgrid/contracts/api/api.ts';
import type { Route } from '@seatgrid/contracts/api/route.ts';
import { mayDo, roles, type Role } from '@seatgrid/core/context/access.ts';
import { everyRoute } from '../src/api/every-route.ts';
import { openApiDocument } from '../src/api/openapi.ts';
import { startTestCentre, type Browser, type TestCentre } from './test-centre.ts';
import { makeTenant, type TestTenant } from './test-tenant.ts';
import { enrolNode, ids, TestLink, type EnrolledNode } from './test-node.ts';

const routes = Object.entries(api) as [keyof typeof api, Route][];
/** Nothing has this id, and nothing that needs a body gets one: whoever is let in is seen by what comes after the door. */
const nobody = '01890000-0000-7000-8000-000000000000';

let centre: TestCentre;
let alpha: TestTenant;
let beta: TestTenant;
let node: EnrolledNode;
let link: TestLink;
let callers: Record<Role, Browser>;
let betaIds: Record<string, string>;

beforeAll(async () => {
  centre = await startTestCentre();
  alpha = await makeTenant(centre, 'alpha');
  beta = await makeTenant(centre, 'beta');
  node = await enrolNode(centre, 'hq');
  link = await TestLink.greet(centre, node);
  const { administrator, supervisor, agent } = alpha;
  callers = { operator: await centre.operator(), administrator, supervisor, agent };
  betaIds = { ...beta.ids, ...(await historyOf(beta)), ...(await linesOf(beta)) };
  await linesOf(alpha);
});
afterAll(async () => {
  await link?.close();
  await centre?.stop();
});

test('no route of the contract was forgotten, and none was invented', () => {
  expect(Object.keys(everyRoute).sort()).toEqual(Object.keys(api).sort());
  const documented = Object.entries(openApiDocument('test').paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
  );
  expect(documented.sort()).toEqual(Object.keys(api).sort());
});

test('nobody: every door that is not public says 401 and nothing else', async () => {
  const open: string[] = [];
  for (const [path, route] of routes) {
    const { status } = await knock(centre.browser(), path);
    if (route.access === 'public') open.push(path);
    else expect(status, path).toBe(401);
  }
  expect(open).toEqual(['POST /api/auth/login', 'POST /api/node/enrol']);
});

test('a cookie that was made up, or belongs to an ended session, opens nothing', async () => {
  const leaver = await centre.browser().signIn({ email: 'admin@alpha.example', password: 'a-long-password' });
  const cookie = leaver.cookie();
  await leaver.call('POST /api/auth/logout');
  for (const header of [cookie, 'seatgrid_session=made.up.token', `${cookie}x`]) {
    const response = await fetch(`${centre.url}/api/queues`, { headers: { cookie: header } });
    expect(response.status).toBe(401);
  }
});

test('a change without the header that foreign pages cannot send is refused, whoever is signed in', async () => {
  for (const [path, route] of routes) {
    if (path.startsWith('GET') || route.access === 'node' || path === 'POST /api/node/enrol') continue;
    const response = await fetch(address(path, {}), {
      method: path.split(' ')[0]!,
      headers: { cookie: callers.administrator.cookie(), 'content-type': 'application/json' },
      body: path.startsWith('DELETE') ? null : '{}',
    });
    expect(response.status, path).toBe(403);
  }
});

describe('by role', () => {
  test('C-01, C-02: who may not is answered 404, as if there were nothing; who may is let in: the table', async () => {
    const table: string[] = [];
    for (const [path, { access }] of routes) {
      if (!Array.isArray(access)) continue;
      const [noun, verb] = access as [Parameters<typeof mayDo>[1], Parameters<typeof mayDo>[2]];
      const marks: string[] = [];
      for (const role of roles) {
        const isAtHome = (role === 'operator') === path.includes('/api/platform/');
        const may = isAtHome && mayDo(role, noun, verb);
        const { status, code } = await knock(callers[role], path);
        // Behind the door a made-up id is 404 too; an empty body 415 or 422 tells that the door was passed.
        const isIn = status !== 404 || (may && code === 'not-found' && path.includes(':'));
        expect(isIn, `${role} at ${path}: ${status}`).toBe(may);
        marks.push(may ? '●' : '·');
      }
      table.push(`${marks.join(' ')}  ${verb.padEnd(8)} ${path}`);
    }
    expect(`operator administrator supervisor agent\n${table.join('\n')}`).toMatchSnapshot();
  });
});

describe('another tenant', () => {
  const withId = routes.filter(([path, { access }]) => path.includes(':id') && Array.isArray(access));

  test('C-07: its administrator, with ids that exist elsewhere, finds nothing at any door and changes nothing', async () => {
    const before = await snapshotOf(beta);
    const foreigner = alpha.administrator;
    const tried: string[] = [];
    for (const [path] of withId) {
      if (path.includes('/api/platform/')) continue;
      const noun = path.split('/')[2]!;
      const id = betaIds[noun];
      expect(id, `a foreign id for ${path}`).toBeDefined();
      const { status } = await knock(foreigner, path, { id: id!, body: await bodyOf(noun) });
      expect(status, path).toBe(404);
      tried.push(path);
    }
    expect(tried.length).toBeGreaterThan(15);
    expect(await snapshotOf(beta)).toEqual(before);
  });

  test('naming a foreign thing in a body is refused as a thing that does not exist', async () => {
    const { call } = alpha.administrator;
    await expect(
      call('POST /api/flows/check', {
        body: { name: 'x', start: 'a', steps: { a: { kind: 'enqueue', queueId: beta.ids['queues']! } } },
      }),
    ).resolves.toMatchObject({ items: [{ step: 'a', field: 'queueId' }] });
    const hangUp = { kind: 'hang-up' as const, say: [] };
    const didIds = [beta.ids['dids']!];
    await expect(
      call('POST /api/inbound-rules', {
        body: { name: 'theft', didIds, workingTime: [], onDuty: hangUp, offDuty: hangUp },
      }),
    ).rejects.toMatchObject({ status: 422, problem: { problems: [{ path: 'didIds.0' }] } });
    const rule = {
      name: 'theft',
      selection: 'in-order' as const,
      prefix: '',
      agentIds: [beta.agentId as never],
    };
    const trunkIds = [betaIds['trunks']! as never];
    await expect(
      call('POST /api/outbound-rules', {
        body: { ...rule, trunkIds, callerDidId: beta.ids['dids']! as never },
      }),
    ).rejects.toMatchObject({
      status: 422,
      problem: { problems: [{ path: 'agentIds.0' }, { path: 'trunkIds.0' }, { path: 'callerDidId' }] },
    });
  });

  test('C-07: no list, search or filter shows a thing of the other tenant', async () => {
    const foreign = new Set([...Object.values(betaIds), beta.tenant.id]);
    for (const [path, route] of routes) {
      if (!path.startsWith('GET') || path.includes(':') || route.reply === 'octets') continue;
      if (path.includes('/api/platform/')) continue;
      const text = await (await alpha.administrator.raw(path.split(' ')[1]!)).text();
      for (const id of foreign) expect(text.includes(id), `${path} shows ${id}`).toBe(false);
    }
    for (const filter of [
      `agentId=${beta.agentId}`,
      `queueId=${beta.ids['queues']}`,
      'number=%25',
      'number=+86',
    ])
      expect(await (await alpha.administrator.raw(`/api/calls?${filter}`)).json()).toEqual({
        items: [],
        next: null,
      });
  });

  test('a session says which tenant, and no parameter or header overrides it', async () => {
    const response = await alpha.administrator.raw(`/api/queues?tenantId=${beta.tenant.id}`, {
      headers: { 'x-tenant-id': beta.tenant.id },
    });
    const { items } = (await response.json()) as { items: { id: string }[] };
    expect(items.map((one) => one.id)).toEqual([alpha.ids['queues']]);
  });
});

test('a node gets in by its own key only, and a browser session is no node', async () => {
  const path = `/api/node/prompts/${'0'.repeat(64)}`;
  const status = async (headers: Record<string, string>) =>
    (await fetch(centre.url + path, { headers })).status;
  expect(await status({ authorization: await node.bearer() })).toBe(404);
  expect(await status({ cookie: callers.operator.cookie() })).toBe(401);
  expect(await status({ authorization: `${(await node.bearer()).slice(0, -6)}AAAAAA` })).toBe(401);
  expect(await status({ authorization: 'Bearer rubbish' })).toBe(401);
});

interface Knocked {
  readonly status: number;
  readonly code: string | undefined;
}

async function knock(
  browser: Browser,
  path: string,
  { id = nobody, body }: { id?: string; body?: unknown } = {},
): Promise<Knocked> {
  const [method] = path.split(' ') as [string];
  const init: RequestInit = { method };
  if (method !== 'GET' && method !== 'DELETE') {
    init.body = JSON.stringify(body ?? {});
    init.headers = { 'content-type': 'application/json' };
  }
  const response = await browser.raw(address(path, { id }).slice(centre.url.length), init);
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  return { status: response.status, code: isJson ? (JSON.parse(text) as { code?: string }).code : undefined };
}

function address(path: string, { id = nobody }: { id?: string }): string {
  const pattern = path.split(' ')[1]!;
  return (
    centre.url + pattern.replace(':sha256', '0'.repeat(64)).replace(':version', '1').replaceAll(/:\w+/g, id)
  );
}

/** A body the contract accepts for this noun: alpha's own row, so that only the id is foreign. */
async function bodyOf(noun: string): Promise<unknown> {
  if (noun === 'voice-messages' || noun === 'faxes' || noun === 'desk') return { act: 'deleted' };
  const lists: Record<string, string> = { calls: '', recordings: '' };
  if (noun in lists) return undefined;
  const { items } = (await (await alpha.administrator.raw(`/api/${noun}`)).json()) as {
    items: Record<string, unknown>[];
  };
  return items.find((one) => one['role'] !== 'administrator');
}

async function snapshotOf({ administrator }: TestTenant): Promise<unknown> {
  const nouns = [
    'queues',
    'skills',
    'agents',
    'users',
    'flows',
    'prompts',
    'inbound-rules',
    'outbound-rules',
    'mailboxes',
    'voice-messages',
    'callbacks',
    'fax-boxes',
    'faxes',
    'dispositions',
    'dids',
  ];
  return Promise.all(nouns.map(async (noun) => (await administrator.raw(`/api/${noun}`)).json()));
}

/** A trunk for this tenant alone, and the outbound rule that names it. */
async function linesOf({ tenant, administrator }: TestTenant): Promise<Record<string, string>> {
  const { slug, id } = tenant;
  const body = { nodeId: node.nodeId, name: `${slug} line`, sources: [], target: null, channelsMax: 1 };
  const trunk = await callers.operator.call('POST /api/platform/trunks', {
    body: { ...body, tenantIds: [id] },
  });
  const rule = await administrator.call('POST /api/outbound-rules', {
    body: {
      name: 'Everybody',
      agentIds: [],
      trunkIds: [trunk.id],
      selection: 'in-order',
      prefix: '',
      callerDidId: null,
    },
  });
  return { trunks: trunk.id, 'outbound-rules': rule.id };
}

/** A call with a recording and everything else that happens to a tenant. */
async function historyOf({ tenant, ids: theirs, agentId }: TestTenant): Promise<Record<string, string>> {
  const callId = ids.next<'call'>();
  const recordingId = ids.next<'recording'>();
  const messageId = ids.next<'voice-message'>();
  const callbackId = ids.next<'callback'>();
  const faxId = ids.next<'fax'>();
  const agent = agentId as never;
  const queueId = theirs['queues'] as never;
  const fromNumber = '+8613800000001';
  const toNumber = '+864008001001';
  await link.tell([
    link.event(tenant.id, {
      kind: 'call.started',
      callId,
      direction: 'inbound',
      fromNumber,
      toNumber,
      didId: null,
      trunkId: null,
      agentId: null,
      ruleName: null,
    }),
    link.event(tenant.id, { kind: 'queue.entered', callId, queueId, queueName: 'Sales', position: 1 }),
    link.event(tenant.id, { kind: 'call.bridged', callId, agentId: agent, queueId }),
    link.event(tenant.id, {
      kind: 'recording.finished',
      recordingId,
      callId,
      queueId,
      agentIds: [agent],
      startedAtMs: 1,
      durationMs: 1_000,
      path: 'x.wav',
      format: 'wav',
      octets: 100,
      sha256: '',
      isRecovered: false,
    }),
    link.event(tenant.id, {
      kind: 'voice-message.left',
      messageId,
      mailboxId: theirs['mailboxes'] as never,
      callId,
      fromNumber,
      leftAtMs: 1,
      durationMs: 1_000,
      path: 'y.wav',
      octets: 100,
      sha256: '',
      isRecovered: false,
    }),
    link.event(tenant.id, {
      kind: 'callback.asked',
      callbackId,
      queueId,
      number: fromNumber,
      origin: 'caller',
      callId,
      sinceMs: 1,
    }),
    link.event(tenant.id, {
      kind: 'fax.received',
      faxId,
      faxBoxId: theirs['fax-boxes'] as never,
      callId,
      fromNumber,
      farIdentification: '',
      receivedAtMs: 1,
      durationMs: 1_000,
      pages: 1,
      ending: 'complete',
      rowsPerInch: 196,
      path: 'z.tiff',
      octets: 100,
      sha256: '',
      isRecovered: false,
    }),
    link.event(tenant.id, { kind: 'call.refused', callId, reason: 'quota-calls', fromNumber, toNumber }),
    link.event(tenant.id, {
      kind: 'agent.presence',
      agentId: agent,
      from: 'offline',
      to: 'ready',
      lastedMs: 1,
      pauseCause: null,
      pauseReasonId: null,
      device: 'browser',
      callId: null,
    }),
  ]);
  const { items } = await beta.administrator.call('GET /api/calls', { query: {} });
  expect(items).toMatchObject([{ id: callId, recordingId, agentName: 'Bob', queueName: 'Sales' }]);
  return {
    calls: callId,
    recordings: recordingId,
    'voice-messages': messageId,
    callbacks: callbackId,
    faxes: faxId,
    desk: messageId,
  };
}
