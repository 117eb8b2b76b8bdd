/** a trunk's channels split by direction, changed while calls go on, and a second trunk that adds to the first. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { TestPhone, type PhoneCall } from '@seatgrid/testkit/test-phone.ts';
import type { FixtureTenant } from './fixture-config.ts';
import { RegisteredPhone } from './registered-phone.ts';
import { nodeAddress } from './node-process.ts';
import { TelephoneSide, numberWith } from './telephone-side.ts';
import { until } from './until.ts';

const hotline = '+864008000001';
const outbound = 5;

let side: TelephoneSide;
let tenant: FixtureTenant;
let second: TestPhone;
const phones: RegisteredPhone[] = [];
const further: PhoneCall[] = [];

beforeAll(async () => {
  side = await TelephoneSide.start((fixture) => {
    tenant = fixture.tenant({
      slug: 'demo',
      number: '+864008000000',
      agents: outbound + 1,
      quotas: { concurrentCalls: 100 },
    });
    numberWith(tenant, hotline, {
      kind: 'queue',
      queueId: fixture.queue(tenant, { waitingMax: 100 }).id,
    });
    // One E1, as it is ordered at first.
    Object.assign(fixture.trunks[0]!, {
      channelsMax: 30,
      inboundChannelsMax: 25,
      outboundChannelsMax: outbound,
    });
  });
  second = await TestPhone.open({ address: '127.0.0.7' });
  for (const { extension } of tenant.agents) {
    const phone = await RegisteredPhone.open(side.node, { extension, domain: 'demo.seatgrid' });
    phones.push(phone);
    expect(await phone.register()).toBe(200);
  }
});

afterEach(async () => {
  for (const phone of phones) phone.hangUp();
  for (const call of further.splice(0)) call.hangUp();
  await side.settle();
});

afterAll(async () => {
  for (const phone of phones) await phone.close();
  await second?.close();
  await side?.close();
});

async function answeredIn(count: number): Promise<readonly PhoneCall[]> {
  const calls: PhoneCall[] = [];
  for (let index = 0; index < count; index++) calls.push(await side.ring(hotline));
  for (const call of calls) await call.until(['talking'], 15_000);
  return calls;
}

/** An outside party hears the release tone before its line is free: until then it is tried again. */
async function answeredOut(count: number): Promise<void> {
  for (const phone of phones.slice(0, count)) {
    await until(
      'a way out',
      async () => {
        phone.dial('13911112222');
        await until('an answer', () => phone.dialog !== null || phone.failedStatus !== null, 15_000);
        return phone.dialog !== null;
      },
      30_000,
    );
  }
}

const refusals = (reason: string) =>
  side.node.eventsOf('call.refused').filter(({ facts }) => facts.reason === reason).length;

test('A-13: the 26th call in is refused with 503 at once while 5 still go out; the 6th out hears that all lines are busy', async () => {
  await answeredIn(25);
  // With so many calls on it a node refuses the next without a look at it while its machine keeps it waiting: then a carrier tries again.
  const above = await until(
    'a refusal for want of a channel',
    async () => {
      const told = await (await side.ring(hotline)).until(['failed'], 5_000);
      return told.reason !== 'Service Unavailable' && told;
    },
    30_000,
  );
  expect(above).toMatchObject({ status: 503, reason: 'No Free Channel' });
  await until('the refusal to be counted', () => refusals('trunk-full') === 1);

  await answeredOut(outbound);
  const sixth = phones[outbound]!;
  // And so is a phone dialled again, as a person would.
  await until(
    'the sixth to be refused',
    async () => {
      sixth.progressStatuses = [];
      sixth.dial('13911112222');
      await until('an outcome', () => sixth.failedStatus !== null || sixth.dialog !== null, 15_000);
      return sixth.failedStatus !== 503;
    },
    30_000,
  );
  expect({ status: sixth.failedStatus, heard: sixth.progressStatuses }).toEqual({
    status: 486,
    heard: [183],
  });
  await until('the refusal to be counted', () => refusals('lines-busy') === 1);
});

test('A-13: a new split acts on the next call, and the calls that go on are not touched', async () => {
  const going = await answeredIn(3);
  const trunk = side.fixture.trunks[0]!;
  Object.assign(trunk, { inboundChannelsMax: 2, outboundChannelsMax: 0 });
  await side.reconfigure();
  const above = await side.ring(hotline);
  expect(await above.until(['failed'], 5_000)).toMatchObject({ status: 503 });
  expect(going.map((call) => call.state.kind)).toEqual(['talking', 'talking', 'talking']);

  Object.assign(trunk, { inboundChannelsMax: 4, outboundChannelsMax: 1 });
  await side.reconfigure();
  await answeredIn(1);
  await answeredOut(1);
});

test('A-13: a second trunk adds channels in both directions, and takes over when the first is gone', async () => {
  const first = side.fixture.trunks[0]!;
  Object.assign(first, { inboundChannelsMax: 1, outboundChannelsMax: 1 });
  side.fixture.trunk({
    sources: [second.address],
    target: { host: side.outside.address, port: side.outside.sipPort },
    inboundChannelsMax: 1,
    outboundChannelsMax: 1,
  });
  await side.reconfigure();
  const ringSecond = async () => {
    const { sipPort: port } = side.node;
    const call = await second.ring({ host: nodeAddress, port, number: hotline, from: '13800138001' });
    further.push(call);
    return call;
  };
  await answeredIn(1);
  await (await ringSecond()).until(['talking'], 5_000);
  expect(await (await ringSecond()).until(['failed'], 5_000)).toMatchObject({ status: 503 });
  await answeredOut(2);
  const dialledOver = (index: number) => {
    const { id } = side.fixture.trunks[index]!;
    return side.node.event('leg.dialled', ({ trunkId }) => trunkId === id);
  };
  await dialledOver(0);
  const added = await dialledOver(1);

  side.fixture.trunks.shift();
  await side.reconfigure();
  for (const phone of phones) phone.hangUp();
  await until('the phone to be free', () => phones[0]!.dialog === null);
  await answeredOut(1);
  await until('the second trunk to take the call', () => {
    const last = side.node.eventsOf('leg.dialled').at(-1)!;
    return last.sequence > added.sequence && last.facts.trunkId === side.fixture.trunks[0]!.id;
  });
});
