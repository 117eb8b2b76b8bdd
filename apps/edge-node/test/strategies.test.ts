/** F-04 to F-10, F-26 to F-29, F-31: who is given which call, and where calls go that do not wait; each choice is explained. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { GroupId, SkillId } from '@seatgrid/core/kernel/ids.ts';
import type { Mailbox } from '@seatgrid/core/messages/mailbox.ts';
import type { NextStep } from '@seatgrid/core/numbers/inbound-rule.ts';
import type { Queue } from '@seatgrid/core/routing/queue.ts';
import { plainCallOrder } from '@seatgrid/core/routing/strategy.ts';
import type { Floor } from '@seatgrid/contracts/realtime/floor.ts';
import { newId, type FixtureTenant, type Mutable } from './fixture-config.ts';
import { TelephoneSide, numberWith } from './telephone-side.ts';
import type { TestDesk } from './test-desk.ts';
import { until } from './until.ts';

const plainNumber = '+864008000001';
const highNumber = '+864008000002';
const evenNumber = '+864008009002';
const vip = '13900139000';
const skillId = newId<'skill'>() as SkillId;
const groups = { own: newId<'group'>() as GroupId, other: newId<'group'>() as GroupId };
let side: TelephoneSide;
let tenant: FixtureTenant;
let even: FixtureTenant;
let queue: Mutable<Queue>;
let plain: Queue;
let high: Mutable<Queue>;
let box: Mailbox;

beforeAll(async () => {
  side = await TelephoneSide.start((fixture) => {
    tenant = fixture.tenant({ slug: 'harbor', number: '+864008009001', agents: 3, locale: 'en' });
    tenant.config.customerLevels = [{ pattern: vip, level: 1 }];
    queue = fixture.queue(tenant, { name: 'Service', ringTimeoutMs: 20_000 }) as Mutable<Queue>;
    high = fixture.queue(tenant, { name: 'High', priority: 9, ringTimeoutMs: 20_000 }) as Mutable<Queue>;
    box = {
      id: newId<'mailbox'>(),
      name: 'Service',
      owner: { kind: 'queue', queueId: queue.id },
      number: null,
      greeting: [{ kind: 'text', text: { en: 'Hello' } }],
      pin: null,
      messageMaxMs: 10_000,
      messagesMax: 10,
      keptDays: null,
      mailTo: [],
      isSoundMailed: false,
    };
    tenant.config.mailboxes.push(box as never);
    // Its agents have no calls today but those of one test.
    even = fixture.tenant({ slug: 'even', number: '+864008009003', agents: 3, locale: 'en' });
    const shared = fixture.queue(even, { name: 'Shared', agentOrder: ['even'], ringTimeoutMs: 20_000 });
    numberWith(even, evenNumber, { kind: 'queue', queueId: shared.id });
    numberWith(tenant, plainNumber, { kind: 'queue', queueId: queue.id });
    numberWith(tenant, highNumber, { kind: 'queue', queueId: high.id });
  });
  plain = { ...queue };
});

afterEach(async () => {
  await side.settle();
  Object.assign(queue, plain);
  for (const agent of tenant.agents) Object.assign(agent, { skills: [], groupId: null });
  tenant.config.callOrder = [...plainCallOrder];
  tenant.config.dedicatedAgents = [];
});
afterAll(() => side?.close());

async function configured(settings: Partial<Queue>, agents: readonly object[] = []): Promise<void> {
  Object.assign(queue, settings);
  for (const [index, facts] of agents.entries()) Object.assign(tenant.agents[index]!, facts);
  await side.reconfigure();
}

async function queued(from: string, number = plainNumber) {
  const before = side.node.eventsOf('queue.entered').length;
  const call = await side.ring(number, from);
  await until('the caller to be queued', () => side.node.eventsOf('queue.entered').length > before);
  return call;
}

/** Whom the next caller rings, and why. */
async function rung(from: string, number = plainNumber) {
  const before = side.node.eventsOf('reservation.made').length;
  await queued(from, number);
  const made = await until('an agent to be rung', () => side.node.eventsOf('reservation.made')[before]);
  const agent = tenant.agents.findIndex(({ id }) => id === made.facts.agentId);
  return { agent, decision: made.facts.decision! };
}

