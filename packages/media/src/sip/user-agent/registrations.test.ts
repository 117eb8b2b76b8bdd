import { expect, test } from 'vitest';
import { createWorld } from '../../../test/sip-party.ts';
import { sipBindingsPerUserMax, sipExpiresSecondsMin } from '../../limits.ts';
import { digestSecretOf } from '../digest/digest-response.ts';
import type { SipHandler } from './sip-user-agent.ts';

const node = '192.0.2.2';
const realm = 'acme';
const secrets = new Map(
  ['8001', '8002'].map((username) => [
    username,
    digestSecretOf({ username, realm, password: `pass-${username}` }),
  ]),
);

async function registrar(handler: Partial<SipHandler> = {}) {
  const world = createWorld();
  const bob = await world.party(node, {
    trust: () => ({ kind: 'challenge', realm }),
    secret: (asked, username) => (asked === realm ? secrets.get(username) : undefined),
    ...handler,
  });
  return { world, bob };
}

/** A phone with its own user agent, which registers by `request`. */
async function phone(
  world: Awaited<ReturnType<typeof registrar>>['world'],
  address: string,
  username: string,
  password: string,
) {
  const party = await world.party(address, { ownCredentials: () => ({ username, password }) });
  return {
    party,
    register: (headers: Record<string, string>, user = username) =>
      party.agent.request({
        method: 'REGISTER',
        uri: `sip:${node}:5060`,
        from: { user, host: realm, displayName: '' },
        headers,
      }),
  };
}

test('a phone proves itself and is bound to the flow it came over; the binding ends by itself', async () => {
  const { world, bob } = await registrar();
  const { register } = await phone(world, '192.0.2.10', '8001', 'pass-8001');
  const outcome = register({
    Contact: '<sip:8001@10.0.0.7:5062>',
    Expires: '120',
    'User-Agent': 'Desk Phone 9',
  });
  await world.pass(50);
  expect(await outcome).toEqual({ status: 200, reason: 'OK' });
  expect(bob.agent.bindings(realm, '8001')).toMatchObject([
    { contact: 'sip:8001@10.0.0.7:5062', flow: { protocol: 'udp', address: '192.0.2.10', port: 5060 } },
  ]);
  await world.pass(121_000);
  expect(bob.heard).toEqual(['bindings 8001: 1', 'bindings 8001: 0']);
  expect(world.clock.timersPending).toBe(0);
});

test('RFC 3327: the proxies a phone registered through are told to it where it asks, and its calls go by them', async () => {
  const { world, bob } = await registrar();
  const { party, register } = await phone(world, '192.0.2.10', '8001', 'pass-8001');
  const path = ['<sip:edge.example;lr>', '<sip:192.0.2.10:5060;lr>'];
  const headers = { Contact: '<sip:8001@10.0.0.7:5062>', Path: path.join(', ') };
  void register({ ...headers, Supported: 'path' });
  await world.pass(50);
  const [binding] = bob.agent.bindings(realm, '8001');
  expect(binding!.routes).toEqual(path);
  expect(world.wire.sent.at(-1)!.text).toContain(`Path: ${path[0]}\r\nPath: ${path[1]}\r\n`);
  bob.call('', { uri: binding!.contact, flow: binding!.flow, routes: binding!.routes });
  await world.pass(50);
  expect(party.invites[0]!.header('Route')).toBe(path[0]);

  void register(headers);
  await world.pass(50);
  expect(world.wire.sent.at(-1)!.text).not.toContain('Path:');
  const refused = register({ ...headers, Path: 'no address' });
  await world.pass(50);
  expect((await refused).status).toBe(400);
});

