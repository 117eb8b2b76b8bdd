/** A carrier known by its domain alone: its servers found by a real name server, tried one after the other, followed when they move. */
import { createSocket, type Socket } from 'node:dgram';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { TestPhone } from '@seatgrid/testkit/test-phone.ts';
import { Dnsmasq, hasDnsmasq } from './dnsmasq.ts';
import { freePort } from './node-process.ts';
import { RegisteredPhone } from './registered-phone.ts';
import { TelephoneSide } from './telephone-side.ts';
import { until } from './until.ts';

if (!hasDnsmasq) console.warn('SKIPPED: dnsmasq is not installed (Debian: dnsmasq-base)');

describe.skipIf(!hasDnsmasq)('a trunk by the name of its carrier', () => {
  const named = { host: 'carrier.test', port: null, protocol: null };
  let dnsmasq: Dnsmasq;
  let port: number;
  let side: TelephoneSide;
  let phone: RegisteredPhone;
  /** Nothing is ever said here. */
  let silent: Socket;
  let heardBySilent = 0;
  let carrier: TestPhone;
  const rung: string[] = [];

  const serve = (records: readonly string[]) =>
    Dnsmasq.start({ address: '127.0.0.53', port, zone: 'carrier.test', ttlSeconds: 1, records });
  const srv = (host: string, at: number, priority: number) =>
    `srv-host=_sip._udp.carrier.test,${host}.carrier.test,${at},${priority},1`;

  beforeAll(async () => {
    port = await freePort();
    silent = createSocket('udp4', (octets) => {
      if (octets.toString('latin1').startsWith('INVITE')) heardBySilent++;
    });
    await new Promise<void>((resolve) => silent.bind(0, '127.0.0.8', resolve));
    carrier = await TestPhone.open({
      address: '127.0.0.7',
      onRung(invite, rtp) {
        rung.push(`${invite.requestUser}@${invite.requestHost}`);
        rtp.connect(invite.sdp);
        invite.accept(rtp.sdp(), { onReinvite: () => rtp.sdp(), onEnded: () => undefined });
      },
    });
    dnsmasq = await serve([
      'naptr-record=carrier.test,10,10,s,SIP+D2U,,_sip._udp.carrier.test',
      srv('one', silent.address().port, 10),
      srv('two', carrier.sipPort, 20),
      'host-record=one.carrier.test,127.0.0.8',
      'host-record=two.carrier.test,127.0.0.7',
    ]);
    side = await TelephoneSide.start(
      (fixture) => {
        fixture.tenant({ slug: 'demo', number: '+864008000000', agents: 1 });
        const [second] = fixture.trunks.splice(0);
        Object.assign(fixture.trunk({ sources: [] }), { name: 'Named', target: named });
        fixture.trunks.push({ ...second!, name: 'Second' });
      },
      { SEATGRID_DNS_SERVERS: dnsmasq.server },
    );
    phone = await RegisteredPhone.open(side.node, { extension: '1001', domain: 'demo.seatgrid' });
    expect(await phone.register()).toBe(200);
  });
  afterEach(async () => {
    await hangUp();
    await side.settle();
  });
  afterAll(async () => {
    await phone?.close();
    await side?.close();
    await carrier?.close();
    silent?.close();
    await dnsmasq?.close();
  });

  /** How each attempt of the next call ends, by the place of its trunk. */
  async function dial(): Promise<[number, string, number][]> {
    const before = side.node.eventsOf('call.started').length;
    phone.dial('13911112222');
    await until('an answer', () => phone.dialog !== null, 20_000);
    const { callId } = (await until('the call', () => side.node.eventsOf('call.started')[before])).facts;
    const ids = side.fixture.trunks.map(({ id }) => id);
    const ended = await until('the attempts to be written', () => {
      const own = side.node.eventsOf('leg.dial-ended').filter(({ facts }) => facts.callId === callId);
      return own.some(({ facts }) => facts.outcome === 'answered') && own;
    });
    return ended.map(({ facts }) => [ids.indexOf(facts.trunkId!), facts.outcome, facts.status]);
  }
  async function hangUp(): Promise<void> {
    phone.hangUp();
    await until('the phone to be free', () => phone.dialog === null);
  }
  const untilLogged = (text: string) => until(text, () => side.node.stderr.includes(text), 30_000);

  test('its first server says nothing, so the second takes the call, in the carrier’s domain; the next call does not wait for the first', async () => {
    await untilLogged('127.0.0.7');
    expect(await dial()).toEqual([
      [0, 'failed', 408],
      [0, 'answered', 200],
    ]);
    expect(rung).toEqual(['13911112222@carrier.test']);
    const before = heardBySilent;
    expect(before).toBeGreaterThan(0);
    await hangUp();
    expect(await dial()).toEqual([[0, 'answered', 200]]);
    expect(heardBySilent).toBe(before);
  });

  test('when its records change it is followed, and without a name server it stays where it was', async () => {
    await dnsmasq.close();
    dnsmasq = await serve([
      srv('moved', carrier.sipPort, 10),
      'host-record=moved.carrier.test,127.0.0.7',
    ]);
    await until('the new server to be the only one', () => /"places":\["udp 127\.0\.0\.7 \d+"\]/.test(side.node.stderr), 30_000);
    await dnsmasq.close();
    await untilLogged('could not be asked');
    expect(await dial()).toEqual([[0, 'answered', 200]]);
  }); // prettier-ignore

  test('a call does not wait for a name: while nobody knows it the other trunk is taken at once', async () => {
    const { target } = side.fixture.trunks[0]!;
    target!.host = 'later.carrier.test';
    await side.reconfigure();
    expect(await dial()).toEqual([[1, 'answered', 200]]);
    await hangUp();
    dnsmasq = await serve([
      `srv-host=_sip._udp.later.carrier.test,two.carrier.test,${carrier.sipPort},1,1`,
      'host-record=two.carrier.test,127.0.0.7',
    ]);
    await until('it to be known', () => dnsmasq.asked.includes('query[A] two.carrier.test'), 60_000);
    await until('calls to take it', async () => {
      const attempts = await dial();
      await hangUp();
      return attempts[0]![0] === 0;
    });
  });
});
