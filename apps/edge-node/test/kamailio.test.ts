/** Kamailio on the other side of a trunk: the node registers there, and calls go both ways through it with sound both ways. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { FixtureTenant } from './fixture-config.ts';
import { hasKamailio, Kamailio } from './kamailio.ts';
import { nodeAddress } from './node-process.ts';
import { RegisteredPhone } from './registered-phone.ts';
import { TelephoneSide, numberWith } from './telephone-side.ts';
import { agentHz, callerHz, outsideHz, toneOf, whoIsHeard } from './tones.ts';
import { until } from './until.ts';

if (!hasKamailio) console.warn('SKIPPED: kamailio is not installed (Debian: kamailio)');

describe.skipIf(!hasKamailio)('Kamailio as the carrier', () => {
  const hotline = '+864008000001';
  const carrier = {
    address: '127.0.0.10',
    realm: 'carrier.example',
    username: 'acme',
    password: 'between-us',
  };
  let side: TelephoneSide;
  let tenant: FixtureTenant;
  let kamailio: Kamailio;

  beforeAll(async () => {
    side = await TelephoneSide.start((fixture) => {
      tenant = fixture.tenant({ slug: 'demo', number: '+864008000000', agents: 2 });
      numberWith(tenant, hotline, { kind: 'queue', queueId: fixture.queue(tenant).id });
    });
    kamailio = await Kamailio.start({
      ...carrier,
      customerAddress: nodeAddress,
      outside: { host: side.outside.address, port: side.outside.sipPort },
    });
    side.fixture.trunks.length = 0;
    side.fixture.trunk({
      sources: [],
      target: { host: carrier.address, port: kamailio.port },
      isProbed: true,
    }).account = {
      username: carrier.username,
      password: carrier.password,
      domain: carrier.realm,
      realm: carrier.realm,
      registers: true,
      expiresSeconds: 60,
    };
    await side.reconfigure();
    await until(
      'the registration',
      async () =>
        (await (await fetch(`${side.node.ready.localApi}/inspect`)).text()).includes('"registered"'),
      30_000,
    );
  });
  afterEach(() => side.settle());
  afterAll(async () => {
    await side?.close();
    await kamailio?.close();
  });

  test('a call through it to the registered contact is queued and answered, heard both ways, and released', async () => {
    const desk = await side.ready(tenant);
    const call = await side.phone.ring({
      host: carrier.address,
      port: kamailio.port,
      number: '4008000001',
      from: '13800138000',
    });
    call.rtp.speak(toneOf(callerHz));
    const { callId, ...shown } = await desk.answer();
    expect(shown).toMatchObject({ number: '13800138000', calledNumber: hotline });
    desk.sound!.speak(toneOf(agentHz));
    await call.rtp.listen(300);
    expect(whoIsHeard(await call.rtp.listen(400))).toEqual([agentHz]);
    expect(whoIsHeard(await desk.listen(400))).toEqual([callerHz]);
    call.hangUp();
    const ended = await side.node.event('call.ended', (facts) => facts.callId === callId);
    expect(ended.facts.reason).toEqual({ party: 'caller', code: 'hung-up' });
  });

  test('a call out through it is proven, answered, heard both ways, and released', async () => {
    const phone = await RegisteredPhone.open(side.node, { extension: '1002', domain: 'demo.seatgrid' });
    await phone.register();
    phone.rtp.speak(toneOf(agentHz));
    phone.dial('13911112222');
    await phone.untilTalking();
    const leg = side.outsideLeg!;
    expect(leg.number).toBe('13911112222');
    await phone.rtp.listen(300);
    expect(whoIsHeard(await phone.rtp.listen(400))).toEqual([outsideHz]);
    expect(whoIsHeard(await leg.rtp.listen(400))).toEqual([agentHz]);
    phone.hangUp();
    await until('the far end to be released', () => side.outsideEnded === 1);
    await phone.close();
  });
});