async function serve(desk: TestDesk): Promise<string> {
  const { number, callId } = await desk.answer();
  await desk.done({ kind: 'end', callId });
  return number;
}

test('F-05, F-34: with three ordinary callers waiting a level-1 customer who comes last is answered first', async () => {
  for (const from of ['101', '102', '103', vip]) await queued(from);
  const desk = await side.ready(tenant, 0);
  expect([await serve(desk), await serve(desk)]).toEqual([vip, '101']);
  const [first] = side.node.eventsOf('reservation.made').slice(-2);
  expect(first!.facts.decision).toMatchObject({ came: 'agent', among: 4 });
});

test('F-04: an agent of two queues is given the later call of the higher one, and the story names who was passed over', async () => {
  await queued('111');
  await queued('112', highNumber);
  const desk = await side.ready(tenant, 0);
  expect([await serve(desk), await serve(desk)]).toEqual(['112', '111']);
  const [waited] = side.node.eventsOf('queue.entered').slice(-2);
  const taken = side.node.eventsOf('reservation.made').at(-2)!;
  expect(taken.facts.decision!.passedOver).toEqual([{ callId: waited!.facts.callId, by: 'queue-priority' }]);
});

test('F-11: of two classes below their targets the higher is served first, though its queue is lower and its caller came later', async () => {
  await configured({ serviceTarget: { percent: 80, withinMs: 1_000 }, priority: 9 });
  Object.assign(high, { serviceTarget: { percent: 95, withinMs: 1_000 }, priority: 1 });
  await side.reconfigure();
  await queued('113');
  await queued('114', highNumber);
  const bothWaitSinceMs = Date.now();
  await until('both to be late', () => Date.now() - bothWaitSinceMs > 1_000);
  const desk = await side.ready(tenant, 0);
  expect([await serve(desk), await serve(desk)]).toEqual(['114', '113']);
  const waited = side.node.eventsOf('queue.entered').at(-2)!;
  const taken = side.node.eventsOf('reservation.made').at(-2)!;
  expect(taken.facts.decision!.passedOver).toEqual([{ callId: waited.facts.callId, by: 'service-target' }]);
  Object.assign(high, { serviceTarget: null, priority: 9 });
});

test('F-07: a returning caller reaches the agent who served it last while free, and another otherwise', async () => {
  await configured({ agentOrder: ['last-agent'] });
  const second = await side.ready(tenant, 1);
  await queued('121');
  expect(await serve(second)).toBe('121');
  const first = await side.ready(tenant, 0);
  await second.done({ kind: 'not-ready', reasonId: null });
  await second.done({ kind: 'ready' });
  expect(await rung('121')).toMatchObject({ agent: 1, decision: { passedOver: [{ by: 'last-agent' }] } });
  await first.untilPresence('ready');
  const other = await rung('121');
  expect(other).toMatchObject({ agent: 0, decision: { passedOver: [{ by: 'not-free', agentId: tenant.agents[1]!.id }] } });
}); // prettier-ignore

