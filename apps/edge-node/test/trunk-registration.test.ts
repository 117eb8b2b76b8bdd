/** A trunk by account: registered with its carrier by digest, called at the contact it registered, proven when it calls. */
import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createSipUserAgent } from '@seatgrid/media/sip/user-agent/create-sip-user-agent.ts';
import type {
  DigestSecret,
  IncomingInvite,
  SipBinding,
  SipUserAgent,
} from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import { systemRandom } from '@seatgrid/testkit/system-random.ts';
import { TestPhone } from '@seatgrid/testkit/test-phone.ts';
import { TestRtpPeer } from '@seatgrid/testkit/test-rtp-peer.ts';
import { wallClock } from '@seatgrid/testkit/wall-clock.ts';
import type { FixtureTenant } from './fixture-config.ts';
import { nodeAddress } from './node-process.ts';
import { RegisteredPhone } from './registered-phone.ts';
import { TelephoneSide, numberWith } from './telephone-side.ts';
import { until } from './until.ts';

const realm = 'carrier.example';
const username = '4008000001';
const password = 'between-us-only';
const hotline = '+864008000001';
const address = '127.0.0.7';

let side: TelephoneSide;
let tenant: FixtureTenant;
let carrier: SipUserAgent;
let rtp: TestRtpPeer;
let bindings: readonly SipBinding[] = [];
let algorithm: 'MD5' | 'SHA-256' = 'MD5';
let challengedAs = realm;
const proven: IncomingInvite[] = [];
let wrong = 0;

beforeAll(async () => {
  rtp = await TestRtpPeer.open({ address, eventPayloadType: 101 });
  carrier = createSipUserAgent({
    clock: wallClock,
    random: systemRandom,
    product: 'Carrier',
    listen: [{ protocol: 'udp', address, port: 0 }],
    handler: {
      trust: () => ({ kind: 'challenge', realm: challengedAs, algorithms: [algorithm] }),
      secret: (asked, name) => (name === username ? secretOf(asked) : undefined),
      onBindings: (change) => (bindings = change.bindings),
      onWrongCredentials: () => wrong++,
      onInvite: (invite) => {
        proven.push(invite);
        rtp.connect(invite.sdp);
        invite.accept(rtp.sdp(), { onReinvite: () => rtp.sdp(), onEnded: () => undefined });
      },
    },
  });
  await carrier.start();
  side = await TelephoneSide.start((fixture) => {
    tenant = fixture.tenant({ slug: 'demo', number: '+864008000000', agents: 1 });
    numberWith(tenant, hotline, { kind: 'queue', queueId: fixture.queue(tenant).id });
    const { port } = carrier.listening()[0]!;
    fixture.trunks.length = 0;
    fixture.trunk({ sources: ['127.0.0.2'] });
    fixture.trunk({ sources: [], target: { host: address, port } }).account = {
      username,
      password,
      domain: realm,
      realm: '',
      registers: true,
      expiresSeconds: 60,
    };
  });
});
afterEach(() => side.settle());
afterAll(async () => {
  await side?.close();
  await carrier?.close();
  await rtp?.close();
});

function secretOf(asked: string): DigestSecret {
  const hash = (name: string) => createHash(name).update(`${username}:${asked}:${password}`).digest('hex');
  return { md5: hash('md5'), sha256: hash('sha256') };
}

const account = () => side.fixture.trunks[1]!.account!;
const untilBound = () => until('the registration', () => bindings.length === 1, 30_000);

/** A call as a registrar's proxy sends it: to the contact, the number dialled in To. */
function callContact(contact: string, from: SipUserAgent = carrier) {
  const outcome = { status: 0, bye: () => {} };
  from.invite(
    {
      uri: contact,
      from: { user: '13800138000', host: realm, displayName: '' },
      to: { user: '4008000001', host: realm, displayName: '' },
      sdp: rtp.sdp(),
      ringTimeoutMs: 3_000,
    },
    {
      onProgress: () => undefined,
      onAnswered: ({ dialog }) => ((outcome.status = 200), (outcome.bye = () => dialog.bye())),
      onFailed: ({ status }) => (outcome.status = status),
      onReinvite: () => rtp.sdp(),
      onEnded: () => undefined,
    },
  );
  return outcome;
}

