/** What is asked of a real name server, and what its answers mean: with their lives, over TCP where they are long, and not believed from others. */
import { createSocket, type Socket } from 'node:dgram';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemRandom } from '@seatgrid/testkit/system-random.ts';
import { wallClock } from '@seatgrid/testkit/wall-clock.ts';
import { openNameService } from '../src/names/open-name-service.ts';
import { Dnsmasq, hasDnsmasq } from './dnsmasq.ts';
import { freePort } from './node-process.ts';

if (!hasDnsmasq) console.warn('SKIPPED: dnsmasq is not installed (Debian: dnsmasq-base)');

describe.skipIf(!hasDnsmasq)('names', () => {
  let dnsmasq: Dnsmasq;
  let silent: Socket;
  const address = '127.0.0.53';
  const servers = (...all: string[]) =>
    openNameService({ servers: all, clock: wallClock, random: systemRandom });

  beforeAll(async () => {
    silent = createSocket('udp4');
    await new Promise<void>((resolve) => silent.bind(0, '127.0.0.54', resolve));
    dnsmasq = await Dnsmasq.start({
      address,
      port: await freePort(),
      zone: 'carrier.test',
      ttlSeconds: 77,
      records: [
        'naptr-record=carrier.test,20,10,s,SIP+D2U,,_sip._udp.carrier.test',
        'naptr-record=carrier.test,10,10,s,SIPS+D2T,,_sips._tcp.carrier.test',
        'srv-host=_sip._udp.carrier.test,one.carrier.test,5070,10,60',
        'srv-host=_sip._udp.carrier.test,two.carrier.test,5071,20,0',
        'host-record=one.carrier.test,192.0.2.1,2001:db8::1',
        'cname=alias.carrier.test,one.carrier.test',
        ...Array.from(
          { length: 60 },
          (_, index) =>
            `srv-host=_sip._tcp.carrier.test,server-with-a-long-name-${index}.carrier.test,5060,${index},1`,
        ),
      ],
    });
  });
  afterAll(async () => {
    await dnsmasq?.close();
    silent?.close();
  });

  test('NAPTR, SRV and addresses of both families, each with its life', async () => {
    const names = servers(dnsmasq.server);
    const services = await names.naptr('carrier.test');
    expect(services.ttlMs).toBe(77_000);
    expect(services.records).toHaveLength(2);
    expect(services.records).toContainEqual({
      order: 10,
      preference: 10,
      flags: 's',
      service: 'SIPS+D2T',
      replacement: '_sips._tcp.carrier.test',
    });
    const { records } = await names.srv('_sip._udp.carrier.test');
    expect(records).toContainEqual({ priority: 10, weight: 60, port: 5070, host: 'one.carrier.test' });
    const addresses = await names.addresses('One.Carrier.Test');
    expect(addresses).toEqual({ records: ['192.0.2.1', '2001:db8::1'], ttlMs: 77_000 });
  });

  test('an alias leads on', async () => {
    const { records } = await servers(dnsmasq.server).addresses('alias.carrier.test');
    expect(records).toEqual(['192.0.2.1', '2001:db8::1']);
  });

  test('an answer too long for one datagram comes over TCP, whole', async () => {
    const { records } = await servers(dnsmasq.server).srv('_sip._tcp.carrier.test');
    expect(records).toHaveLength(60);
  });

  test('that there is nothing is an answer; what nobody answers is none', async () => {
    await expect(servers(dnsmasq.server).srv('_sip._udp.none.carrier.test')).resolves.toMatchObject({
      records: [],
    });
    // Refused: dnsmasq serves this zone alone.
    await expect(servers(dnsmasq.server).srv('_sip._udp.elsewhere.example')).rejects.toThrow('REFUSED');
  });

  test('a server that is silent, and one that is not there, are passed over for the next', async () => {
    const { port } = silent.address();
    const names = servers('127.0.0.54:9', `127.0.0.54:${port}`, dnsmasq.server);
    const { records } = await names.srv('_sip._udp.carrier.test');
    expect(records).toHaveLength(2);
  });

  test('an answer with another number, or to another question, is not believed', async () => {
    let told = 0;
    const liar = createSocket('udp4', (octets, { port, address: from }) => {
      const lie = Buffer.from(octets);
      lie[2] = 0x80;
      // The first lie has a wrong number, the second a wrong name.
      const place = told++ === 0 ? 0 : 13;
      lie[place] = lie[place]! ^ 1;
      liar.send(lie, port, from);
    });
    await new Promise<void>((resolve) => liar.bind(0, '127.0.0.54', resolve));
    const server = `127.0.0.54:${liar.address().port}`;
    await expect(servers(server).srv('_sip._udp.carrier.test')).rejects.toThrow('no answer in time');
    expect(told).toBe(2);
    liar.close();
  });
});
