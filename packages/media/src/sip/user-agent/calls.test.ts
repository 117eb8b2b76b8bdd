import { expect, test } from 'vitest';
import { createWorld, sdpOf } from '../../../test/sip-party.ts';

const caller = '192.0.2.1';
const callee = '192.0.2.2';

async function twoParties(seed?: number) {
  const world = createWorld(seed);
  return { world, alice: await world.party(caller), bob: await world.party(callee) };
}

async function talking(seed?: number) {
  const { world, alice, bob } = await twoParties(seed);
  alice.call(callee);
  await world.pass(50);
  bob.accept();
  await world.pass(50);
  return { world, alice, bob };
}

test('a call rings, is answered, and the caller ends it', async () => {
  const { world, alice, bob } = await twoParties();
  alice.call(callee);
  await world.pass(50);
  expect(bob.invites[0]).toMatchObject({
    requestUser: 'bob',
    from: { user: 'alice', host: caller, displayName: 'Alice' },
    sdp: sdpOf(20_000),
    identity: { kind: 'trunk', peer: 'wire' },
  });
  bob.invites[0]!.progress(180);
  await world.pass(50);
  bob.accept();
  await world.pass(50);
  alice.dialog.bye({ cause: 16, text: 'Normal call clearing' });
  await world.pass(50);
  expect(alice.heard).toEqual(['progress 180', 'answered 30000', 'ended by local']);
  expect(bob.ends).toEqual([{ by: 'remote', reason: { cause: 16, text: 'Normal call clearing' } }]);
  expect(alice.agent.statistics().dialogs + bob.agent.statistics().dialogs).toBe(0);
});

test('the callee ends the call, and everything is forgotten half a minute later', async () => {
  const { world, alice, bob } = await talking();
  bob.dialog.bye();
  await world.pass(40_000);
  expect(alice.ends).toEqual([{ by: 'remote' }]);
  expect([alice.agent.statistics().transactions, bob.agent.statistics().transactions]).toEqual([0, 0]);
  expect(world.clock.timersPending).toBe(0);
});

test('a callee that says nothing within 200 ms has a 100 sent for it', async () => {
  const { world, alice } = await twoParties();
  alice.call(callee);
  await world.pass(150);
  expect(world.wire.sent.filter(({ text }) => text.startsWith('SIP/2.0 100'))).toHaveLength(0);
  await world.pass(100);
  expect(world.wire.sent.filter(({ text }) => text.startsWith('SIP/2.0 100'))).toHaveLength(1);
});

test.each([
  [486, 'failed 486'],
  [603, 'failed 603'],
  [200, 'failed 500'],
])('a refusal with %i is told as "%s" and acknowledged', async (status, told) => {
  const { world, alice, bob } = await twoParties();
  alice.call(callee);
  await world.pass(50);
  bob.invites[0]!.reject(status);
  await world.pass(50);
  expect(alice.heard).toEqual([told]);
  expect(world.wire.sent.filter(({ text }) => text.startsWith('ACK'))).toHaveLength(1);
});

test('a refusal carries its own reason, Retry-After and header fields, and no line break of a stranger', async () => {
  const { world, alice, bob } = await twoParties();
  alice.call(callee);
  await world.pass(50);
  bob.invites[0]!.reject(503, {
    reason: 'Quota\r\nX-Evil: 1',
    retryAfterSeconds: 30,
    headers: { Warning: '399 a "b"\r\nX-Evil: 2' },
  });
  await world.pass(50);
  const refusal = world.wire.sent.find(({ text }) => text.startsWith('SIP/2.0 503'))!.text;
  expect(refusal).toContain('SIP/2.0 503 Quota X-Evil: 1\r\n');
  expect(refusal).toContain('\r\nRetry-After: 30\r\n');
  expect(refusal).not.toContain('\r\nX-Evil');
});

test('a caller who gives up while it rings is told 487, and the callee that it was cancelled', async () => {
  const { world, alice, bob } = await twoParties();
  const call = alice.call(callee);
  await world.pass(50);
  const cancelled: string[] = [];
  bob.invites[0]!.onCancelled = () => cancelled.push('cancelled');
  bob.invites[0]!.progress(180);
  await world.pass(50);
  call.cancel();
  await world.pass(50);
  expect(alice.heard).toEqual(['progress 180', 'failed 487']);
  expect(cancelled).toEqual(['cancelled']);
  bob.accept();
  await world.pass(50);
  expect(bob.heard).toEqual(['ended by remote']);
});