test('a call to a binding goes to its flow, not to the address a NAT hides', async () => {
  const { world, bob } = await registrar();
  const { party, register } = await phone(world, '192.0.2.10', '8001', 'pass-8001');
  void register({ Contact: '<sip:8001@10.0.0.7:5062>' });
  await world.pass(50);
  const [binding] = bob.agent.bindings(realm, '8001');
  bob.call('', { uri: binding!.contact, flow: binding!.flow });
  await world.pass(50);
  expect(party.invites[0]).toMatchObject({ requestUser: '8001', requestHost: '10.0.0.7' });
  party.accept();
  await world.pass(50);
  bob.dialog.bye();
  await world.pass(50);
  expect(party.ends).toEqual([{ by: 'remote' }]);
});

test.each([
  ['a wrong password', '8001', 'pass-8002', '8001', 401],
  ['a name nobody has', '8009', 'pass-8001', '8009', 401],
  ['an address of record of another', '8001', 'pass-8001', '8002', 403],
])('%s is refused', async (_name, username, password, user, status) => {
  const attempts: string[] = [];
  const { world, bob } = await registrar({
    onWrongCredentials: (attempt) => attempts.push(attempt.username),
  });
  const { register } = await phone(world, '192.0.2.10', username, password);
  const outcome = register({ Contact: '<sip:x@10.0.0.7>' }, user);
  await world.pass(50);
  expect((await outcome).status).toBe(status);
  expect(attempts).toEqual(status === 401 ? [username] : []);
  expect(bob.agent.bindings(realm, user)).toEqual([]);
});

test('an address of record the node grants to the proven name is bound to that name', async () => {
  const { world, bob } = await registrar({
    ownsAddress: ({ username, address }) => username === '8001' && address === '4001',
  });
  const { register } = await phone(world, '192.0.2.10', '8001', 'pass-8001');
  const [granted, refused] = [
    register({ Contact: '<sip:x@10.0.0.7>' }, '4001'),
    register({ Contact: '<sip:x@10.0.0.7>' }, '4002'),
  ];
  await world.pass(50);
  expect([(await granted).status, (await refused).status]).toEqual([200, 403]);
  expect(bob.agent.bindings(realm, '8001')).toHaveLength(1);
});

test('contacts are added, refreshed, removed one by one, and all at once by the asterisk', async () => {
  const { world, bob } = await registrar({ trust: () => ({ kind: 'trusted', peer: 'lan' }) });
  const { register } = await phone(world, '192.0.2.10', '8001', '');
  const contacts = () => bob.agent.bindings(realm, '8001').map(({ contact }) => contact);
  void register({ Contact: '<sip:a@h>, <sip:b@h>;expires=300' });
  await world.pass(50);
  expect(contacts()).toEqual(['sip:a@h', 'sip:b@h']);
  void register({ Contact: '<sip:a@h>;expires=0' });
  await world.pass(50);
  expect(contacts()).toEqual(['sip:b@h']);
  const wrong = register({ Contact: '*', Expires: '60' });
  await world.pass(50);
  expect((await wrong).status).toBe(400);
  void register({ Contact: '*', Expires: '0' });
  await world.pass(50);
  expect(contacts()).toEqual([]);
});

test('a REGISTER without Contact asks what is bound and changes nothing', async () => {
  const { world, bob } = await registrar({ trust: () => ({ kind: 'trusted', peer: 'lan' }) });
  const raw = world.wire.rawEnd('192.0.2.50');
  raw.send(register('1', 'Contact: <sip:a@h>;expires=600\r\n'), node);
  raw.send(register('2', ''), node);
  await world.pass(20);
  expect(raw.received[1]).toContain('Contact: <sip:a@h>;expires=600\r\n');
  expect(bob.heard).toEqual(['bindings 8001: 1']);
});