test('F-08: a listed customer reaches the agent of the list while free, and whom the next strategy names when not', async () => {
  const [first, , third] = tenant.agents;
  const own = '13700137001';
  tenant.config.dedicatedAgents = [{ pattern: '+861370013*', agentId: third!.id }];
  await configured({ agentOrder: ['dedicated-agent', 'fixed-order'], fixedOrder: [first!.id, third!.id] });
  const others = await side.ready(tenant, 0);
  const dedicated = await side.ready(tenant, 2);
  expect(await rung(own)).toMatchObject({ agent: 2, decision: { passedOver: [{ agentId: first!.id, by: 'dedicated-agent' }] } });
  const { number, callId } = await dedicated.answer();
  expect(number).toBe(own);
  expect(await rung(own)).toMatchObject({ agent: 0, decision: { passedOver: [{ agentId: third!.id, by: 'not-free' }] } });
  const instead = await others.answer();
  expect(instead.number).toBe(own);
  await others.done({ kind: 'end', callId: instead.callId });
  await dedicated.done({ kind: 'end', callId });
  for (const desk of [others, dedicated]) await desk.untilPresence('ready');
  expect(await rung('13800138001')).toMatchObject({ agent: 0, decision: { passedOver: [{ by: 'fixed-order' }] } });
  await others.done({ kind: 'end', callId: (await others.answer()).callId });
  await others.untilPresence('ready');
  tenant.config.dedicatedAgents = [];
  await side.reconfigure();
  expect(await rung(own)).toMatchObject({ agent: 0 });
}); // prettier-ignore

test('F-06, F-09: two strategies in one order and the other choose two different agents', async () => {
  const skills = (level: number) => ({ skills: [{ skillId, level }] });
  const requires = [{ skillId, level: 1 }];
  await configured({ requires, agentOrder: ['skill-level', 'longest-idle'] }, [skills(2), skills(7)]);
  await side.ready(tenant, 0);
  await side.ready(tenant, 1);
  expect(await rung('131')).toMatchObject({ agent: 1, decision: { passedOver: [{ by: 'skill-level' }] } });
  await side.settle();
  await configured({ agentOrder: ['longest-idle', 'skill-level'] });
  await side.ready(tenant, 0);
  await side.ready(tenant, 1);
  expect(await rung('132')).toMatchObject({ agent: 0, decision: { passedOver: [{ by: 'longest-idle' }] } });
}); // prettier-ignore

test('F-29: with three agents always free between calls, twelve calls are four for each', async () => {
  const desks = await Promise.all([0, 1, 2].map((index) => side.ready(even, index)));
  const answered = [0, 0, 0];
  for (let call = 0; call < 12; call++) {
    const made = side.node.eventsOf('reservation.made').length;
    await queued(`13600136${100 + call}`, evenNumber);
    const { facts } = await until('an agent to be rung', () => side.node.eventsOf('reservation.made')[made]);
    const agent = even.agents.findIndex(({ id }) => id === facts.agentId);
    await serve(desks[agent]!);
    await desks[agent]!.untilPresence('ready');
    answered[agent]!++;
  }
  expect(answered).toEqual([4, 4, 4]);
}, 30_000);

test('F-31: in the order the queue names, whoever became free first', async () => {
  await configured({ agentOrder: ['fixed-order'], fixedOrder: tenant.agents.map(({ id }) => id) });
  for (const index of [2, 1]) await side.ready(tenant, index);
  expect((await rung('141')).agent).toBe(1);
  await side.ready(tenant, 0);
  expect((await rung('142')).agent).toBe(0);
});

test('F-25: agents’ positions in a queue are a setting, and changed positions act on the next call', async () => {
  const inOrder = async (...places: number[]) => {
    await configured({
      agentOrder: ['fixed-order'],
      fixedOrder: places.map((place) => tenant.agents[place]!.id),
    });
    return (await rung('143')).agent;
  };
  for (const index of [0, 1, 2]) await side.ready(tenant, index);
  expect(await inOrder(2, 1, 0)).toBe(2);
  expect(await inOrder(1, 2, 0)).toBe(1);
});

test('F-28: a call for a busy group is answered by the overflow group at once, and the record says so', async () => {
  await configured(
    { groupIds: [groups.own], widenings: [{ afterMs: 0, whenWaiting: null, whenBelowTarget: false, requires: [], groupIds: [groups.other] }] },
    [{ groupId: groups.own }, { groupId: groups.other }],
  );
  const other = await side.ready(tenant, 1);
  await side.ready(tenant, 0);
  expect(await rung('151')).toMatchObject({ agent: 0, decision: { width: 0 } });
  expect(await rung('152')).toMatchObject({ agent: 1, decision: { width: 1 } });
  expect((await other.answer()).number).toBe('152');
}); // prettier-ignore

