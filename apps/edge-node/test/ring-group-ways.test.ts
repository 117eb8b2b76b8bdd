/** F-17: a ring group as a step of a flow and as whom a call is passed on to, from a desk and from a phone's number; by special days. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { localMoment } from '@seatgrid/core/numbers/working-time.ts';
import type { RingGroup } from '@seatgrid/core/routing/ring-group.ts';
import { newId, type FixtureTenant } from './fixture-config.ts';
import { numberWith, TelephoneSide } from './telephone-side.ts';
import { until } from './until.ts';

const numbers = { flow: '+864008000001', plain: '+864008000002', agent: '+864008000003', group: '+864008000004' } as const; // prettier-ignore
const everyHour = [{ days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '24:00' }];
const say = (en: string) => [{ kind: 'text' as const, text: { en } }];
let side: TelephoneSide;
let tenant: FixtureTenant;
let group: RingGroup;

beforeAll(async () => {
  side = await TelephoneSide.start((fixture) => {
    tenant = fixture.tenant({ slug: 'demo', number: '+864008000000', agents: 4 });
    const { timeZone } = tenant.config.tenant;
    // Two days, in case midnight falls into the test.
    const days = [Date.now(), Date.now() + 86_400_000].map((atMs) => ({
      date: localMoment(timeZone, atMs).date,
      name: 'Holiday',
      hours: [],
    }));
    const calendar = { id: newId<'calendar'>(), name: 'Holidays', days };
    tenant.config.calendars.push(calendar);
    const onNoAnswer = { kind: 'hang-up' as const, say: say('The group is closed') };
    group = fixture.ringGroup(tenant, [1, 2], { name: 'Service', strategy: 'in-order', ringEachMs: 3_000, onNoAnswer });
    const hours = { kind: 'time' as const, periods: everyHour, calendarId: calendar.id, inside: 'open', outside: 'ring' };
    const open = { kind: 'hang-up' as const, say: say('We are open') };
    const gone = { kind: 'hang-up' as const, say: say('Nobody answered') };
    const ring = { kind: 'ring-group' as const, ringGroupId: group.id };
    const flow = fixture.flow(tenant, 'hours', { hours, open, ring: { ...ring, onNoAnswer: 'gone' }, gone });
    const plain = fixture.flow(tenant, 'ring', { ring }, 'Plain');
    numberWith(tenant, numbers.flow, { kind: 'flow', flowId: flow.id });
    numberWith(tenant, numbers.plain, { kind: 'flow', flowId: plain.id });
    numberWith(tenant, numbers.agent, { kind: 'agent', agentId: tenant.agents[0]!.id });
    numberWith(tenant, numbers.group, { kind: 'ring-group', ringGroupId: group.id });
  });
}); // prettier-ignore

afterEach(() => side.settle());
afterAll(() => side?.close());

const stepsOf = (callId: string) =>
  side.node
    .eventsOf('flow.step')
    .filter(({ facts }) => facts.callId === callId)
    .map(({ facts }) => `${facts.stepKey} ${facts.outcome}`);
const lastCall = () => side.node.eventsOf('call.started').at(-1)!.facts.callId;

test('on a special day a time step goes its other way, and a flow rings a group in its order', async () => {
  const [first, second] = [await side.ready(tenant, 1), await side.ready(tenant, 2)];
  await side.ring(numbers.flow);
  const { callId } = await first.untilInteraction('ringing');
  await first.done({ kind: 'decline', callId });
  expect(await second.answer()).toMatchObject({ callId });
  await until('the step to be told', () => stepsOf(callId).length === 2);
  expect(stepsOf(callId)).toEqual(['hours outside', 'ring left']);
});

test('nobody answers: the flow goes on where it says, else the group’s own next step is taken', async () => {
  await side.ready(tenant, 1);
  const call = await side.ring(numbers.flow);
  await side.untilSaid(call, 'Nobody answered', 'en', 30_000);
  await side.node.written();
  expect(stepsOf(lastCall())).toContain('ring no-answer');
  await side.settle();
  // And where nobody is free at all, at once.
  const other = await side.ring(numbers.plain);
  await side.untilSaid(other, 'The group is closed', 'en', 30_000);
});

test('E-10: a desk passes its customer on to a ring group; it is asked for no advice', async () => {
  const [agent, member] = [await side.ready(tenant, 0), await side.ready(tenant, 1)];
  await side.ring(numbers.agent);
  const { callId } = await agent.answer();
  await until('the desk to name the group', () => agent.state!.ringGroups.length === 1);
  expect(agent.state!.ringGroups).toEqual([{ id: group.id, name: 'Service' }]);
  const target = { kind: 'ring-group', ringGroupId: group.id } as const;
  expect(await agent.command({ kind: 'consult', callId, target })).toMatchObject({ code: 'no-such-target' });
  const none = { kind: 'ring-group', ringGroupId: newId<'ring-group'>() } as const;
  expect(await agent.command({ kind: 'transfer', callId, target: none })).toMatchObject({
    code: 'no-such-target',
  });
  await agent.done({ kind: 'transfer', callId, target });
  expect(await member.answer()).toMatchObject({ callId, number: '13800138000' });
  const transferred = await side.node.event('call.transferred', (facts) => facts.callId === callId);
  expect(transferred.facts.target).toEqual(target);
});

test('E-10: a number of our own that leads to a ring group takes a transfer, as phones ask for it', async () => {
  const [agent, member] = [await side.ready(tenant, 0), await side.ready(tenant, 1)];
  await side.ring(numbers.agent);
  const { callId } = await agent.answer();
  await agent.done({ kind: 'transfer', callId, target: { kind: 'number', number: numbers.group } });
  expect(await member.answer()).toMatchObject({ callId });
});
