/** Phones over TLS and secure WebSocket, at a node started as a process: they register, call and are called; certificates are renewed beneath them. */
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ladderSchema } from '@seatgrid/contracts/nouns/ladder.ts';
import { makeCertificate, type TestCertificate } from '@seatgrid/testkit/test-certificate.ts';
import { toneAmplitude } from '@seatgrid/testkit/tone-finder.ts';
import { Baresip, hasBaresip } from './baresip.ts';
import { phonePassword } from './fixture-config.ts';
import { freePort, nodeAddress } from './node-process.ts';
import { RegisteredPhone } from './registered-phone.ts';
import { TelephoneSide } from './telephone-side.ts';
import { agentHz, otherAgentHz, outsideHz, toneOf, whoIsHeard } from './tones.ts';
import { until } from './until.ts';

const domain = 'demo.seatgrid';
const first = makeCertificate(`IP:${nodeAddress}`);
const second = makeCertificate(`IP:${nodeAddress}`);
const phones = makeCertificate('IP:127.0.0.3');
let folder: string;
let ports: { readonly tls: number; readonly wss: number };
let side: TelephoneSide;
let colleague: RegisteredPhone;

const lay = ({ certificate, key }: TestCertificate): void => {
  writeFileSync(join(folder, 'certificate.pem'), certificate);
  writeFileSync(join(folder, 'key.pem'), key);
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'seatgrid-certificates-'));
  lay(first);
  ports = { tls: await freePort(), wss: await freePort() };
  side = await TelephoneSide.start(
    (fixture) => void fixture.tenant({ slug: 'demo', number: '+864008000000', agents: 2 }),
    {
      SEATGRID_SIP_TLS_PORT: String(ports.tls),
      SEATGRID_SIP_WSS_PORT: String(ports.wss),
      SEATGRID_SIP_TLS_CERT: join(folder, 'certificate.pem'),
      SEATGRID_SIP_TLS_KEY: join(folder, 'key.pem'),
    },
  );
  colleague = await RegisteredPhone.open(side.node, { extension: '1002', domain });
  colleague.rtp.speak(toneOf(otherAgentHz));
  expect(await colleague.register()).toBe(200);
});
afterEach(async () => {
  colleague.hangUp();
  await side.settle();
});
afterAll(async () => {
  await colleague?.close();
  await side?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function openPhone(protocol: 'tls' | 'wss'): Promise<RegisteredPhone> {
  const phone = await RegisteredPhone.open(side.node, {
    extension: '1001',
    domain,
    protocol,
    proxy: { address: nodeAddress, port: ports[protocol] },
    tls: { identities: [phones], authorities: first.certificate + second.certificate },
  });
  phone.rtp.speak(toneOf(agentHz));
  expect(await phone.register()).toBe(200);
  return phone;
}

async function expectTalk(phone: RegisteredPhone, other: RegisteredPhone['rtp'], otherHz: number): Promise<void> {
  await phone.rtp.listen(300);
  expect(whoIsHeard(await phone.rtp.listen(400))).toEqual([otherHz]);
  expect(whoIsHeard(await other.listen(400))).toEqual([agentHz]);
} // prettier-ignore

/** What a client that connects now is shown. */
function shownAt(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: nodeAddress, port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerX509Certificate()!.fingerprint256);
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

describe.each(['tls', 'wss'] as const)('a phone over %s', (protocol) => {
  let phone: RegisteredPhone;
  afterEach(() => phone?.close());

  test('calls the outside, is called by a colleague, both heard both ways, and is released', async () => {
    phone = await openPhone(protocol);
    phone.dial('13911112222');
    await phone.untilTalking();
    await expectTalk(phone, side.outsideLeg!.rtp, outsideHz);
    const { facts } = side.node.eventsOf('call.started').at(-1)!;
    const reply = await fetch(`${side.node.ready.localApi}/calls/${facts.callId}/ladder`);
    const { node, messages } = ladderSchema.parse(await reply.json());
    expect(node.ports).toMatchObject({ udp: side.node.sipPort, ...ports });
    expect(messages.filter(({ leg }) => leg === 'caller').map((one) => one.protocol)).toContain(protocol);
    const ended = side.outsideEnded;
    phone.hangUp();
    await until('the outside to be released', () => side.outsideEnded > ended);

    colleague.dial('1001');
    const invite = await phone.liftHandset();
    expect(invite.flow).toMatchObject({ protocol, port: ports[protocol] });
    await colleague.untilTalking();
    await expectTalk(phone, colleague.rtp, otherAgentHz);
    colleague.hangUp();
    await until('the phone to be released', () => phone.dialog === null);
  });
});

test.skipIf(!hasBaresip)('baresip over TLS, with its sound protected, calls the outside; both hear each other', async () => {
  const deskHz = 520;
  const phone = await Baresip.start({
    extension: '1001', domain, proxy: `${nodeAddress}:${ports.tls}`, password: phonePassword, toneHz: deskHz, address: '127.0.0.12',
    mediaEncryption: 'srtp-mand', transport: 'tls',
  });
  try {
    await phone.untilSaid(/200 OK/);
    phone.command('dial', '13911112222');
    const outside = await until('the outside to be rung', () => side.outsideLeg, 15_000);
    await until('the phone’s tone outside', async () => toneAmplitude(await outside.rtp.listen(300), deskHz) > 0.05);
    await outside.rtp.listen(1_000);
    phone.command('hangup');
    const heard = await until('what the phone heard', () => phone.heard().samples.length > 8_000 && phone.heard().samples);
    expect(toneAmplitude(heard.subarray(-8_000), outsideHz)).toBeGreaterThan(0.05);
  } finally {
    await phone.close();
  }
}); // prettier-ignore

test('renewed certificates are shown to whoever connects from then on; a connected phone goes on, and half a renewal changes nothing', async () => {
  const fingerprintOf = ({ certificate }: TestCertificate) => new X509Certificate(certificate).fingerprint256;
  const phone = await openPhone('tls');
  try {
    // The key comes later than its certificate.
    lay({ certificate: second.certificate, key: first.key });
    side.node.reload();
    await until('it to be refused', () => side.node.stderr.includes('cannot be used; those in use stay'));
    for (const port of [ports.tls, ports.wss]) expect(await shownAt(port)).toBe(fingerprintOf(first));

    lay(second);
    side.node.reload();
    await until('it to be taken', () => side.node.stderr.includes('the certificates were renewed'));
    for (const port of [ports.tls, ports.wss]) expect(await shownAt(port)).toBe(fingerprintOf(second));
    colleague.dial('1001');
    await phone.liftHandset();
    await colleague.untilTalking();
    colleague.hangUp();
    await until('the phone to be released', () => phone.dialog === null);
  } finally {
    await phone.close();
  }
});