test('skills asked for relax with the wait, and changed settings act on who waits already', async () => {
  const requires = [{ skillId, level: 5 }];
  const anybody = (afterMs: number) => ({ requires, widenings: [{ afterMs, whenWaiting: null, whenBelowTarget: false, requires: [], groupIds: [] }] });
  await configured(anybody(2_000));
  await side.ready(tenant, 0);
  const waited = await rung('161');
  expect(waited).toMatchObject({ agent: 0, decision: { came: 'call', width: 1 } });
  await side.node.written();
  const entered = side.node.eventsOf('queue.entered').at(-1)!;
  expect(side.node.eventsOf('reservation.made').at(-1)!.atMs - entered.atMs).toBeGreaterThanOrEqual(1_990);
  await side.settle();
  await configured(anybody(600_000));
  await side.ready(tenant, 0);
  await queued('162');
  const before = side.node.eventsOf('reservation.made').length;
  await configured({ requires: [] });
  await until('who waited to be offered', () => side.node.eventsOf('reservation.made').length > before);
}, 30_000); // prettier-ignore

const say = (text: string): NextStep => ({ kind: 'hang-up', say: [{ kind: 'text', text: { en: text } }] });

test('F-10, F-26, F-27: nobody on duty, all busy, full and waited too long each lead elsewhere, and the reason is recorded', async () => {
  const outcomes = { onNobody: say('Nobody works today'), onFull: { kind: 'mailbox', mailboxId: box.id }, onTimeout: { kind: 'queue', queueId: high.id } } as const;
  const skilled = { skills: [{ skillId, level: 1 }] };
  await configured({ ...outcomes, requires: skilled.skills, waitingMax: 1 }, [skilled, skilled]);
  const unskilled = await side.ready(tenant, 2);
  const nobody = await queued('171');
  await nobody.until(['ended'], 10_000);
  const desk = await side.ready(tenant, 0);
  await desk.done({ kind: 'not-ready', reasonId: null });
  await unskilled.done({ kind: 'not-ready', reasonId: null });
  await queued('172');
  const full = await queued('173');
  const left = await until('the message', () => side.node.eventsOf('voice-message.left').find(({ facts }) => facts.fromNumber.endsWith('173')), 25_000);
  expect(left.facts.mailboxId).toBe(box.id);
  await full.until(['ended'], 10_000);
  await configured({ waitMaxMs: 1_000 });
  const timeout = await side.node.event('queue.left', (facts) => facts.cause === 'timeout');
  const next = await side.node.event('queue.entered', (facts) => facts.callId === timeout.facts.callId && facts.queueId !== queue.id);
  expect(next.facts.queueId).toBe(high.id);
  await configured({ onAllBusy: { kind: 'agent', agentId: tenant.agents[2]!.id }, waitMaxMs: 60_000 });
  await unskilled.done({ kind: 'ready' });
  expect((await unskilled.answer()).number).toBe('172');
  const { callId } = unskilled.state!.interaction!;
  await unskilled.done({ kind: 'end', callId });
  await unskilled.untilPresence('ready');
  await queued('174');
  expect((await unskilled.answer()).number).toBe('174');
  const causes = side.node.eventsOf('queue.left')
    .map(({ facts }) => facts.cause);
  expect(causes).toEqual(expect.arrayContaining(['nobody', 'full', 'timeout', 'all-busy']));
  const inspected = (await (await fetch(`${side.node.ready.localApi}/inspect`)).json()) as { tenants: { floor: Floor }[] };
  const floors = inspected.tenants.flatMap(({ floor }) => floor.queues);
  expect(floors.find(({ queueId }) => queueId === queue.id)!.overflowed).toMatchObject({ nobody: 1, full: 1, timeout: 1, 'all-busy': 1 });
}, 60_000); // prettier-ignore
