import { expect, test } from 'vitest';
import { fieldOf, RawPeer, rawAddress } from '../../../test/raw-peer.ts';
import { createWorld, sdpOf } from '../../../test/sip-party.ts';

const caller = '192.0.2.1';
const callee = '192.0.2.2';
const minutes = (count: number): number => count * 60_000;

async function talking() {
  const world = createWorld();
  const [alice, bob] = [await world.party(caller), await world.party(callee)];
  alice.call(callee);
  await world.pass(50);
  bob.accept();
  await world.pass(50);
  return { world, alice, bob };
}

/** Alice has called a peer written by hand, which answered with these lines. */
async function answeredWith(lines: string) {
  const world = createWorld();
  const alice = await world.party(caller);
  const peer = new RawPeer(world, caller);
  alice.call(rawAddress);
  await world.pass(20);
  await peer.answer(peer.last('INVITE'), 200, { tag: 'peer', sdp: sdpOf(30_000), lines });
  return { world, alice, peer };
}

/** A caller written by hand, accepted by Bob. */
async function calledWith(lines: string) {
  const world = createWorld();
  const bob = await world.party(callee);
  const carol = new RawPeer(world, callee);
  await carol.send('INVITE', { cseq: 1, lines, sdp: sdpOf(20_000) });
  if (bob.invites.length > 0) {
    bob.accept();
    await world.pass(20);
    await carol.send('ACK', { cseq: 1, toTag: carol.calleeTag });
  }
  return { world, bob, carol };
}

test('between two of our own, the caller gives a sign of life each quarter of an hour, by UPDATE', async () => {
  const { world, alice, bob } = await talking();
  await world.pass(minutes(61));
  const updates = world.wire.sent.filter(({ text }) => text.startsWith('UPDATE'));
  expect(updates.map(({ from }) => from)).toEqual(Array.from({ length: 4 }, () => `${caller}:5060`));
  expect([alice.ends, bob.ends]).toEqual([[], []]);
  bob.dialog.bye();
  await world.pass(minutes(2));
  expect(world.clock.timersPending).toBe(0);
});

test('when the line dies, both sides end the call, and say what it was', async () => {
  const { world, alice, bob } = await talking();
  world.wire.isCut = true;
  await world.pass(minutes(31));
  expect(alice.ends).toEqual([{ by: 'timeout' }]);
  expect(bob.ends).toEqual([{ by: 'timeout', reason: { cause: 102, text: 'Session expired' } }]);
  expect(world.clock.timersPending).toBe(0);
});

test('a peer that refreshes is watched, and given up half a minute before the session expires', async () => {
  const { world, alice, peer } = await answeredWith('Session-Expires: 600;refresher=uas\r\n');
  await world.pass(567_000);
  expect(alice.ends).toEqual([]);
  await world.pass(2_000);
  expect(alice.ends).toEqual([{ by: 'timeout', reason: { cause: 102, text: 'Session expired' } }]);
  expect(fieldOf(peer.last('BYE'), 'Reason')).toBe('Q.850;cause=102;text="Session expired"');
});

test('a caller who refreshes by UPDATE or re-INVITE keeps the call, on the terms it asks for', async () => {
  const timer = 'Supported: timer\r\nSession-Expires: 90\r\n';
  const { world, bob, carol } = await calledWith(timer);
  expect(fieldOf(carol.lastAnswer('INVITE'), 'Session-Expires')).toBe('90;refresher=uac');
  const toTag = carol.calleeTag;
  await world.pass(45_000);
  await carol.send('UPDATE', { cseq: 2, toTag, lines: `${timer.trimEnd()};refresher=uac\r\n` });
  expect(fieldOf(carol.lastAnswer('UPDATE'), 'Session-Expires')).toBe('90;refresher=uac');
  await world.pass(45_000);
  await carol.send('INVITE', { cseq: 3, toTag, lines: timer, sdp: sdpOf(20_000) });
  await carol.send('ACK', { cseq: 3, toTag });
  await world.pass(59_000);
  expect(bob.ends).toEqual([]);
  await world.pass(2_000);
  expect(bob.ends).toMatchObject([{ by: 'timeout' }]);
});

test('an interval too short for us gets 422 and our least; within the call as well', async () => {
  const tooShort = 'Supported: timer\r\nSession-Expires: 60\r\n';
  const { bob, carol } = await calledWith(tooShort);
  expect([carol.statuses('INVITE'), bob.invites.length]).toEqual([[422], 0]);
  expect(fieldOf(carol.lastAnswer('INVITE'), 'Min-SE')).toBe('90');
  const later = await calledWith('Supported: timer\r\n');
  const toTag = later.carol.calleeTag;
  await later.carol.send('UPDATE', { cseq: 2, toTag, lines: tooShort });
  expect(later.carol.statuses('UPDATE')).toEqual([422]);
});

test('a 422 to our INVITE is met: the same call asks again for as long as it must', async () => {
  const world = createWorld();
  const alice = await world.party(caller);
  const peer = new RawPeer(world, caller);
  alice.call(rawAddress);
  await world.pass(20);
  const first = peer.last('INVITE');
  await peer.answer(first, 422, { tag: 'peer', lines: 'Min-SE: 3600\r\n' });
  const second = peer.last('INVITE');
  expect(['Call-ID', 'From'].map((name) => fieldOf(second, name))).toEqual(
    ['Call-ID', 'From'].map((name) => fieldOf(first, name)),
  );
  expect(['CSeq', 'Session-Expires', 'Min-SE'].map((name) => fieldOf(second, name))).toEqual([
    '2 INVITE',
    '3600',
    '3600',
  ]);
  await peer.answer(second, 422, { tag: 'peer', lines: 'Min-SE: 3600\r\n' });
  expect(alice.heard).toEqual(['failed 422']);
});

test('a peer that knows neither timers nor UPDATE is asked by a re-INVITE, whose answer is heard', async () => {
  const { world, alice, peer } = await answeredWith('Allow: INVITE, ACK, BYE\r\n');
  alice.reinviteAnswer = sdpOf(20_000);
  await world.pass(minutes(15) + 1_000);
  expect(fieldOf(peer.last('INVITE'), 'Session-Expires')).toBe('1800;refresher=uac');
  await peer.answer(peer.last('INVITE'), 200, { tag: 'peer', sdp: sdpOf(31_000) });
  expect(alice.heard.slice(-2)).toEqual(['reinvite without sdp', 'late answer 31000']);
  await world.pass(minutes(15));
  await peer.answer(peer.last('INVITE'), 481, { tag: 'peer' });
  expect(alice.ends).toEqual([{ by: 'timeout' }]);
});

test('a refresh that is refused for the moment is tried again, and an UPDATE nobody knows gives way to a re-INVITE', async () => {
  const { world, alice, peer } = await answeredWith('Allow: INVITE, UPDATE\r\n');
  await world.pass(minutes(15));
  await peer.answer(peer.last('UPDATE'), 500, { tag: 'peer' });
  await world.pass(10_000);
  expect(peer.received.filter((text) => text.startsWith('UPDATE'))).toHaveLength(2);
  await peer.answer(peer.last('UPDATE'), 501, { tag: 'peer' });
  await world.pass(10_000);
  await peer.answer(peer.last('INVITE'), 200, { tag: 'peer', sdp: sdpOf(30_000) });
  await world.pass(minutes(10));
  expect(alice.ends).toEqual([]);
});