test('no CANCEL goes out before something came back (RFC 3261 §9.1)', async () => {
  const { world, alice, bob } = await twoParties();
  const call = alice.call(callee);
  call.cancel();
  await world.pass(20);
  expect(world.wire.sent.filter(({ text }) => text.startsWith('CANCEL'))).toHaveLength(0);
  bob.invites[0]!.progress(180);
  await world.pass(50);
  expect(world.wire.sent.filter(({ text }) => text.startsWith('CANCEL'))).toHaveLength(1);
  expect(alice.heard).toEqual(['failed 487']);
});

test('an answer that crosses the CANCEL is acknowledged and ended', async () => {
  const { world, alice, bob } = await twoParties();
  const call = alice.call(callee);
  await world.pass(50);
  bob.invites[0]!.progress(180);
  await world.pass(50);
  bob.accept();
  call.cancel();
  await world.pass(100);
  expect(alice.heard).toEqual(['progress 180', 'failed 487']);
  expect(bob.heard).toEqual(['ended by remote']);
  expect(bob.agent.statistics().dialogs).toBe(0);
});

test('a call that nobody answers ends by the ring timeout with 408, and stops ringing', async () => {
  const { world, alice, bob } = await twoParties();
  alice.call(callee, { ringTimeoutMs: 5_000 });
  await world.pass(50);
  const cancelled: string[] = [];
  bob.invites[0]!.onCancelled = () => cancelled.push('cancelled');
  bob.invites[0]!.progress(180);
  await world.pass(5_100);
  expect(alice.heard).toEqual(['progress 180', 'failed 408']);
  expect(cancelled).toEqual(['cancelled']);
});

test('a peer that is not there is told as 408 after 64*T1, and the INVITE was repeated six times', async () => {
  const { world, alice } = await twoParties();
  alice.call('192.0.2.77');
  await world.pass(33_000);
  expect(alice.heard).toEqual(['failed 408']);
  expect(world.wire.sent).toHaveLength(7);
});

test('a lost 200 is repeated until the ACK comes, and a repeated 200 has its ACK repeated', async () => {
  const { world, alice, bob } = await twoParties();
  alice.call(callee);
  await world.pass(50);
  let acks = 0;
  world.wire.dropWhen = ({ text }) => text.startsWith('ACK') && ++acks <= 2;
  bob.accept();
  await world.pass(5_000);
  expect(world.wire.sent.filter(({ text }) => text.startsWith('SIP/2.0 200'))).toHaveLength(3);
  expect(acks).toBe(3);
  expect([alice.heard, bob.heard]).toEqual([['answered 30000'], []]);
});

test('a 200 that nobody acknowledges ends the dialog by timeout, with a BYE', async () => {
  const { world, alice, bob } = await twoParties();
  alice.call(callee);
  await world.pass(50);
  world.wire.dropWhen = ({ text }) => text.startsWith('ACK');
  bob.accept();
  await world.pass(33_000);
  expect(bob.ends).toEqual([{ by: 'timeout' }]);
  expect(alice.ends).toEqual([{ by: 'remote' }]);
});

test('the callee holds its BYE back until the ACK is there (RFC 3261 §15)', async () => {
  const { world, bob } = await twoParties().then(async ({ world, alice, bob }) => {
    alice.call(callee);
    await world.pass(50);
    return { world, bob };
  });
  let isBlocked = true;
  world.wire.dropWhen = ({ text }) => isBlocked && text.startsWith('ACK');
  bob.accept().bye();
  await world.pass(1_200);
  expect(world.wire.sent.filter(({ text }) => text.startsWith('BYE'))).toHaveLength(0);
  isBlocked = false;
  await world.pass(3_000);
  expect(world.wire.sent.filter(({ text }) => text.startsWith('BYE'))).toHaveLength(1);
  expect(bob.heard).toEqual(['ended by local']);
});

test('BYEs that cross are both answered with 200', async () => {
  const { world, alice, bob } = await talking();
  alice.dialog.bye();
  bob.dialog.bye();
  await world.pass(100);
  expect([alice.heard.at(-1), bob.heard.at(-1)]).toEqual(['ended by local', 'ended by local']);
  expect(world.wire.sent.filter(({ text }) => /^SIP\/2\.0 200[^]*CSeq: \d+ BYE/.test(text))).toHaveLength(2);
  expect(alice.agent.statistics().dialogs + bob.agent.statistics().dialogs).toBe(0);
});

test.each(['caller', 'callee'])('a re-INVITE of the %s is answered', async (side) => {
  const { world, alice, bob } = await talking();
  const [asks, answers] = side === 'caller' ? [alice, bob] : [bob, alice];
  answers.reinviteAnswer = sdpOf(50_000);
  const outcome = asks.dialog.reinvite(sdpOf(22_000));
  await world.pass(100);
  expect(await outcome).toEqual({ ok: true, sdp: sdpOf(50_000) });
  expect(answers.heard.at(-1)).toBe('reinvite 22000');
  expect(world.wire.sent.at(-1)!.text).toMatch(/^ACK /);
});

