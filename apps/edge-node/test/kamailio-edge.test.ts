/** Phones behind a proxy at the edge of their site: they know it alone, and are reached by the path they registered with (RFC 3327). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeCertificate } from '@seatgrid/testkit/test-certificate.ts';
import { edgeScript } from './kamailio-scripts.ts';
import { hasKamailio, Kamailio } from './kamailio.ts';
import { nodeAddress } from './node-process.ts';
import { RegisteredPhone } from './registered-phone.ts';
import { TelephoneSide } from './telephone-side.ts';
import { agentHz, otherAgentHz, toneOf, whoIsHeard } from './tones.ts';
import { until } from './until.ts';

if (!hasKamailio) console.warn('SKIPPED: kamailio is not installed (Debian: kamailio)');

describe.skipIf(!hasKamailio)('Kamailio at the edge of a site', () => {
  const address = '127.0.0.11';
  let side: TelephoneSide;
  let kamailio: Kamailio;
  const phones: RegisteredPhone[] = [];

  beforeAll(async () => {
    side = await TelephoneSide.start((fixture) => {
      fixture.tenant({ slug: 'demo', number: '+864008000000', agents: 2 });
    });
    const registrar = { host: nodeAddress, port: side.node.sipPort };
    const certificate = makeCertificate(`IP:${address}`);
    kamailio = await Kamailio.start({ address, certificate, script: () => edgeScript(registrar) });
    const proxy = { address, port: kamailio.ports.plain };
    for (const [extension, hz] of [['1001', agentHz], ['1002', otherAgentHz]] as const) {
      const phone = await RegisteredPhone.open(side.node, { extension, domain: 'demo.seatgrid', proxy });
      phone.rtp.speak(toneOf(hz));
      phones.push(phone);
      expect(await phone.register()).toBe(200);
    }
  }); // prettier-ignore
  afterAll(async () => {
    for (const phone of phones) await phone.close();
    await side?.close();
    await kamailio?.close();
  });

  test('one phone calls another, both by the proxy and never past it; they hear each other, and are released', async () => {
    const [caller, callee] = phones as [RegisteredPhone, RegisteredPhone];
    caller.dial('1002');
    const invite = await callee.liftHandset();
    expect(invite.flow).toMatchObject({ address, port: kamailio.ports.plain });
    await caller.untilTalking();
    await caller.rtp.listen(300);
    expect(whoIsHeard(await caller.rtp.listen(400))).toEqual([otherAgentHz]);
    expect(whoIsHeard(await callee.rtp.listen(400))).toEqual([agentHz]);
    caller.hangUp();
    await until('the other to be released', () => callee.dialog === null);
  });
});
