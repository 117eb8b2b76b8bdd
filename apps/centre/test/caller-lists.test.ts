/** F-08, F-34, F-35, F-36: lists of callers, one by one and by whole tables; and rules that look at who calls. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inTenant } from '@seatgrid/adapters/postgres/scopes.ts';
import { insertDefinition } from '@seatgrid/adapters/postgres/stores/definition-store.ts';
import { readTenantConfig } from '@seatgrid/adapters/postgres/stores/tenant-config-store.ts';
import { startTestCentre, type TestCentre } from './test-centre.ts';
import { makeTenant, type TestTenant } from './test-tenant.ts';

let centre: TestCentre;
let alpha: TestTenant;
let beta: TestTenant;

beforeAll(async () => {
  centre = await startTestCentre();
  alpha = await makeTenant(centre, 'alpha');
  beta = await makeTenant(centre, 'beta');
});
afterAll(() => centre?.stop());

const table = (text: string) => new TextEncoder().encode(text);
const configOf = ({ tenant }: TestTenant) =>
  inTenant(centre.running.centre.database.tenants, tenant.id, readTenantConfig);

test('F-35, F-36: a table is read in: what is new is added, what is known changed, and each refused line named with its cause', async () => {
  const { call } = alpha.administrator;
  const first = await call('POST /api/barred-numbers/import', {
    body: table('number,reason\r\n+86 138-0013-8000,"Rang 40 times, said nothing"\r\n1390*,Robots\r\nnobody,x\r\n13700000001,\r\n1390*,again\r\n'),
  });
  expect(first).toEqual({
    added: 2,
    changed: 0,
    refusedCount: 3,
    refused: [
      { line: 4, cause: 'no-number', text: 'nobody, x' },
      { line: 5, cause: 'no-reason', text: '13700000001, ' },
      { line: 6, cause: 'twice', text: '1390*, again' },
    ],
  });
  const again = await call('POST /api/barred-numbers/import', { body: table('+8613800138000,Threats\n1390*,Robots\n') });
  expect(again).toMatchObject({ added: 0, changed: 1, refusedCount: 0 });
  const text = await (await call('GET /api/barred-numbers/export')).text();
  expect(text.split('\r\n').slice(0, 3)).toEqual(['number,reason', '+8613800138000,Threats', '13700000000,Nuisance']);
  expect((await configOf(alpha)).barredNumbers).toEqual(['+8613800138000', '13700000000', '1390*']);
  expect((await configOf(beta)).barredNumbers).toEqual(['13700000000']);
}); // prettier-ignore

test('levels and segments too; ten thousand lines at once', async () => {
  const { call } = alpha.administrator;
  const levels = await call('POST /api/customer-levels/import', {
    body: table('13911110001,1,Gold & Co\n13911110002,0,Zero\n13911110003,two,Two\n'),
  });
  expect(levels).toMatchObject({ added: 1, refused: [{ line: 2, cause: 'no-level' }, { line: 3, cause: 'no-level' }] });
  const lines = Array.from({ length: 10_000 }, (_, at) => `+86155${String(at).padStart(4, '0')}0000~+86155${String(at).padStart(4, '0')}9999,North ${at % 7}`);
  expect(await call('POST /api/number-segments/import', { body: table(lines.join('\n')) })).toMatchObject({ added: 10_000 });
  const config = await configOf(alpha);
  expect(config.customerLevels).toContainEqual({ pattern: '13911110001', level: 1 });
  expect(config.numberSegments).toHaveLength(10_001);
}); // prettier-ignore

test('F-08: whose customer a number is, read in by extension or e-mail; what names no agent is refused by its line', async () => {
  const { call } = alpha.administrator;
  const { items: [bob] } = await call('GET /api/agents');
  const lines = ['number,agent,name', `+86 137-0013-7000,${bob!.extension},Ms Lin`, `1370014*,${bob!.email.toUpperCase()},Harbor Ltd`, '13700150000,9999,Nobody’s', `13700160000,,`, `1370014*,${bob!.extension},again`];
  expect(await call('POST /api/dedicated-agents/import', { body: table(lines.join('\r\n')) })).toMatchObject({
    added: 2,
    refusedCount: 3,
    refused: [{ line: 4, cause: 'no-agent' }, { line: 5, cause: 'no-agent' }, { line: 6, cause: 'twice' }],
  });
  const text = await (await call('GET /api/dedicated-agents/export')).text();
  expect(text.trimEnd().split('\r\n')).toEqual(['number,agent,name', `+8613700137000,${bob!.extension},Ms Lin`, `1370014*,${bob!.extension},Harbor Ltd`, `13900000001,${bob!.extension},Ms Lin`]);
  expect(await call('POST /api/dedicated-agents/import', { body: table(text) })).toMatchObject({ added: 0, changed: 0, refusedCount: 0 });
  expect((await configOf(alpha)).dedicatedAgents).toContainEqual({ pattern: '1370014*', agentId: bob!.id });
}); // prettier-ignore

test('F-08: another tenant’s agent is nobody’s here; with an agent who leaves the entries leave, and the number may be given anew', async () => {
  const { call } = beta.administrator;
  const body = { pattern: '13700137000', agentId: alpha.agentId as never, name: '' };
  await expect(call('POST /api/dedicated-agents', { body })).rejects.toMatchObject({ status: 422, problem: { problems: [{ path: 'agentId' }] } });
  // Whoever passed that check would meet the database.
  await expect(inTenant(centre.running.centre.database.tenants, beta.tenant.id, (trx) => insertDefinition(trx, 'dedicated-agent', body))).rejects.toMatchObject({ constraint_name: 'dedicated_agent_of_agent' });
  const { id } = await call('POST /api/agents', { body: { email: 'leaver@beta.example', password: 'correct horse battery', name: 'Leaver', staffId: '1077', extension: '1077', locale: 'en', kind: 'general', groupId: null, skills: [], isAutoAnswer: false, phonePassword: 'phone-password' } });
  const { id: dedication } = await call('POST /api/dedicated-agents', { body: { ...body, agentId: id } });
  await call('DELETE /api/agents/:id', { params: { id } });
  expect((await call('GET /api/dedicated-agents')).items.map((one) => one.id)).not.toContain(dedication);
  expect((await configOf(beta)).dedicatedAgents.map(({ pattern }) => pattern)).toEqual(['13900000001']);
  await call('POST /api/dedicated-agents', { body: { ...body, agentId: beta.agentId as never } });
}); // prettier-ignore

test('the same number is refused at its field, however it is written; taken off, it may be listed again', async () => {
  const { call } = beta.administrator;
  const body = { pattern: '+86 138 0000 1111', reason: 'x' };
  const { id, pattern } = await call('POST /api/barred-numbers', { body });
  expect(pattern).toBe('+8613800001111');
  await expect(
    call('POST /api/barred-numbers', { body: { ...body, pattern: '008613800001111' } }),
  ).rejects.toMatchObject({ status: 409, problem: { problems: [{ path: 'pattern' }] } });
  await call('DELETE /api/barred-numbers/:id', { params: { id } });
  await call('POST /api/barred-numbers', { body });
});

test('rules of one number differ in their order; two of one order are refused, and so is a trunk that is not the tenant’s', async () => {
  const { call } = beta.administrator;
  const hangUp = { kind: 'hang-up' as const, say: [] };
  const didIds = [beta.ids['dids']! as never];
  const gold = { name: 'Gold', didIds, levels: [1], workingTime: [], onDuty: hangUp, offDuty: null };
  await expect(call('POST /api/inbound-rules', { body: gold })).rejects.toMatchObject({
    status: 409,
    problem: { problems: [{ path: 'didIds.0' }] },
  });
  const rule = await call('POST /api/inbound-rules', { body: { ...gold, order: 10 } });
  expect(rule).toMatchObject({ order: 10, levels: [1], trunkIds: [], callers: [], offDuty: null });
  const foreign = { ...gold, name: 'Trunk', order: 11, trunkIds: ['01890000-0000-7000-8000-000000000000'] };
  await expect(call('POST /api/inbound-rules', { body: foreign })).rejects.toMatchObject({
    status: 422,
    problem: { problems: [{ path: 'trunkIds.0' }] },
  });
});

test('A-15: a calendar’s file is read without being kept; a rule may go by a calendar, and then it is not removed', async () => {
  const { call } = beta.administrator;
  const year = new Date().getFullYear();
  const text = ['BEGIN:VCALENDAR', 'BEGIN:VEVENT', 'UID:1', 'SUMMARY:New Year', `DTSTART;VALUE=DATE:${year}0101`, 'RRULE:FREQ=YEARLY', 'END:VEVENT', 'BEGIN:VEVENT', 'UID:2', 'END:VEVENT', 'END:VCALENDAR'].join('\r\n');
  const { days, faults } = await call('POST /api/calendars/read', { body: table(text) });
  expect(days.map(({ date }) => date)).toEqual([0, 1, 2, 3, 4].map((later) => `${year + later}-01-01`));
  expect(faults).toMatchObject([{ line: 8, cause: 'no-date' }]);
  const { id } = await call('POST /api/calendars', { body: { name: 'Public', days } });
  const [rule] = (await call('GET /api/inbound-rules')).items;
  await call('PUT /api/inbound-rules/:id', { params: { id: rule!.id }, body: { ...rule!, calendarId: id } });
  await expect(call('DELETE /api/calendars/:id', { params: { id } })).rejects.toMatchObject({ status: 409 });
  expect((await configOf(beta)).calendars.map(({ name }) => name)).toEqual(['Holidays', 'Public']);
}); // prettier-ignore

test('A-14: before anybody dials: which rule a call would take, who was passed over and why, and how far the flow goes', async () => {
  const { call } = alpha.administrator;
  const hangUp = { kind: 'hang-up' as const, say: [] };
  const didId = alpha.ids['dids']! as never;
  const gold = { name: 'Gold', order: 5, didIds: [didId], levels: [1], workingTime: [], onDuty: hangUp, offDuty: null };
  await call('POST /api/inbound-rules', { body: gold });
  const ask = (fromNumber: string, atMs = Date.now()) =>
    call('POST /api/inbound-rules/try', { body: { fromNumber, didId, trunkId: null, atMs } });
  expect(await ask('+8613911110001')).toMatchObject({
    barredBy: null,
    caller: { level: 1, department: null },
    rule: { name: 'Gold' },
    step: hangUp,
    flow: null,
    passedOver: [{ name: 'Always', by: 'later' }],
  });
  expect(await ask('01012345678')).toMatchObject({
    rule: { name: 'Always' },
    duty: { isOnDuty: true, day: null },
    flow: { name: 'Main', steps: [{ key: 'wait', kind: 'enqueue', outcome: null }] },
    passedOver: [{ name: 'Gold', by: 'level' }],
  });
  // Another tenant's number is nobody's here.
  const foreign = { fromNumber: '1', didId: beta.ids['dids']! as never, trunkId: null, atMs: 0 };
  expect(await call('POST /api/inbound-rules/try', { body: foreign })).toMatchObject({ rule: null, step: null });
}); // prettier-ignore

test('A-14, F-13: of a split each way is told with its share, and taken where it is chosen; a rule gone to is followed', async () => {
  const { call } = alpha.administrator;
  const hangUp = { kind: 'hang-up' as const, say: [] };
  const body = {
    name: 'Shared out',
    start: 'split',
    steps: {
      split: { kind: 'split' as const, shares: [{ percent: 25, label: 'new', next: 'rule' }], otherwise: 'bye' },
      rule: { kind: 'go-to-rule' as const, rule: 'Always', onMissing: 'bye' },
      bye: hangUp,
    },
  };
  const flow = await call('POST /api/flows', { body });
  await call('POST /api/flows/:id/publish', { params: { id: flow.id } });
  const didId = alpha.ids['dids']! as never;
  const first = { name: 'First', order: 1, didIds: [didId], workingTime: [], onDuty: { kind: 'flow' as const, flowId: flow.id as never }, offDuty: hangUp };
  const rule = await call('POST /api/inbound-rules', { body: first });
  const ask = async (shares: Record<string, number>) => {
    const asked = { fromNumber: '01012345678', didId, trunkId: null, atMs: Date.now(), shares };
    const told = (await call('POST /api/inbound-rules/try', { body: asked })).flow!;
    return told.steps.map(({ flowName, key, shares: ways }) => [flowName, key, ways?.taken ?? null]);
  };
  expect(await ask({})).toEqual([['Shared out', 'split', 0], ['Shared out', 'rule', null], ['Main', 'wait', null]]);
  expect(await ask({ [`${flow.id}/split`]: 1 })).toEqual([['Shared out', 'split', 1], ['Shared out', 'bye', null]]);
  await call('DELETE /api/inbound-rules/:id', { params: { id: rule.id } });
  await call('DELETE /api/flows/:id', { params: { id: flow.id } });
}); // prettier-ignore
