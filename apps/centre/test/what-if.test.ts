/** What-if: a day told by a node’s journal lies in the centre's tables, is replayed from there in a thread, and gives its own figures. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inTenant } from '@seatgrid/adapters/postgres/scopes.ts';
import { readTenantConfig } from '@seatgrid/adapters/postgres/stores/tenant-config-store.ts';
import type { WhatIf, WhatIfAsked } from '@seatgrid/contracts/nouns/what-if.ts';
import { dayMs, hourMs, minuteMs, secondMs } from '@seatgrid/core/kernel/duration.ts';
import { measureOf, measures } from '@seatgrid/core/what-if/compare-days.ts';
import { liveDay } from '@seatgrid/testkit/day-at-node.ts';
import { realClock } from '../src/runtime/real-clock.ts';
import { startTestCentre, type TestCentre } from './test-centre.ts';
import { enrolNode, ids, TestLink, type EnrolledNode } from './test-node.ts';
import { makeTenant, type TestTenant } from './test-tenant.ts';

let centre: TestCentre;
let node: EnrolledNode;
let link: TestLink;
let alpha: TestTenant;
let beta: TestTenant;
const date = '2026-11-10';
const fromMs = Date.parse(`${date}T00:00:00+08:00`);
const unchanged = { queues: [], callOrder: null, agents: [], added: [], volume: 1, talk: 1 };
const shift = { fromMs: 8 * hourMs, untilMs: 20 * hourMs };

beforeAll(async () => {
  centre = await startTestCentre();
  alpha = await makeTenant(centre, 'alpha');
  beta = await makeTenant(centre, 'beta');
  node = await enrolNode(centre, 'hq');
  link = await TestLink.greet(centre, node);
  for (let index = 0; index < 4; index++)
    await alpha.administrator.call('POST /api/agents', {
      body: {
        name: `Agent ${index}`,
        staffId: `200${index}`,
        extension: `810${index}`,
        locale: 'en',
        kind: 'general',
        groupId: null,
        skills: [{ skillId: alpha.ids['skills']! as never, level: 1 + index }],
        isAutoAnswer: false,
        email: `agent${index}@alpha.example`,
        password: 'a-long-password',
      },
    });
  // Whoever served a caller last is asked first: the day before tells who that is in the morning.
  for (const { id, ...queue } of (await alpha.administrator.call('GET /api/queues')).items)
    await alpha.administrator.call('PUT /api/queues/:id', {
      params: { id },
      body: { ...queue, agentOrder: ['last-agent', 'longest-idle'] } as never,
    });
  const tenantId = alpha.tenant.id;
  const { queues, agents, callOrder } = await inTenant(centre.running.centre.database.tenants, tenantId, (trx) => readTenantConfig(trx));
  const ofADay = (seed: number, startMs: number, callsPerDay: number, answered: Parameters<typeof liveDay>[0]['answered'] = []) =>
    liveDay({
      tenantId,
      seed,
      fromMs: startMs,
      hours: { opens: 9, closes: 18 },
      distribution: { queues, agents, callOrder },
      callsPerDay,
      talkMs: 3 * minuteMs,
      patienceMs: minuteMs,
      missed: 0.02,
      declined: 0.01,
      transferred: 0,
      callers: 40,
      answered,
    });
  const before = ofADay(2, fromMs - dayMs, 120);
  const callerOf = new Map(before.flatMap(({ facts }) => (facts.kind === 'call.started' ? [[facts.callId, facts.fromNumber] as const] : [])));
  const answered = before.flatMap(({ facts }) => (facts.kind === 'call.bridged' ? [{ caller: callerOf.get(facts.callId)!, agentId: facts.agentId! }] : []));
  const events = [...before, ...ofADay(3, fromMs, 400, answered)];
  for (let at = 0; at < events.length; at += 200)
    await link.tell(events.slice(at, at + 200).map((event) => ({ ...event, sequence: ++link.sequence })));
}, 120_000); // prettier-ignore
afterAll(async () => {
  await link?.close();
  await centre?.stop();
});

const asked = (rest: Partial<WhatIfAsked> = {}): WhatIfAsked => ({
  name: 'Two more',
  arrivals: { kind: 'day', date },
  targetMs: 20 * secondMs,
  otherDays: 4,
  seed: 1,
  variations: [{ name: 'Two more agents', changes: { ...unchanged, added: [{ count: 2, skills: [{ skillId: alpha.ids['skills']! as never, level: 5 }], groupId: null, shift }] } }],
  ...rest,
}); // prettier-ignore

async function ended(id: string): Promise<WhatIf> {
  const giveUpMs = realClock.nowMs() + 60_000;
  for (;;) {
    const told = await alpha.supervisor.call('GET /api/what-ifs/:id', { params: { id } });
    if (told.state !== 'waiting' && told.state !== 'running') return told;
    if (realClock.nowMs() > giveUpMs) throw new Error(`it is ${told.state} still, at ${told.progress}`);
    await new Promise<void>((wake) => realClock.after(100, wake));
  }
}

test('the days that can be replayed are told with how many calls of queues each had', async () => {
  const { items } = await alpha.administrator.call('GET /api/what-if-days');
  expect(items).toEqual([
    { date, calls: 400 },
    { date: '2026-11-09', calls: 120 },
  ]);
  expect((await beta.administrator.call('GET /api/what-if-days')).items).toEqual([]);
});

test('a day replayed from its records gives the real figures within 1 %, and two more agents serve more callers in time', async () => {
  const made = await alpha.supervisor.call('POST /api/what-ifs', { body: asked() });
  expect(made).toMatchObject({ name: 'Two more', state: 'waiting', madeBy: 'Sue' });
  const { result, state, fault } = await ended(made.id);
  expect([state, fault]).toEqual(['done', null]);
  const { real, compared, notes } = result!;
  expect(real!.offered).toBe(400);
  for (const measure of measures) {
    const [was, is] = [measureOf(real! as never, measure)!, measureOf(compared[0]!.figures as never, measure)!];
    expect(Math.abs(is - was) / Math.max(was, 0.001), measure).toBeLessThan(0.01);
  }
  expect(compared[1]!.differences!.serviceLevel!.low).toBeGreaterThan(0);
  expect(notes).toMatchObject({ agentsGone: 0, nodes: 1 });
  expect(notes.abandonments).toBe(real!.abandoned);
  const csv = await (await alpha.supervisor.raw(`/api/what-ifs/${made.id}/export`)).text();
  expect(csv.split('\r\n')[0]).toContain('queue,measure,real,as set,as set: low,as set: high,Two more agents');
  expect(csv).toMatch(/\r\nSales,serviceLevel,0\.[0-9]+,/);
  const audit = await alpha.administrator.call('GET /api/audit', { query: { noun: 'what-if' } as never });
  expect(audit.items[0]).toMatchObject({ noun: 'what-if', verb: 'create', actor: 'Sue' });
}, 90_000); // prettier-ignore

test('a list is read in, its faulty lines are named with their cause, and it is replayed with the agents of a day', async () => {
  const lines = ['time,queue,skill,talk,patience,level'];
  for (let minute = 0; minute < 300; minute++)
    lines.push(`${9 + Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')},${minute % 2 ? 'Sales' : ''},Sales,400,60,${minute % 5 ? '' : 1}`);
  lines.push('25:00,Sales,,60', '10:00,Nowhere,,60', '10:00,Sales,,long', '10:00,Sales,,60,soon', '10:00,Sales,,60,,12');
  const { administrator } = alpha;
  const read = await administrator.call('POST /api/what-if-lists', { query: { name: 'next week.csv' }, body: new TextEncoder().encode(lines.join('\n')) });
  expect([read.calls, read.refusedCount]).toEqual([300, 5]);
  expect(read.refused.map(({ line, cause }) => [line, cause])).toEqual([[302, 'no-time'], [303, 'no-queue'], [304, 'no-talk'], [305, 'no-patience'], [306, 'no-level']]);
  const made = await administrator.call('POST /api/what-ifs', { body: asked({ arrivals: { kind: 'list', listId: read.listId!, date } }) });
  const { result, listName } = await ended(made.id);
  expect(listName).toBe('next week.csv');
  expect(result!.real).toBeNull();
  expect(result!.compared[0]!.figures.offered).toBe(300);
  expect(result!.compared[0]!.figures.abandoned).toBeGreaterThan(0);
  await expect(beta.administrator.call('POST /api/what-ifs', { body: asked({ arrivals: { kind: 'list', listId: read.listId!, date: null } }) })).rejects.toMatchObject({ status: 409 });
  await administrator.call('DELETE /api/what-ifs/:id', { params: { id: made.id } });
  await expect(administrator.call('GET /api/what-ifs/:id', { params: { id: made.id } })).rejects.toMatchObject({ status: 404 });
}, 90_000); // prettier-ignore

test('a day without calls says so; one that runs can be stopped; only so many wait; the API answers meanwhile', async () => {
  const { call } = alpha.administrator;
  const empty = await call('POST /api/what-ifs', {
    body: asked({ arrivals: { kind: 'day', date: '2026-11-01' } }),
  });
  expect(await ended(empty.id)).toMatchObject({ state: 'failed', fault: 'no-calls', result: null });
  await expect(
    call('POST /api/what-ifs', { body: asked({ arrivals: { kind: 'day', date: '2026-02-30' } }) }),
  ).rejects.toMatchObject({ status: 422 });
  const long = asked({ otherDays: 100 });
  const made = [];
  for (let index = 0; index < 5; index++) made.push(await call('POST /api/what-ifs', { body: long }));
  await expect(call('POST /api/what-ifs', { body: long })).rejects.toMatchObject({
    status: 409,
    problem: { code: 'quota' },
  });
  for (const { id } of made.toReversed()) await call('POST /api/what-ifs/:id/cancel', { params: { id } });
  for (const { id } of made) expect(await ended(id)).toMatchObject({ state: 'cancelled', result: null });
  await expect(call('POST /api/what-ifs/:id/cancel', { params: { id: made[0]!.id } })).rejects.toMatchObject({
    status: 409,
  });
  const after = await call('POST /api/what-ifs', { body: asked({ otherDays: 0 }) });
  expect(await ended(after.id)).toMatchObject({ state: 'done' });
}, 90_000);

test('a call’s page says who came later and was given an agent earlier, and by which rule', async () => {
  // The link of the day has fallen silent meanwhile.
  const { sequence } = link;
  await link.close();
  link = await TestLink.greet(centre, node, { sequence });
  const { tenant, ids: own, agentId } = alpha;
  const [waited, later, elder] = [ids.next<'call'>(), ids.next<'call'>(), ids.next<'call'>()];
  const queueId = own['queues'] as never;
  const started = (callId: typeof waited, fromNumber: string) =>
    link.event(tenant.id, { kind: 'call.started', callId, direction: 'inbound', fromNumber, toNumber: '1', didId: null, trunkId: null, agentId: null, ruleName: null });
  const queued = (callId: typeof waited) => link.event(tenant.id, { kind: 'queue.entered', callId, queueId, queueName: 'Sales', position: 1 });
  const made = (callId: typeof waited, by: 'customer-priority' | 'first-come') =>
    link.event(tenant.id, { kind: 'reservation.made', callId, reservationId: ids.next<'reservation'>(), agentId: agentId as never, queueId, decision: { came: 'agent', among: 3, width: 0, passedOver: [{ callId: waited, by }] } });
  const soon = () => new Promise<void>((wake) => realClock.after(5, wake));
  const tell = async (event: Parameters<typeof link.tell>[0][number]) => (await link.tell([event]), soon());
  await tell(started(elder, '100'));
  await tell(queued(elder));
  await tell(started(waited, '101'));
  await tell(queued(waited));
  await tell(started(later, '102'));
  await tell(queued(later));
  await tell(made(elder, 'first-come'));
  await tell(made(later, 'customer-priority'));
  await tell(link.event(tenant.id, { kind: 'queue.left', callId: waited, queueId, cause: 'abandoned', waitedMs: 20, position: 1 }));
  const { overtakers } = await alpha.supervisor.call('GET /api/calls/:id', { params: { id: waited } });
  expect(overtakers).toMatchObject([{ callId: later, fromNumber: '102', agentId, by: 'customer-priority' }]);
  expect(overtakers[0]!.laterMs).toBeGreaterThan(0);
  expect((await alpha.supervisor.call('GET /api/calls/:id', { params: { id: later } })).overtakers).toEqual([]);
}); // prettier-ignore