test('a re-INVITE the other side refuses leaves the dialog as it was', async () => {
  const { world, alice, bob } = await talking();
  bob.reinviteAnswer = 488;
  const outcome = alice.dialog.reinvite(sdpOf(22_000));
  await world.pass(100);
  expect(await outcome).toEqual({ ok: false, status: 488 });
  expect([alice.ends, bob.ends]).toEqual([[], []]);
});

test('re-INVITEs that collide get 491, and both succeed at the second try', async () => {
  const { world, alice, bob } = await talking();
  const outcomes = Promise.all([alice.dialog.reinvite(sdpOf(22_000)), bob.dialog.reinvite(sdpOf(33_000))]);
  await world.pass(6_000);
  expect((await outcomes).map(({ ok }) => ok)).toEqual([true, true]);
  expect(world.wire.sent.filter(({ text }) => text.startsWith('SIP/2.0 491'))).toHaveLength(2);
});

test('a re-INVITE into a dialog the other side has lost ends it', async () => {
  const { world, alice, bob } = await talking();
  await bob.agent.close();
  const restarted = await world.party(callee);
  const outcome = alice.dialog.reinvite(sdpOf(22_000));
  await world.pass(100);
  expect(await outcome).toEqual({ ok: false, status: 481 });
  expect(alice.ends).toEqual([{ by: 'timeout' }]);
  await world.pass(40_000);
  expect(restarted.agent.statistics()).toMatchObject({ transactions: 0, dialogs: 0 });
});

test('a late offer: the 200 brings it, the ACK answers it', async () => {
  const { world, alice, bob } = await twoParties();
  alice.call(callee, { sdp: '' });
  await world.pass(50);
  expect(bob.invites[0]!.sdp).toBe('');
  bob.accept(sdpOf(30_000));
  await world.pass(50);
  expect(alice.heard).toEqual(['late offer 30000', 'answered 30000']);
  expect(bob.heard).toEqual(['late answer 41000']);
});

test('digits by INFO are heard', async () => {
  const { world, alice, bob } = await talking();
  alice.dialog.info('application/dtmf-relay', 'Signal=#\r\nDuration=240\r\n');
  alice.dialog.info('application/dtmf', '5');
  alice.dialog.info('application/media_control+xml', '<x/>');
  await world.pass(50);
  expect(bob.heard).toEqual(['digit # 240', 'digit 5 160']);
  expect(world.wire.sent.filter(({ text }) => text.startsWith('SIP/2.0 415'))).toHaveLength(1);
});

test('the early dialog knows a BYE: the INVITE gets 487', async () => {
  const { world, bob } = await twoParties();
  const raw = world.wire.rawEnd('192.0.2.50');
  raw.send(rawRequest('INVITE', { cseq: 1 }), callee);
  await world.pass(20);
  const cancelled: string[] = [];
  bob.invites[0]!.onCancelled = () => cancelled.push('cancelled');
  bob.invites[0]!.progress(180);
  await world.pass(20);
  const toTag = /^To: .*;tag=(\w+)/m.exec(raw.received.at(-1)!)![1]!;
  raw.send(rawRequest('BYE', { cseq: 2, toTag }), callee);
  await world.pass(20);
  expect(raw.received.map((text) => text.slice(0, 11))).toEqual([
    'SIP/2.0 180',
    'SIP/2.0 200',
    'SIP/2.0 487',
  ]);
  expect(cancelled).toEqual(['cancelled']);
});

test('in a dialog, a number lower than the last gets 500, another tag 481, and an unknown extension 420', async () => {
  const { world, bob } = await twoParties();
  const raw = world.wire.rawEnd('192.0.2.50');
  raw.send(rawRequest('INVITE', { cseq: 10 }), callee);
  await world.pass(20);
  bob.accept();
  await world.pass(20);
  const toTag = /^To: .*;tag=(\w+)/m.exec(raw.received.at(-1)!)![1]!;
  raw.send(rawRequest('ACK', { cseq: 10, toTag }), callee);
  raw.received.length = 0;
  raw.send(rawRequest('INFO', { cseq: 9, toTag }), callee);
  raw.send(rawRequest('INFO', { cseq: 11, toTag: 'other' }), callee);
  raw.send(rawRequest('INFO', { cseq: 12, toTag, lines: 'Require: foo\r\n' }), callee);
  raw.send(rawRequest('PRACK', { cseq: 13, toTag }), callee);
  raw.send(rawRequest('UPDATE', { cseq: 14, toTag }), callee);
  await world.pass(20);
  expect(raw.received.map((text) => text.slice(8, 11))).toEqual(['500', '481', '420', '481', '200']);
});

