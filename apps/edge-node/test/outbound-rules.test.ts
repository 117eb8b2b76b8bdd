/** outbound rules: over which lines an agent's calls leave, how they are dialled, what the called party sees. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { OutboundRule } from '@seatgrid/core/numbers/outbound-rule.ts';
import type { NumberFormat } from '@seatgrid/core/numbers/number-format.ts';
import { newId, type FixtureTenant } from './fixture-config.ts';
import { RegisteredPhone } from './registered-phone.ts';
import { TelephoneSide, numberWith } from './telephone-side.ts';
import { until } from './until.ts';

const hotline = '+864008000001';
const lines = ['101', '102', '103', '104'];

let side: TelephoneSide;
let tenant: FixtureTenant;
let neighbour: FixtureTenant;
let business: RegisteredPhone;
/** Of the business group too. */
let associate: RegisteredPhone;
let colleague: RegisteredPhone;
let rung = 0;

beforeAll(async () => {
  side = await TelephoneSide.start((fixture) => {
    tenant = fixture.tenant({ slug: 'demo', number: '+864008000000', agents: 3 });
    neighbour = fixture.tenant({ slug: 'next', number: '+864008990000', agents: 1 });
    numberWith(tenant, hotline, { kind: 'queue', queueId: fixture.queue(tenant).id });
    // A line that is nobody's in particular stands before the four.
    fixture.trunks[0]!.name = '100';
    for (const name of lines)
      Object.assign(fixture.trunk({ sources: [], target: fixture.trunks[0]!.target! }), { name });
  });
  [business, colleague, associate] = await Promise.all([open('1001'), open('1002'), open('1003')]);
});

async function open(extension: string): Promise<RegisteredPhone> {
  const phone = await RegisteredPhone.open(side.node, { extension, domain: 'demo.seatgrid' });
  expect(await phone.register()).toBe(200);
  return phone;
}

afterEach(async () => {
  for (const phone of [business, associate, colleague]) phone.hangUp();
  await side.settle();
});
afterAll(async () => {
  await business?.close();
  await colleague?.close();
  await associate?.close();
  await side?.close();
});

/** The agents of the first and the third extension are the business group. */
async function rule(change: Partial<OutboundRule>): Promise<void> {
  const named = (name: string) => side.fixture.trunks.find((trunk) => trunk.name === name)!.id;
  tenant.config.outboundRules = [
    {
      id: newId<'outbound-rule'>(),
      name: 'business group',
      agentIds: [tenant.agents[0]!.id, tenant.agents[2]!.id],
      trunkIds: lines.map(named),
      selection: 'in-order',
      prefix: '',
      callerDidId: null,
      ...change,
    } as FixtureTenant['config']['outboundRules'][number],
  ];
  await side.reconfigure();
}

/** The line the call left on. */
async function lineOf(phone: RegisteredPhone, number: string): Promise<string> {
  const before = side.node.eventsOf('leg.dialled').length;
  phone.dial(number);
  await phone.untilTalking();
  const dialled = await until('the dialling to be written', () => side.node.eventsOf('leg.dialled')[before]);
  phone.hangUp();
  await until('the phone to be free', () => phone.dialog === null);
  rung++;
  return side.fixture.trunks.find(({ id }) => id === dialled.facts.trunkId)!.name;
}

/** By the two of the group in turn. */
async function eightCalls(): Promise<string[]> {
  const used: string[] = [];
  for (let call = 0; call < 8; call++)
    used.push(await lineOf(call % 2 === 0 ? business : associate, '13911112222'));
  return used;
}

test('A-17: in fixed order every call leaves on the first line that is free', async () => {
  await rule({ selection: 'in-order' });
  expect(await eightCalls()).toEqual(Array(8).fill('101'));
  const [first] = side.fixture.trunks.slice(1);
  first!.outboundChannelsMax = 0;
  await side.reconfigure();
  expect(await lineOf(business, '13911112222')).toBe('102');
  first!.outboundChannelsMax = null;
});

test('A-17: with memory rotation every call leaves on the line after the last one', async () => {
  await rule({ selection: 'rotation' });
  expect(await eightCalls()).toEqual([...lines, ...lines]);
});

