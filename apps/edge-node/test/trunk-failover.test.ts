/** A trunk that fails is passed over for the next, and rests until it answers again; the callee's own answers are believed. */
import { createSocket, type Socket } from 'node:dgram';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { TestPhone } from '@seatgrid/testkit/test-phone.ts';
import { RegisteredPhone } from './registered-phone.ts';
import { TelephoneSide } from './telephone-side.ts';
import { until } from './until.ts';

let side: TelephoneSide;
let phone: RegisteredPhone;
/** The first carrier: says what it is told to say. */
let first: TestPhone;
let firstSays: number;
let retryAfterSeconds: number | undefined;
let firstRang = 0;
/** Nothing is ever said here. */
let silent: Socket;
let heardBySilent: string[] = [];

beforeAll(async () => {
  first = await TestPhone.open({
    address: '127.0.0.7',
    onRung(invite) {
      firstRang++;
      invite.reject(firstSays, retryAfterSeconds === undefined ? {} : { retryAfterSeconds });
    },
  });
  silent = createSocket('udp4', (octets) => heardBySilent.push(octets.toString().split(' ')[0]!));
  await new Promise<void>((resolve) => silent.bind(0, '127.0.0.8', resolve));
  side = await TelephoneSide.start((fixture) => {
    fixture.tenant({ slug: 'demo', number: '+864008000000', agents: 1 });
    const [second] = fixture.trunks.splice(0);
    const target = { host: first.address, port: first.sipPort };
    Object.assign(fixture.trunk({ sources: [], target }), { name: 'First' });
    fixture.trunks.push({ ...second!, name: 'Second' });
  });
  phone = await RegisteredPhone.open(side.node, { extension: '1001', domain: 'demo.seatgrid' });
  expect(await phone.register()).toBe(200);
});
beforeEach(() => {
  retryAfterSeconds = undefined;
  firstRang = 0;
  heardBySilent = [];
  side.outsideLeg = null;
});
afterEach(async () => {
  phone.hangUp();
  await side.settle();
});
afterAll(async () => {
  await phone?.close();
  await first?.close();
  silent?.close();
  await side?.close();
});

const names = () => side.fixture.trunks.map(({ id }) => id);

/** How each attempt of the last call ended, by the place of its trunk. */
async function attempts(count: number): Promise<[number, string, number][]> {
  const { callId } = (await until('a call', () => side.node.eventsOf('call.started').at(-1))).facts;
  const ended = await until('every attempt to be written', () => {
    const own = side.node.eventsOf('leg.dial-ended').filter(({ facts }) => facts.callId === callId);
    return own.length >= count ? own : undefined;
  });
  return ended.map(({ facts }) => [names().indexOf(facts.trunkId!), facts.outcome, facts.status]);
}

async function dialThrough(): Promise<void> {
  const before = side.node.eventsOf('call.started').length;
  phone.dial('13911112222');
  await until('the call to begin', () => side.node.eventsOf('call.started').length > before);
}

const metric = async (name: string) => {
  const text = await (await fetch(`${side.node.ready.localApi}/metrics`)).text();
  return text.split('\n').find((line) => line.startsWith(`seatgrid_node_${name}`));
};

test.each([500, 502, 503, 504, 408])(
  'after %i the next trunk takes the call, and both attempts are in the record',
  async (status) => {
    firstSays = status;
    await dialThrough();
    await phone.untilTalking();
    expect(await attempts(2)).toEqual([
      [0, 'failed', status],
      [1, 'answered', 200],
    ]);
  },
);

test.each([
  [486, 'busy'],
  [603, 'busy'],
  [600, 'busy'],
  [480, 'no-answer'],
  [404, 'failed'],
])('%i is the callee’s own answer: no other trunk is tried', async (status, outcome) => {
  firstSays = status;
  await dialThrough();
  await until('the refusal', () => phone.failedStatus === status);
  expect(await attempts(1)).toEqual([[0, outcome, status]]);
  expect(side.outsideLeg).toBeNull();
});

test('a carrier that wants to be left alone is: the next call goes to the other at once', async () => {
  firstSays = 503;
  retryAfterSeconds = 120;
  await dialThrough();
  await phone.untilTalking();
  phone.hangUp();
  await until('the phone to be free', () => phone.dialog === null);
  firstRang = 0;
  await dialThrough();
  await phone.untilTalking();
  expect(firstRang).toBe(0);
  expect(await metric('trunk_down{trunk="First"}')).toBe('seatgrid_node_trunk_down{trunk="First"} 1');
});

test('a carrier that says nothing is given up after seconds, and rests: the next call does not wait for it', async () => {
  const trunk = side.fixture.trunks[0]!;
  trunk.target = { host: '127.0.0.8', port: silent.address().port, protocol: 'udp' };
  await side.reconfigure();
  await dialThrough();
  await until('the other trunk to answer', () => phone.dialog !== null, 15_000);
  expect(await attempts(2)).toEqual([
    [0, 'failed', 408],
    [1, 'answered', 200],
  ]);
  phone.hangUp();
  await until('the phone to be free', () => phone.dialog === null);
  const asked = () => heardBySilent.filter((method) => method === 'INVITE').length;
  const before = side.node.eventsOf('leg.dialled').length;
  await dialThrough();
  await phone.untilTalking();
  const dialled = await until('the dialling to be written', () => side.node.eventsOf('leg.dialled')[before]);
  expect(dialled.facts.trunkId).toBe(names()[1]);
  expect(asked()).toBeGreaterThan(1);
});

test('a port nobody listens on over TCP fails the call over, too', async () => {
  const trunk = side.fixture.trunks[0]!;
  trunk.target = { host: '127.0.0.8', port: 9, protocol: 'tcp' };
  await side.reconfigure();
  await dialThrough();
  await until('the other trunk to answer', () => phone.dialog !== null, 15_000);
  expect(await attempts(2)).toEqual([
    [0, 'failed', 503],
    [1, 'answered', 200],
  ]);
});

test('OPTIONS tells a trunk that is there from one that is not, and a dead one comes back with its first answer', async () => {
  const trunk = side.fixture.trunks[0]!;
  trunk.isProbed = true;
  trunk.target = { host: '127.0.0.8', port: silent.address().port, protocol: 'udp' };
  await side.reconfigure();
  const isDown = async () => (await metric('trunk_down{trunk="First"}'))?.endsWith(' 1');
  await until('it to be down', isDown, 60_000);
  expect(heardBySilent).toContain('OPTIONS');
  const revived = await TestPhone.open({ address: '127.0.0.8', onRung: (invite) => invite.reject(486) });
  trunk.target = { host: revived.address, port: revived.sipPort, protocol: 'udp' };
  await side.reconfigure();
  await until('it to be up', async () => !(await isDown()), 30_000);
  await dialThrough();
  await until('its answer', () => phone.failedStatus === 486);
  await revived.close();
}, 120_000);