test('an expiry that is too brief gets 423 with the least allowed, and too many contacts 403', async () => {
  const { world, bob } = await registrar({ trust: () => ({ kind: 'trusted', peer: 'lan' }) });
  const raw = world.wire.rawEnd('192.0.2.50');
  const many = Array.from({ length: sipBindingsPerUserMax + 1 }, (_, index) => `<sip:${index}@h>`).join(', ');
  raw.send(register('1', 'Contact: <sip:a@h>;expires=5\r\n'), node);
  raw.send(register('2', `Contact: ${many}\r\n`), node);
  await world.pass(20);
  expect(raw.received[0]).toContain(`Min-Expires: ${sipExpiresSecondsMin}\r\n`);
  expect(raw.received.map((text) => text.slice(8, 11))).toEqual(['423', '403']);
  expect(bob.heard).toEqual([]);
});

test('an older REGISTER of the same Call-ID does not undo a newer one', async () => {
  const { world, bob } = await registrar({ trust: () => ({ kind: 'trusted', peer: 'lan' }) });
  const raw = world.wire.rawEnd('192.0.2.50');
  raw.send(register('5', 'Contact: <sip:a@h>\r\n'), node);
  raw.send(register('4', 'Contact: <sip:a@h>;expires=0\r\n'), node);
  await world.pass(20);
  expect(raw.received.map((text) => text.slice(8, 11))).toEqual(['200', '500']);
  expect(bob.agent.bindings(realm, '8001')).toHaveLength(1);
});

test('an INVITE of a phone is challenged, and comes with its proven name', async () => {
  const { world, bob } = await registrar();
  const { party } = await phone(world, '192.0.2.10', '8002', 'pass-8002');
  party.call(node);
  await world.pass(50);
  expect(bob.invites.map(({ identity }) => identity)).toEqual([{ kind: 'phone', realm, username: '8002' }]);
  bob.accept();
  await world.pass(50);
  expect(party.heard).toEqual(['answered 30000']);
  expect(
    world.wire.sent.find(({ text }) => text.startsWith('ACK') && text.includes('Authorization: ')),
  ).toBeDefined();
});

test('who is to be met with silence hears nothing, who is refused hears why', async () => {
  const { world } = await registrar({
    trust: ({ fromUser }) =>
      fromUser === 'spam' ? { kind: 'silence' } : { kind: 'refuse', status: 403, reason: 'Not Here' },
  });
  const raw = world.wire.rawEnd('192.0.2.50');
  raw.send(register('1', '').replaceAll('8001', 'spam'), node);
  raw.send(register('2', ''), node);
  await world.pass(300);
  expect(raw.received.map((text) => text.split('\r\n')[0])).toEqual(['SIP/2.0 403 Not Here']);
});

test('OPTIONS says what is understood; a method the node takes is handed up, another refused', async () => {
  const { world } = await registrar({
    trust: () => ({ kind: 'trusted', peer: 'lan' }),
    onRequest: ({ method, body }) => (method === 'MESSAGE' && body === 'hi' ? 202 : 488),
  });
  const raw = world.wire.rawEnd('192.0.2.50');
  const ask = (method: string, body = ''): string =>
    register(method, '')
      .replaceAll('REGISTER', method)
      .replace(/CSeq: \w+/, 'CSeq: 1')
      .replace('Length: 0\r\n\r\n', `Length: ${body.length}\r\n\r\n${body}`);
  for (const text of [ask('OPTIONS'), ask('MESSAGE', 'hi'), ask('SUBSCRIBE'), ask('FOO'), ask('BYE')])
    raw.send(text, node);
  await world.pass(20);
  expect(raw.received.map((text) => text.slice(8, 11))).toEqual(['200', '202', '405', '501', '481']);
  expect(raw.received[0]).toContain('Allow: INVITE, ACK, CANCEL, BYE');
});

function register(cseq: string, lines: string): string {
  return (
    `REGISTER sip:${realm} SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.50;branch=z9hG4bK${cseq}\r\nMax-Forwards: 70\r\n` +
    `From: <sip:8001@${realm}>;tag=f\r\nTo: <sip:8001@${realm}>\r\nCall-ID: r@x\r\nCSeq: ${cseq} REGISTER\r\n` +
    `${lines}Content-Length: 0\r\n\r\n`
  );
}
