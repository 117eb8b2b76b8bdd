/** F-34, F-35, F-36: what the caller's number, the trunk and the tenant's lists decide before a call begins. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { NextStep } from '@seatgrid/core/numbers/inbound-rule.ts';
import { localMoment } from '@seatgrid/core/numbers/working-time.ts';
import { TestPhone } from '@seatgrid/testkit/test-phone.ts';
import { newId, plainRule, type FixtureTenant } from './fixture-config.ts';
import { nodeAddress } from './node-process.ts';
import { TelephoneSide, numberWith } from './telephone-side.ts';
import { until } from './until.ts';

const hotline = '+864008000001';
const queueNumber = '+864008000002';
const holidayNumber = '+864008000003';
const gold = '13700137000';
const others = '13800138000';
let side: TelephoneSide;
let tenant: FixtureTenant;
let second: TestPhone;

beforeAll(async () => {
  side = await TelephoneSide.start((fixture) => {
    tenant = fixture.tenant({ slug: 'demo', number: '+864008000000', agents: 1 });
    const { config } = tenant;
    const queue: NextStep = { kind: 'queue', queueId: fixture.queue(tenant).id };
    numberWith(tenant, queueNumber, queue);
    numberWith(tenant, hotline, saying('You have reached the menu'));
    const { didIds } = config.rules.at(-1)!;
    const narrow = { ...plainRule, didIds, offDuty: null };
    const secondTrunk = fixture.trunk({ sources: ['127.0.0.8'] }).id;
    config.rules.push(
      { ...narrow, id: newId(), name: 'Level 1', order: 1, levels: [1], onDuty: queue as never },
      { ...narrow, id: newId(), name: 'Second trunk', order: 2, trunkIds: [secondTrunk], onDuty: saying('By the second trunk') as never },
      { ...narrow, id: newId(), name: 'Northern callers', order: 3, callers: ['1391*'], onDuty: saying('Good day to the north') as never },
    );
    numberWith(tenant, holidayNumber, saying('We are open'), { workingTime: [], offDuty: saying('Closed for the holiday') });
    config.customerLevels = [{ pattern: `+86${gold}`, level: 1 }];
    config.numberSegments = [{ pattern: '13700130000~13700139999', department: 'Northern sales' }];
  });
  second = await TestPhone.open({ address: '127.0.0.8' });
}); // prettier-ignore

afterEach(() => side.settle());
afterAll(async () => {
  await second?.close();
  await side?.close();
});

function saying(en: string): NextStep {
  return { kind: 'hang-up', say: [{ kind: 'text', text: { en } }] };
}

const started = () => side.node.eventsOf('call.started').at(-1)!.facts;

test('A-14: of one number’s rules the caller’s number and the trunk choose one; who is nobody special takes the plain one', async () => {
  await side.untilSaid(await side.ring(hotline, '13912345678'), 'Good day to the north', 'en');
  expect(started()).toMatchObject({ ruleName: 'Northern callers' });
  await side.untilSaid(await side.ring(hotline, others), 'You have reached the menu', 'en');
  expect(started()).toMatchObject({ ruleName: `Rule ${hotline}` });
  const call = await second.ring({ host: nodeAddress, port: side.node.sipPort, number: hotline, from: '13912345678' }); // prettier-ignore
  await side.untilSaid(call, 'By the second trunk', 'en');
  call.hangUp();
});

test('A-15: a public holiday goes before working time; with hours of its own the day is on duty within them', async () => {
  const { config } = tenant;
  const { date } = localMoment(config.tenant.timeZone, Date.now());
  // Midnight may pass meanwhile: tomorrow is like today.
  const tomorrow = localMoment(config.tenant.timeZone, Date.now() + 86_400_000).date;
  const id = newId<'calendar'>();
  const days = (hours: { from: string; to: string }[]) =>
    [date, tomorrow].map((one) => ({ date: one, name: 'Holiday', hours }));
  const rule = config.rules.find(({ name }) => name === `Rule ${holidayNumber}`)!;
  rule.calendarId = id;
  config.calendars = [{ id, name: 'Public holidays', days: days([]) }];
  await side.reconfigure();
  await side.untilSaid(await side.ring(holidayNumber), 'Closed for the holiday', 'en');
  config.calendars = [{ id, name: 'Public holidays', days: days([{ from: '00:00', to: '24:00' }]) }];
  await side.reconfigure();
  await side.untilSaid(await side.ring(holidayNumber), 'We are open', 'en');
});

test('F-34, F-36: a level-1 customer rings past the menu; desk and record show level and department', async () => {
  const desk = await side.ready(tenant);
  const call = await side.ring(hotline, gold);
  const ringing = await desk.untilInteraction('ringing');
  expect(ringing).toMatchObject({ customerLevel: 1, department: 'Northern sales' });
  await desk.answer();
  await call.until(['talking'], 5_000);
  expect(started()).toMatchObject({
    ruleName: 'Level 1',
    customerLevel: 1,
    department: 'Northern sales',
  });
  call.hangUp();
});

test('F-34: with others waiting a level-1 customer is served ahead of all of them', async () => {
  for (const from of ['13800138001', '13800138002']) {
    const call = await side.ring(queueNumber, from);
    await call.until(['talking'], 5_000);
  }
  const call = await side.ring(hotline, gold);
  await call.until(['talking'], 5_000);
  const desk = await side.ready(tenant);
  expect(await desk.untilInteraction('ringing')).toMatchObject({ number: gold, customerLevel: 1 });
  await desk.answer();
});

test('F-35: a listed caller is refused before anything is answered, and counted; taken off the list the next call rings', async () => {
  const refusals = () => side.node.eventsOf('call.refused').filter(({ facts }) => facts.reason === 'barred');
  // Ten thousand others stand beside it.
  const crowd = Array.from({ length: 10_000 }, (_, at) => `+86158${String(at).padStart(8, '0')}`);
  tenant.config.barredNumbers = [...crowd, `+86${others}`];
  await side.reconfigure();
  const answered = side.node.eventsOf('call.answered').length;
  const call = await side.ring(queueNumber, others);
  expect(await call.until(['failed'], 5_000)).toMatchObject({ status: 603 });
  await until('the refusal to be counted', () => refusals().length === 1);
  expect(refusals()[0]!.facts).toMatchObject({ fromNumber: others, toNumber: queueNumber });
  expect(side.node.eventsOf('call.answered').length).toBe(answered);

  tenant.config.barredNumbers = crowd;
  await side.reconfigure();
  const again = await side.ring(queueNumber, others);
  await again.until(['talking'], 5_000);
});
