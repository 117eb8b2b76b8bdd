/** SIPp as carriers of several trunks: one in trouble whose call another takes (failover), one that sends more than it may. */
import { createSocket } from 'node:dgram';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { FixtureTenant } from './fixture-config.ts';
import { RegisteredPhone } from './registered-phone.ts';
import { hasSipp, runSipp } from './sipp.ts';
import { answeringCarrier, plainCaller, refusedCaller, refusingCarrier } from './sipp-scenarios.ts';
import { TelephoneSide, numberWith } from './telephone-side.ts';
import { until } from './until.ts';

if (!hasSipp) console.warn('SKIPPED: sipp is not installed (Debian: sip-tester)');

describe.skipIf(!hasSipp)('SIPp as the carriers', () => {
  const hotline = '+864008000001';
  const addresses = ['127.0.0.6', '127.0.0.7'] as const;
  const caller = '127.0.0.9';
  let side: TelephoneSide;
  let tenant: FixtureTenant;
  let phone: RegisteredPhone;
  let ports: number[];

  beforeAll(async () => {
    ports = [await freePort(addresses[0]), await freePort(addresses[1])];
    side = await TelephoneSide.start((fixture) => {
      fixture.trunks.length = 0;
      for (const [index, host] of addresses.entries())
        fixture.trunk({ sources: [], target: { host, port: ports[index]! } });
      fixture.trunk({ sources: [caller], inboundChannelsMax: 2 });
      tenant = fixture.tenant({ slug: 'demo', number: '+864008000000', agents: 1 });
      numberWith(tenant, hotline, { kind: 'queue', queueId: fixture.queue(tenant).id });
    });
    phone = await RegisteredPhone.open(side.node, { extension: '1001', domain: 'demo.seatgrid' });
    await phone.register();
  });
  afterEach(() => side.settle());
  afterAll(async () => {
    await phone?.close();
    await side?.close();
  });

  async function carrier(index: 0 | 1, scenario: string): Promise<{ readonly done: Promise<void> }> {
    const address = addresses[index];
    const done = runSipp({
      scenario,
      target: '127.0.0.1',
      address,
      deadlineSeconds: 40,
      arguments: ['-p', String(ports[index]), '-mi', address],
    });
    await until('SIPp to listen', () => isTaken(address, ports[index]!));
    return { done };
  }

  test.each(['503 Service Unavailable', '500 Server Internal Error'])(
    'a carrier that answers %s is passed over for the other, which carries the call to its end',
    async (status) => {
      const first = await carrier(0, refusingCarrier(status));
      const second = await carrier(1, answeringCarrier);
      phone.dial('13911112222');
      await phone.untilTalking();
      await first.done;
      phone.hangUp();
      await second.done;
      await until('the phone to be free', () => phone.dialog === null);
    },
  );

  test('a carrier that says that the callee is busy is believed', async () => {
    const first = await carrier(0, refusingCarrier('486 Busy Here'));
    phone.dial('13911112222');
    await until('the refusal', () => phone.failedStatus === 486);
    await first.done;
    const ended = await side.node.event('leg.dial-ended', (facts) => facts.status === 486);
    expect(ended.facts).toMatchObject({ outcome: 'busy', trunkId: side.fixture.trunks[0]!.id });
  });

  test('a carrier that brings a third call on two channels is told 503, and the two go on', async () => {
    const { sipPort } = side.node;
    const target = `127.0.0.1:${sipPort}`;
    const two = runSipp({
      scenario: plainCaller(hotline, 4_000),
      target,
      address: caller,
      calls: 2,
      rate: 10,
      deadlineSeconds: 40,
    });
    await until('two calls', () => side.node.eventsOf('queue.entered').length === 2);
    await runSipp({ scenario: refusedCaller(hotline, 503), target, address: caller });
    await two;
    await side.node.event('call.refused', ({ reason }) => reason === 'trunk-full');
  });
});

function freePort(address: string): Promise<number> {
  const socket = createSocket('udp4');
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(0, address, () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}

function isTaken(address: string, port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  return new Promise((resolve) => {
    socket.once('error', () => resolve(true));
    socket.bind(port, address, () => socket.close(() => resolve(false)));
  });
}
