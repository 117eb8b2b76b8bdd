import { expect, test } from 'vitest';
import { bodyOf, fieldOf, RawPeer, rawAddress } from '../../../test/raw-peer.ts';
import { createWorld, sdpOf } from '../../../test/sip-party.ts';

const caller = '192.0.2.1';

/** Alice has called a peer written by hand, or was called by it. */
async function talkingTo(role: 'caller' | 'callee') {
  const world = createWorld();
  const alice = await world.party(caller);
  const peer = new RawPeer(world, caller);
  if (role === 'caller') {
    alice.call(rawAddress);
    await world.pass(20);
    await peer.answer(peer.last('INVITE'), 200, { tag: 'peer', sdp: sdpOf(30_000) });
  } else {
    await peer.send('INVITE', { cseq: 1, sdp: sdpOf(20_000) });
    alice.accept();
    await world.pass(20);
    await peer.send('ACK', { cseq: 1, toTag: peer.calleeTag });
  }
  return { world, alice, peer };
}

/** Each attempt counts once, however often it was repeated. */
const attemptsTo = (peer: RawPeer) =>
  new Set(peer.received.filter((text) => text.startsWith('INVITE ')).map((text) => fieldOf(text, 'CSeq')));

// RFC 3261 §14.1: the owner of the Call-ID waits 2.1 to 4 s, the other 0 to 2 s.
test.each([
  ['caller', 2_100, 4_000],
  ['callee', 0, 2_000],
] as const)(
  'after a collision the %s tries again within %i to %i ms, and once',
  async (role, minMs, maxMs) => {
    const { world, alice, peer } = await talkingTo(role);
    const outcome = alice.dialog.reinvite(sdpOf(22_000));
    await world.pass(20);
    const before = attemptsTo(peer).size;
    await peer.answer(peer.last('INVITE'), 491, { tag: 'peer' });
    await world.pass(Math.max(0, minMs - 30));
    if (minMs > 0) expect(attemptsTo(peer).size).toBe(before);
    await world.pass(maxMs - minMs + 50);
    expect(attemptsTo(peer).size).toBe(before + 1);
    await peer.answer(peer.last('INVITE'), 491, { tag: 'peer' });
    expect(await outcome).toEqual({ ok: false, status: 491 });
  },
);

test('a peer that is busy with an offer says when to come again, and we do', async () => {
  const { world, alice, peer } = await talkingTo('caller');
  const outcome = alice.dialog.reinvite(sdpOf(22_000));
  await world.pass(20);
  await peer.answer(peer.last('INVITE'), 500, { tag: 'peer', lines: 'Retry-After: 3\r\n' });
  await world.pass(2_900);
  const { size } = attemptsTo(peer);
  await world.pass(200);
  expect(attemptsTo(peer).size).toBe(size + 1);
  await peer.answer(peer.last('INVITE'), 200, { tag: 'peer', sdp: sdpOf(33_000) });
  expect(await outcome).toEqual({ ok: true, sdp: sdpOf(33_000) });
});

test('a re-INVITE we refuse leaves the session and the target as they were', async () => {
  const { world, alice, peer } = await talkingTo('callee');
  alice.reinviteAnswer = 488;
  const elsewhere = 'Contact: <sip:carol@192.0.2.77>\r\n';
  const toTag = peer.calleeTag;
  await peer.send('INVITE', { cseq: 2, toTag, contact: elsewhere, sdp: sdpOf(22_000) });
  expect(peer.statuses('INVITE').at(-1)).toBe(488);
  alice.dialog.bye();
  await world.pass(20);
  expect(peer.last('BYE')).toMatch(new RegExp(`^BYE sip:carol@${rawAddress} `));
});

test('one we accept moves the target', async () => {
  const { world, alice, peer } = await talkingTo('callee');
  const moved = world.wire.rawEnd('192.0.2.77');
  const contact = 'Contact: <sip:carol@192.0.2.77>\r\n';
  const toTag = peer.calleeTag;
  await peer.send('INVITE', { cseq: 2, toTag, contact, sdp: sdpOf(22_000) });
  await peer.send('ACK', { cseq: 2, toTag });
  alice.dialog.bye();
  await world.pass(20);
  expect(moved.received.at(-1)).toMatch(/^BYE sip:carol@192\.0\.2\.77 /);
});

test('a re-INVITE without an offer gets ours, and nothing else is offered until its answer is here', async () => {
  const { alice, peer } = await talkingTo('callee');
  const toTag = peer.calleeTag;
  await peer.send('INVITE', { cseq: 2, toTag });
  expect(bodyOf(peer.lastAnswer('INVITE'))).toBe(sdpOf(40_000));
  await peer.send('INVITE', { cseq: 3, toTag, sdp: sdpOf(22_000) });
  await peer.send('UPDATE', { cseq: 4, toTag, sdp: sdpOf(22_000) });
  expect([peer.statuses('INVITE').at(-1), peer.statuses('UPDATE')]).toEqual([491, [491]]);
  await peer.send('ACK', { cseq: 3, branch: 'z9hG4bKINVITE3', toTag });
  await peer.send('ACK', { cseq: 2, toTag, sdp: sdpOf(23_000) });
  await peer.send('UPDATE', { cseq: 5, toTag, sdp: sdpOf(24_000) });
  expect(alice.heard).toEqual(['reinvite without sdp', 'late answer 23000', 'reinvite 24000']);
});

test('an UPDATE with an offer collides with a re-INVITE of ours; one without does not', async () => {
  const { world, alice, peer } = await talkingTo('callee');
  const toTag = peer.calleeTag;
  void alice.dialog.reinvite(sdpOf(22_000));
  await world.pass(20);
  await peer.send('UPDATE', { cseq: 2, toTag, sdp: sdpOf(24_000) });
  await peer.send('UPDATE', { cseq: 3, toTag });
  expect(peer.statuses('UPDATE')).toEqual([491, 200]);
});

test('a BYE that crosses our re-INVITE ends the call; the 200 that follows is acknowledged all the same', async () => {
  const { world, alice, peer } = await talkingTo('callee');
  const outcome = alice.dialog.reinvite(sdpOf(22_000));
  await world.pass(20);
  await peer.send('BYE', { cseq: 2, toTag: peer.calleeTag });
  expect(await outcome).toEqual({ ok: false, status: 481 });
  await peer.answer(peer.last('INVITE'), 200, { tag: 'peer', sdp: sdpOf(33_000) });
  expect(fieldOf(peer.last('ACK'), 'CSeq')).toBe('1 ACK');
  await world.pass(70_000);
  expect([alice.ends, world.clock.timersPending]).toEqual([[{ by: 'remote' }], 0]);
});
