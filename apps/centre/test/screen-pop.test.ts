/** Screen pop (E-16): found and shown by the tenant's setting, and never across the tenant wall. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ScreenPop } from '@seatgrid/contracts/nouns/screen-pop.ts';
import { startTestCentre, type TestCentre } from './test-centre.ts';
import { makeTenant, type TestTenant } from './test-tenant.ts';
import { enrolNode, ids, TestLink } from './test-node.ts';

const caller = '+8613900000001';
const dayMs = 86_400_000;

let centre: TestCentre;
let alpha: TestTenant;
let beta: TestTenant;
let link: TestLink;

beforeAll(async () => {
  centre = await startTestCentre();
  alpha = await makeTenant(centre, 'alpha');
  beta = await makeTenant(centre, 'beta');
  link = await TestLink.greet(centre, await enrolNode(centre, 'hq'));
  await tellCall(alpha, { notes: 'wants two', collected: { account: '4711', pin: '9' } });
  await tellCall(alpha, {
    fromNumber: '+8613900000002',
    notes: 'other number',
    collected: { account: '4711' },
  });
  await tellCall(beta, { notes: 'of beta', collected: { account: '4711' } });
});
afterAll(async () => {
  await link?.close();
  await centre?.stop();
});

test('E-16: a tenant that never chose finds by number and shows time, agent, disposition and notes', async () => {
  const { items, screenPop, key } = await ask(alpha, caller);
  expect(screenPop).toEqual({
    match: { kind: 'number' },
    fields: ['time', 'agent', 'disposition', 'notes'],
    variables: [],
  });
  expect(key).toBe(caller);
  expect(items).toEqual([
    {
      startedAtMs: expect.any(Number) as number,
      agentName: 'Bob',
      queueName: null,
      path: null,
      disposition: { code: '101', name: { en: 'Sold' } },
      notes: 'wants two',
      variables: {},
    },
  ]);
});

test('a call to the customer counts as one from the customer, and the company’s own number as nobody’s', async () => {
  const number = '+8613900000003';
  await tellCall(alpha, {
    direction: 'outbound',
    fromNumber: '+864008009999',
    toNumber: number,
    notes: 'we called',
  });
  expect(await notesOf(alpha, number)).toEqual(['we called']);
  expect(await notesOf(alpha, '+864008009999')).toEqual([]);
});

test('E-16: by a keyed variable: whoever keyed the same, from whatever number, with the chosen fields and variables only', async () => {
  await choose(alpha, {
    match: { kind: 'variable', variable: 'account' },
    fields: ['notes', 'queue', 'path'],
    variables: ['pin', 'branch'],
  });
  const { items, key } = await ask(alpha, caller, { account: '4711' });
  expect(key).toBe('4711');
  const hidden = { startedAtMs: null, agentName: null, disposition: null };
  expect(items).toEqual([
    { ...hidden, queueName: 'Sales', path: ['Orders'], notes: 'other number', variables: {} },
    { ...hidden, queueName: 'Sales', path: ['Orders'], notes: 'wants two', variables: { pin: '9' } },
  ]);
  expect((await ask(alpha, caller, { account: '4712' })).items).toEqual([]);
});

test('nothing keyed and no number match nothing, not everybody who keyed nothing either', async () => {
  await tellCall(alpha, { fromNumber: '', notes: 'withheld', collected: { account: '' } });
  await choose(alpha, { match: { kind: 'variable', variable: 'account' }, fields: ['notes'], variables: [] });
  for (const collected of [{ account: '' }, {}, { other: '4711' }])
    expect(await ask(alpha, caller, collected)).toMatchObject({ items: [], key: null });
  await choose(alpha, { match: { kind: 'number' }, fields: ['notes'], variables: [] });
  expect(await ask(alpha, '')).toMatchObject({ items: [], key: null });
});

test('the same number known to two tenants shows each its own calls', async () => {
  await choose(alpha, { match: { kind: 'number' }, fields: ['notes'], variables: [] });
  expect(await notesOf(alpha, caller)).toEqual(['wants two']);
  expect(await notesOf(beta, caller)).toEqual(['of beta']);
});

test('the newest five, without the call in hand and without those that have not ended', async () => {
  const number = '+8613900000004';
  const callIds: string[] = [];
  for (let nth = 1; nth <= 7; nth++)
    callIds.push(await tellCall(alpha, { fromNumber: number, notes: `${nth}` }));
  await tellCall(alpha, { fromNumber: number, notes: 'running', isRunning: true });
  const body = { fromNumber: number, collected: {}, exceptCallId: callIds.at(-1)! };
  const { items } = await alpha.agent.call('POST /api/desk/history', { body });
  expect(items.map((one) => one.notes)).toEqual(['6', '5', '4', '3', '2']);
});

test('the setting is audited, and one that cannot be is refused at its place', async () => {
  await choose(alpha, { match: { kind: 'number' }, fields: [], variables: ['account'] });
  const { items } = await alpha.administrator.call('GET /api/audit', { query: { noun: 'tenant-settings' } });
  expect(items[0]).toMatchObject({ verb: 'update', after: { screenPop: { variables: ['account'] } } });
  const wrong = { match: { kind: 'variable' as const, variable: '9' }, fields: [], variables: ['a', 'a'] };
  await expect(choose(alpha, wrong)).rejects.toMatchObject({
    status: 422,
    problem: { problems: [{ path: 'screenPop.match.variable' }, { path: 'screenPop.variables' }] },
  });
});

function ask({ agent }: TestTenant, fromNumber: string, collected: Record<string, string> = {}) {
  return agent.call('POST /api/desk/history', { body: { fromNumber, collected } });
}

async function notesOf(tenant: TestTenant, fromNumber: string): Promise<(string | null)[]> {
  return (await ask(tenant, fromNumber)).items.map((one) => one.notes);
}

async function choose({ administrator }: TestTenant, screenPop: ScreenPop): Promise<void> {
  const settings = await administrator.call('GET /api/settings');
  await administrator.call('PUT /api/settings', { body: { ...settings, screenPop } });
}

interface Told {
  readonly direction?: 'inbound' | 'outbound';
  readonly fromNumber?: string;
  readonly toNumber?: string;
  readonly notes: string;
  readonly collected?: Record<string, string>;
  readonly isRunning?: boolean;
}

/** A whole call of yesterday, told by the node. */
async function tellCall({ tenant, ids: theirs, agentId }: TestTenant, told: Told): Promise<string> {
  const {
    direction = 'inbound',
    fromNumber = caller,
    toNumber = '+864008001000',
    notes,
    collected = {},
  } = told;
  const callId = ids.next<'call'>();
  const queueId = theirs['queues'] as never;
  const flowId = theirs['flows'] as never;
  const agent = agentId as never;
  const dispositionId = theirs['dispositions'] as never;
  const startedAtMs = Date.now() - dayMs;
  const events = [
    link.event(tenant.id, { kind: 'call.started', callId, direction, fromNumber, toNumber, didId: null, trunkId: null, agentId: null, ruleName: null }, startedAtMs), // prettier-ignore
    link.event(tenant.id, { kind: 'flow.step', callId, flowId, flowName: 'Main', flowVersion: 1, stepKey: 'menu', stepKind: 'menu', title: null, enteredAtMs: startedAtMs, outcome: '1', digits: '1', label: 'Orders' }), // prettier-ignore
    link.event(tenant.id, { kind: 'queue.entered', callId, queueId, queueName: 'Sales', position: 1 }),
    link.event(tenant.id, { kind: 'call.bridged', callId, agentId: agent, queueId }),
    link.event(tenant.id, { kind: 'interaction.closed', callId, agentId: agent, dispositionId, notes, wrapMs: 1 }), // prettier-ignore
  ];
  if (!told.isRunning)
    events.push(
      link.event(tenant.id, { kind: 'call.ended', callId, reason: { party: 'caller', code: 'hung-up' }, startedAtMs, answeredAtMs: startedAtMs, talkMs: 20_000, waitMs: 1, billableSeconds: 35, language: 'en', collected }), // prettier-ignore
    );
  await link.tell(events);
  return callId;
}