test('the same INVITE by a second way gets 482, a repeated one is absorbed', async () => {
  const { world, bob } = await twoParties();
  const raw = world.wire.rawEnd('192.0.2.50');
  raw.send(rawRequest('INVITE', { cseq: 1, branch: 'z9hG4bKone' }), callee);
  raw.send(rawRequest('INVITE', { cseq: 1, branch: 'z9hG4bKone' }), callee);
  raw.send(rawRequest('INVITE', { cseq: 1, branch: 'z9hG4bKtwo' }), callee);
  await world.pass(20);
  expect(bob.invites).toHaveLength(1);
  expect(raw.received.map((text) => text.slice(8, 11))).toEqual(['482']);
});

test('of a call that forks, the first answer is the call, and the second is acknowledged and ended', async () => {
  const { world, alice } = await twoParties();
  const raw = world.wire.rawEnd('192.0.2.50');
  alice.call('192.0.2.50');
  await world.pass(20);
  const invite = raw.received[0]!;
  for (const tag of ['one', 'two', 'one', 'two']) {
    raw.send(rawAnswer(invite, tag), caller);
    await world.pass(20);
  }
  expect(alice.heard).toEqual(['answered 30000']);
  const sent = raw.received
    .slice(1)
    .map((text) => `${text.split(' ')[0]} ${/^To: .*;tag=(\w+)/m.exec(text)![1]}`);
  expect(sent.filter((line) => !line.startsWith('BYE'))).toEqual([
    'ACK one',
    'ACK two',
    'ACK one',
    'ACK two',
  ]);
  expect(new Set(sent.filter((line) => line.startsWith('BYE')))).toEqual(new Set(['BYE two']));
});

test('requests in a dialog follow the route set, loose by Route, strict by Request-URI', async () => {
  const { world, bob } = await twoParties();
  const raw = world.wire.rawEnd('192.0.2.50');
  const lines = 'Record-Route: <sip:192.0.2.50;lr>, <sip:far.example.com;lr>\r\n';
  raw.send(rawRequest('INVITE', { cseq: 1, lines }), callee);
  await world.pass(20);
  bob.accept();
  await world.pass(20);
  expect(raw.received.at(-1)).toContain('Record-Route: <sip:192.0.2.50;lr>, <sip:far.example.com;lr>\r\n');
  const toTag = /^To: .*;tag=(\w+)/m.exec(raw.received.at(-1)!)![1]!;
  raw.send(rawRequest('ACK', { cseq: 1, toTag }), callee);
  await world.pass(20);
  bob.dialog.bye();
  await world.pass(20);
  const bye = raw.received.at(-1)!;
  expect(bye).toMatch(/^BYE sip:carol@192\.0\.2\.51:5070 SIP/);
  expect(bye).toContain('\r\nRoute: <sip:192.0.2.50;lr>\r\nRoute: <sip:far.example.com;lr>\r\n');
});

function rawRequest(
  method: string,
  parts: { cseq: number; toTag?: string; branch?: string; lines?: string },
): string {
  const branch = parts.branch ?? `z9hG4bK${method}${parts.cseq}`;
  const tag = parts.toTag === undefined ? '' : `;tag=${parts.toTag}`;
  return (
    `${method} sip:bob@${callee} SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.50:5060;branch=${branch}\r\nMax-Forwards: 70\r\n` +
    `From: <sip:carol@example.com>;tag=carol\r\nTo: <sip:bob@${callee}>${tag}\r\nCall-ID: raw@example.com\r\n` +
    `CSeq: ${parts.cseq} ${method}\r\nContact: <sip:carol@192.0.2.51:5070>\r\n${parts.lines ?? ''}Content-Length: 0\r\n\r\n`
  );
}

function rawAnswer(invite: string, tag: string): string {
  const line = (name: string): string => new RegExp(`^${name}: .*$`, 'm').exec(invite)![0].trim();
  const body = sdpOf(30_000);
  return (
    `SIP/2.0 200 OK\r\n${line('Via')}\r\n${line('From')}\r\n${line('To')};tag=${tag}\r\n${line('Call-ID')}\r\n` +
    `${line('CSeq')}\r\nContact: <sip:${tag}@192.0.2.50>\r\nContent-Type: application/sdp\r\n` +
    `Content-Length: ${body.length}\r\n\r\n${body}`
  );
}