test('it is registered by digest, and a call to its contact is answered as a call to the number dialled', async () => {
  await untilBound();
  const outcome = callContact(bindings[0]!.contact);
  await until('an answer', () => outcome.status === 200);
  const started = await side.node.event('call.started', ({ toNumber }) => toNumber === hotline);
  expect(started.facts).toMatchObject({ trunkId: side.fixture.trunks[1]!.id, fromNumber: '13800138000' });
  outcome.bye();
});

test('the contact is worth nothing to a stranger who learnt it', async () => {
  const stranger = await TestPhone.open({ address: '127.0.0.9' });
  const user = /sip:([^@]+)@/.exec(bindings[0]!.contact)![1]!;
  const { sipPort: port } = side.node;
  const call = await stranger.ring({
    host: nodeAddress,
    port,
    number: user,
    from: 'x',
    ringTimeoutMs: 1_500,
  });
  expect(await call.until(['failed'], 5_000)).toMatchObject({ status: 408 });
  await stranger.close();
});

test.each(['MD5', 'SHA-256'] as const)(
  'a call out is proven by %s, and leaves in the carrier’s domain',
  async (one) => {
    algorithm = one;
    proven.length = 0;
    const phone = await RegisteredPhone.open(side.node, { extension: '1001', domain: 'demo.seatgrid' });
    await phone.register();
    phone.dial('13911112222');
    await phone.untilTalking();
    expect(proven).toHaveLength(1);
    expect(proven[0]!.requestUser).toBe('13911112222');
    expect(proven[0]!.from).toMatchObject({ user: '+864008000000', host: realm });
    expect(proven[0]!.identity).toMatchObject({ kind: 'phone', username });
    phone.hangUp();
    await side.node.event('call.ended');
    await phone.close();
  },
);

test('a challenge of a realm that is not the carrier’s is not answered', async () => {
  side.fixture.trunks[1]!.account = { ...account(), realm, expiresSeconds: 61 };
  await side.reconfigure();
  await untilBound();
  challengedAs = 'elsewhere.example';
  proven.length = 0;
  wrong = 0;
  const phone = await RegisteredPhone.open(side.node, { extension: '1001', domain: 'demo.seatgrid' });
  await phone.register();
  phone.dial('13911112222');
  await until('the refusal', () => phone.failedStatus !== null);
  expect([proven.length, wrong]).toEqual([0, 0]);
  challengedAs = realm;
  await phone.close();
});

test('with a wrong password it is not registered, is shown so, and does not insist', async () => {
  side.fixture.trunks[1]!.account = { ...account(), password: 'wrong' };
  await side.reconfigure();
  await until('the old contact to be taken back', () => bindings.length === 0);
  wrong = 0;
  const inspect = async () =>
    JSON.stringify(await (await fetch(`${side.node.ready.localApi}/inspect`)).json());
  await until('the failure to be shown', async () => (await inspect()).includes('"registration":"failed"'));
  expect(wrong).toBeLessThanOrEqual(1);
  expect(await inspect()).not.toContain('wrong');
  expect(side.node.stderr).not.toContain(password);

  side.fixture.trunks[1]!.account = { ...account(), password };
  await side.reconfigure();
  await untilBound();
});

test('a trunk without its account, and a node that stops, take the contact back', async () => {
  const { account: before } = side.fixture.trunks[1]!;
  side.fixture.trunks[1]!.account = null;
  await side.reconfigure();
  await until('the contact to be taken back', () => bindings.length === 0);
  side.fixture.trunks[1]!.account = before;
  await side.reconfigure();
  await untilBound();
  await side.node.terminate();
  expect(bindings).toEqual([]);
});
