/** Kamailio on the other side of a trunk: the node registers there, and calls go both ways through it with sound both ways. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { TrunkConfig } from '@seatgrid/contracts/link/node-config.ts';
import { makeCertificate } from '@seatgrid/testkit/test-certificate.ts';
import { Dnsmasq, hasDnsmasq } from './dnsmasq.ts';
import type { FixtureTenant } from './fixture-config.ts';
import { carrierScript } from './kamailio-scripts.ts';
import { hasKamailio, hasKamailioTls, Kamailio, type KamailioPorts } from './kamailio.ts';
import { freePort, nodeAddress } from './node-process.ts';
import { RegisteredPhone } from './registered-phone.ts';
import { TelephoneSide, numberWith } from './telephone-side.ts';
import { agentHz, callerHz, outsideHz, toneOf, whoIsHeard } from './tones.ts';
import { until } from './until.ts';

if (!hasKamailio) console.warn('SKIPPED: kamailio is not installed (Debian: kamailio)');
else if (!hasKamailioTls || !hasDnsmasq)
  console.warn('SKIPPED: a carrier over TLS (Debian: kamailio-tls-modules, dnsmasq-base)');

const address = '127.0.0.10';
const carrier = { realm: 'carrier.example', username: 'acme', password: 'between-us' };
const certificate = makeCertificate('DNS:carrier.test');
const hotline = '+864008000001';
type Target = NonNullable<TrunkConfig['target']>;

interface Case {
  readonly way: string;
  readonly isHere: boolean;
  readonly target: (ports: KamailioPorts) => Target;
  readonly serviceRoute?: (ports: KamailioPorts) => string;
  readonly records?: (ports: KamailioPorts) => readonly string[];
}

const cases: readonly Case[] = [
  {
    way: 'UDP',
    isHere: hasKamailio,
    target: ({ plain }) => ({ host: address, port: plain, protocol: 'udp' }),
  },
  {
    way: 'TCP, with calls by another way that the registration names',
    isHere: hasKamailio,
    target: ({ plain }) => ({ host: address, port: plain, protocol: 'tcp' }),
    serviceRoute: ({ plain }) => `<sip:${address}:${plain};lr>`,
  },
  {
    way: 'TLS, found by the carrier’s domain, with calls by the connection of the registration',
    isHere: hasKamailio && hasKamailioTls && hasDnsmasq,
    target: () => ({ host: 'carrier.test', port: null, protocol: null }),
    serviceRoute: ({ tls }) => `<sip:${address}:${tls};transport=tls;lr>`,
    records: ({ tls }) => [
      'naptr-record=carrier.test,10,10,s,SIPS+D2T,,_sips._tcp.carrier.test',
      'naptr-record=carrier.test,20,10,s,SIP+D2U,,_sip._udp.carrier.test',
      `srv-host=_sips._tcp.carrier.test,edge.carrier.test,${tls},1,1`,
      `host-record=edge.carrier.test,${address}`,
    ],
  },
];

let side: TelephoneSide;
let tenant: FixtureTenant;
let folder: string;
let dnsPort: number;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'seatgrid-carrier-'));
  const own = makeCertificate(`IP:${nodeAddress}`);
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  dnsPort = await freePort();
  side = await TelephoneSide.start(
    (fixture) => {
      tenant = fixture.tenant({ slug: 'demo', number: '+864008000000', agents: 2 });
      numberWith(tenant, hotline, { kind: 'queue', queueId: fixture.queue(tenant).id });
    },
    {
      SEATGRID_SIP_TLS_PORT: String(await freePort()),
      SEATGRID_SIP_TLS_CERT: file('own.pem', own.certificate),
      SEATGRID_SIP_TLS_KEY: file('own-key.pem', own.key),
      SEATGRID_SIP_TLS_CA: file('authorities.pem', certificate.certificate),
      SEATGRID_DNS_SERVERS: `127.0.0.53:${dnsPort}`,
    },
  );
  side.fixture.trunks.length = 0;
});
afterAll(async () => {
  await side?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(cases)('Kamailio as the carrier over $way', ({ isHere, target, serviceRoute, records }) => {
  let kamailio: Kamailio;
  let dnsmasq: Dnsmasq | null = null;

  if (!isHere) return test.skip('is not on this machine', () => {});

  beforeAll(async () => {
    kamailio = await Kamailio.start({
      address,
      certificate,
      script: (ports) =>
        carrierScript({
          ...carrier,
          customerAddress: nodeAddress,
          outside: { host: side.outside.address, port: side.outside.sipPort },
          ...(serviceRoute ? { serviceRoute: serviceRoute(ports) } : {}),
        }),
    });
    if (records)
      dnsmasq = await Dnsmasq.start({
        address: '127.0.0.53',
        port: dnsPort,
        zone: 'carrier.test',
        ttlSeconds: 60,
        records: records(kamailio.ports),
      });
    const account = { ...carrier, domain: carrier.realm, registers: true, expiresSeconds: 60 };
    Object.assign(side.fixture.trunk({ sources: [], isProbed: true }), {
      target: target(kamailio.ports),
      account,
    });
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
    side.fixture.trunks.length = 0;
    await side.reconfigure();
    await kamailio?.close();
    await dnsmasq?.close();
  });

  test('a call through it to the registered contact is queued and answered, heard both ways, and released', async () => {
    const desk = await side.ready(tenant);
    const call = await side.phone.ring({
      host: address,
      port: kamailio.ports.plain,
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
    const endedBefore = side.outsideEnded;
    phone.dial('13911112222');
    await phone.untilTalking();
    const leg = side.outsideLeg!;
    expect(leg.number).toBe('13911112222');
    await phone.rtp.listen(300);
    expect(whoIsHeard(await phone.rtp.listen(400))).toEqual([outsideHz]);
    expect(whoIsHeard(await leg.rtp.listen(400))).toEqual([agentHz]);
    phone.hangUp();
    await until('the far end to be released', () => side.outsideEnded > endedBefore);
    await phone.close();
  });
});