test('A-17: at random every call leaves on one of the four, and an agent of no rule on any line', async () => {
  await rule({ selection: 'random' });
  for (const used of await eightCalls()) expect(lines).toContain(used);
  expect(await lineOf(colleague, '13911112222')).toBe('100');
});

test('A-18: with the prefix, 9 and a number goes outside, an extension rings the colleague, and a bare number goes nowhere', async () => {
  await rule({ prefix: '9' });
  expect(await lineOf(business, '913911112222')).toBe('101');
  expect(side.outsideLeg!.number).toBe('13911112222');
  const started = await side.node.event('call.started', ({ toNumber }) => toNumber === '13911112222');
  expect(started.facts.direction).toBe('outbound');

  business.dial('1002');
  await colleague.liftHandset();
  await business.untilTalking();
  business.hangUp();
  await until('both to be free', () => business.dialog === null && colleague.dialog === null);

  business.dial('13911112222');
  await until('the refusal', () => business.failedStatus === 404);
  await side.node.event('call.refused', ({ reason }) => reason === 'no-route');
});

test('A-18: without a prefix outside numbers are dialled as they are', async () => {
  await rule({ prefix: '' });
  expect(await lineOf(business, '13911112222')).toBe('101');
  expect(side.outsideLeg!.number).toBe('13911112222');
});

test('A-18: the called party sees the number the rule binds, from the desk and after a transfer too', async () => {
  const bound = tenant.config.dids.find(({ number }) => number === hotline)!;
  await rule({ callerDidId: bound.id });
  await lineOf(business, '13911112222');
  expect(side.outsideLeg!.from).toBe(hotline);
  await lineOf(colleague, '13911112222');
  expect(side.outsideLeg!.from).toBe('+864008000000');

  const desk = await side.ready(tenant);
  const sound = await desk.openSound();
  const { callId, answer } = await desk.done({ kind: 'dial', number: '13911113333', offer: sound.offerSdp });
  await sound.accept(answer!);
  await desk.untilInteraction('talking');
  expect(side.outsideLeg).toMatchObject({ number: '13911113333', from: hotline });
  await desk.done({ kind: 'transfer', callId: callId!, target: { kind: 'number', number: '13911114444' } });
  await until('the second party', () => side.outsideLeg?.number === '13911114444');
  expect(side.outsideLeg!.from).toBe(hotline);
});

test('numbers are written as the carrier wants them on the way out, and read into E.164 on the way in', async () => {
  const beijing: NumberFormat = {
    countryCode: '86',
    areaCode: '10',
    nationalPrefix: '0',
    unprefixed: ['13', '400'],
    internationalPrefix: '00',
    bare: 'national',
    sent: 'national',
    strip: 0,
    add: '',
  };
  for (const trunk of side.fixture.trunks)
    trunk.numberFormat = { ...beijing, unprefixed: [...beijing.unprefixed] };
  await rule({});
  await lineOf(business, '+862160006000');
  expect(side.outsideLeg).toMatchObject({ number: '02160006000', from: '4008000000' });
  const call = await side.ring('4008000001', '60006000');
  await call.until(['talking'], 5_000);
  await side.node.event(
    'call.started',
    (facts) => facts.fromNumber === '+861060006000' && facts.toNumber === hotline,
  );
  for (const trunk of side.fixture.trunks) trunk.numberFormat = null;
});

test('a trunk that is another tenant’s takes none of the calls', async () => {
  for (const trunk of side.fixture.trunks) trunk.tenantIds = [neighbour.config.tenant.id];
  await rule({});
  business.dial('13911112222');
  await until('the refusal', () => business.failedStatus === 404);
  for (const trunk of side.fixture.trunks) trunk.tenantIds = null;
  await side.reconfigure();
  await lineOf(business, '13911112222');
});

test('a rule whose lines all are busy takes no other', async () => {
  await rule({});
  for (const trunk of side.fixture.trunks.slice(1)) trunk.outboundChannelsMax = 0;
  await side.reconfigure();
  business.dial('13911112222');
  await until('the refusal', () => business.failedStatus === 486, 15_000);
  await side.node.event('call.refused', ({ reason }) => reason === 'lines-busy');
  expect(rung).toBeGreaterThan(25);
});
