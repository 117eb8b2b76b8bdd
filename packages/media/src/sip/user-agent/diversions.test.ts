import { expect, test } from 'vitest';
import { fieldOf, RawPeer, rawAddress } from '../../../test/raw-peer.ts';
import { createWorld, sdpOf } from '../../../test/sip-party.ts';

const callee = '192.0.2.2';

async function calledWith(lines: string) {
  const world = createWorld();
  const bob = await world.party(callee);
  const carol = new RawPeer(world, callee);
  await carol.send('INVITE', { cseq: 1, lines, sdp: sdpOf(20_000) });
  return { world, bob, carol, invite: bob.invites[0]! };
}

test.each([
  ['nothing', '', []],
  [
    'a history of one diversion',
    'History-Info: <sip:100@a.example>;index=1, <sip:200@a.example;cause=486>;index=1.1;mp=1\r\n',
    ['100 486'],
  ],
  [
    'a history of two, one entry a line',
    'History-Info: <sip:100@a.example>;index=1\r\nHistory-Info: <sip:200@a.example;cause=302>;index=1.1\r\n' +
      'History-Info: <sip:300@a.example;cause=408>;index=1.1.1\r\n',
    ['100 302', '200 408'],
  ],
  ['a history without a diversion', 'History-Info: <sip:100@a.example>;index=1\r\n', []],
  [
    'the older field, the latest first',
    'Diversion: <sip:200@a.example>;reason=no-answer, <tel:+49100>;reason=unconditional\r\n',
    ['+49100 302', '200 408'],
  ],
  ['a reason nobody knows', 'Diversion: <sip:200@a.example>;reason="whim"\r\n', ['200 302']],
  ['nonsense', 'History-Info: <<>>\r\nDiversion: <<>>\r\n', []],
])('of %s, the stops of a call are read', async (_, lines, stops) => {
  const { invite } = await calledWith(lines);
  expect(invite.diversions.map(({ from, cause }) => `${from.user} ${cause}`)).toEqual(stops);
});

test('a call that is sent on says where it was, in the new way and in the old', async () => {
  const world = createWorld();
  const alice = await world.party('192.0.2.1');
  const peer = new RawPeer(world, '192.0.2.1');
  const stop = (user: string) => ({ user, host: 'a.example', displayName: '' });
  alice.call(rawAddress, { diversions: [{ from: stop('100'), cause: 408 }, { from: stop('200'), cause: 302 }] });
  await world.pass(20);
  const invite = peer.last('INVITE');
  expect(fieldOf(invite, 'History-Info')).toBe(
    '<sip:100@a.example>;index=1, <sip:200@a.example;cause=408>;index=1.1;mp=1, ' +
      `<sip:bob@${rawAddress}:5060;cause=302>;index=1.1.1;mp=1.1`,
  );
  expect(/(?:^Diversion: .*\r\n)+/m.exec(invite)![0]).toBe(
    'Diversion: <sip:200@a.example>;reason=unconditional\r\nDiversion: <sip:100@a.example>;reason=no-answer\r\n',
  );
}); // prettier-ignore

test.each([
  ['', false],
  ['Privacy: none\r\n', false],
  ['Privacy: header;session\r\n', false],
  ['Privacy: id\r\n', true],
  ['Privacy: user; critical\r\n', true],
  ['Privacy: HEADER;ID\r\n', true],
])('a caller with "%s" is not to be named: %s', async (lines, isWithheld) => {
  const { invite } = await calledWith(lines);
  expect(invite.isIdentityWithheld).toBe(isWithheld);
});

test.each([
  ['Reason: Q.850;cause=17;text="User busy"\r\n', { cause: 17, text: 'User busy' }],
  ['Reason: SIP ;cause=200 ;text="Call completed elsewhere"\r\n', { cause: 200, text: 'Call completed elsewhere' }],
  ['Reason: SIP;cause=486, Q.850;cause=17\r\n', { cause: 17, text: '' }],
  ['Reason: SIP;cause=soon\r\n', undefined],
  ['Reason: ;;\r\n', undefined],
  ['', undefined],
])('a caller who gives up with "%s" has said why', async (lines, reason) => {
  const { invite, carol } = await calledWith('');
  const heard: unknown[] = [];
  invite.onCancelled = (why) => heard.push(why);
  await carol.send('CANCEL', { cseq: 1, branch: 'z9hG4bKINVITE1', lines });
  expect(heard).toEqual([reason]);
}); // prettier-ignore

test('why we give up, and what the network behind a refusal said, go both ways', async () => {
  const world = createWorld();
  const [alice, bob] = [await world.party('192.0.2.1'), await world.party(callee)];
  const call = alice.call(callee);
  await world.pass(50);
  bob.invites[0]!.progress(180);
  await world.pass(50);
  let why: unknown;
  bob.invites[0]!.onCancelled = (reason) => (why = reason);
  call.cancel({ cause: 200, text: 'Call completed elsewhere' });
  await world.pass(50);
  expect(why).toEqual({ cause: 200, text: 'Call completed elsewhere' });
  alice.call(callee);
  await world.pass(50);
  bob.invites[1]!.reject(480, { cause: { cause: 18, text: 'No user responding' } });
  await world.pass(50);
  expect(alice.failures.at(-1)).toMatchObject({ status: 480, cause: { cause: 18, text: 'No user responding' } });
}); // prettier-ignore
