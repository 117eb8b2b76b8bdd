import { expect, test } from 'vitest';
import { bodyOf, fieldOf, RawPeer, rawAddress } from '../../../test/raw-peer.ts';
import { createWorld, sdpOf } from '../../../test/sip-party.ts';

const caller = '192.0.2.1';
const callee = '192.0.2.2';
const reliable = (rseq: number): string => `Require: 100rel\r\nRSeq: ${rseq}\r\n`;

/** Alice calls phones that are written by hand. */
async function calling(sdp = sdpOf(20_000)) {
  const world = createWorld();
  const alice = await world.party(caller);
  const phones = new RawPeer(world, caller);
  const call = alice.call(rawAddress, { sdp });
  await world.pass(20);
  return { world, alice, phones, call, invite: phones.received[0]! };
}

/** A caller written by hand calls Bob. */
async function called(lines: string, sdp = sdpOf(20_000)) {
  const world = createWorld();
  const bob = await world.party(callee);
  const carol = new RawPeer(world, callee);
  await carol.send('INVITE', { cseq: 1, lines, sdp });
  const invite = bob.invites[0]!;
  invite.early = bob.listener();
  return { world, bob, carol, invite };
}

const rackOf = (answer: string): string => `RAck: ${fieldOf(answer, 'RSeq')} 1 INVITE\r\n`;

test('the phones of a forked call are told apart, and whoever speaks with a description is heard', async () => {
  const { alice, phones, invite } = await calling();
  await phones.answer(invite, 180, { tag: 'one' });
  await phones.answer(invite, 183, { tag: 'two', sdp: sdpOf(31_000) });
  await phones.answer(invite, 183, { tag: 'one', sdp: sdpOf(32_000) });
  expect(alice.heard).toEqual(['progress 180', 'progress 183 sdp', 'progress 183 sdp']);
  expect(alice.branches).toEqual(['one', 'two', 'one']);
  expect(alice.agent.statistics().dialogs).toBe(2);
});

test('the first answer ends every other branch, and its dialog stands when a later answer was ended', async () => {
  const { world, alice, phones, invite } = await calling();
  await phones.answer(invite, 180, { tag: 'one' });
  await phones.answer(invite, 180, { tag: 'two' });
  await phones.answer(invite, 200, { tag: 'one', sdp: sdpOf(31_000) });
  expect(alice.agent.statistics().dialogs).toBe(1);
  await phones.answer(invite, 200, { tag: 'two', sdp: sdpOf(32_000) });
  await phones.answer(phones.last('BYE'), 200, { tag: 'two' });
  expect(alice.heard.at(-1)).toBe('answered 31000');
  expect(alice.agent.statistics().dialogs).toBe(1);
  alice.dialog.bye();
  await world.pass(20);
  expect(phones.last('BYE')).toContain('tag=one');
});

test('a branch that says 199 is forgotten', async () => {
  const { alice, phones, invite } = await calling();
  await phones.answer(invite, 180, { tag: 'one' });
  await phones.answer(invite, 199, { tag: 'one' });
  expect(alice.heard).toEqual(['progress 180']);
  expect(alice.agent.statistics().dialogs).toBe(0);
});

test('a 200 that brings no description counts with what its own branch said before', async () => {
  const { alice, phones, invite } = await calling();
  await phones.answer(invite, 183, { tag: 'one', sdp: sdpOf(31_000) });
  await phones.answer(invite, 183, { tag: 'two', sdp: sdpOf(32_000) });
  await phones.answer(invite, 200, { tag: 'one' });
  expect(alice.heard.at(-1)).toBe('answered 31000');
});

test('a refusal ends every branch', async () => {
  const { alice, phones, invite } = await calling();
  await phones.answer(invite, 180, { tag: 'one' });
  await phones.answer(invite, 486, { tag: 'two' });
  expect(alice.heard.at(-1)).toBe('failed 486');
  expect(alice.agent.statistics().dialogs).toBe(0);
});

test('a reliable provisional answer is acknowledged once, and one out of order not at all', async () => {
  const { alice, phones, invite } = await calling();
  await phones.answer(invite, 183, { tag: 'one', lines: reliable(17), sdp: sdpOf(31_000) });
  await phones.answer(invite, 183, { tag: 'one', lines: reliable(17), sdp: sdpOf(31_000) });
  await phones.answer(invite, 180, { tag: 'one', lines: reliable(19) });
  expect(alice.heard).toEqual(['progress 183 sdp']);
  const pracks = phones.received.filter((text) => text.startsWith('PRACK '));
  expect(pracks.map((text) => fieldOf(text, 'RAck'))).toEqual(['17 1 INVITE']);
  await phones.answer(pracks[0]!, 200, { tag: 'one' });
  await phones.answer(invite, 180, { tag: 'one', lines: reliable(18) });
  expect(fieldOf(phones.last('PRACK'), 'RAck')).toBe('18 1 INVITE');
  expect(fieldOf(phones.last('PRACK'), 'CSeq')).toBe('3 PRACK');
});

test('an offer that comes in a reliable provisional answer is answered in the PRACK, and not again in the ACK', async () => {
  const { alice, phones, invite } = await calling('');
  await phones.answer(invite, 183, { tag: 'one', lines: reliable(1), sdp: sdpOf(31_000) });
  expect(bodyOf(phones.last('PRACK'))).toBe(sdpOf(41_000));
  await phones.answer(invite, 200, { tag: 'one' });
  expect(bodyOf(phones.last('ACK'))).toBe('');
  expect(alice.heard).toEqual(['late offer 31000', 'progress 183', 'answered 31000']);
});

test('an UPDATE of a ringing phone waits for the answer to our offer, and is answered then', async () => {
  const { world, alice, phones, invite } = await calling();
  const update = async (cseq: number) => {
    const [localTag] = /tag=(\w+)/.exec(fieldOf(invite, 'From'))!.slice(1);
    const message =
      `UPDATE sip:alice@${caller} SIP/2.0\r\nVia: SIP/2.0/UDP ${rawAddress}:5060;branch=z9hG4bKu${cseq}\r\nMax-Forwards: 70\r\n` +
      `From: <sip:bob@${rawAddress}>;tag=one\r\nTo: <sip:alice@${caller}>;tag=${localTag}\r\nCall-ID: ${fieldOf(invite, 'Call-ID')}\r\n` +
      `CSeq: ${cseq} UPDATE\r\nContact: <sip:bob@${rawAddress}>\r\nContent-Type: application/sdp\r\nContent-Length: ${sdpOf(33_000).length}\r\n\r\n${sdpOf(33_000)}`;
    world.wire.rawEnd('192.0.2.51').send(message, caller);
    await world.pass(20);
    return Number(
      world.wire.sent.findLast(({ text }) => text.includes(`CSeq: ${cseq} UPDATE`))!.text.slice(8, 11),
    );
  };
  await phones.answer(invite, 183, { tag: 'one', sdp: sdpOf(31_000) });
  expect(await update(1)).toBe(491);
  await phones.answer(invite, 183, { tag: 'one', lines: reliable(1), sdp: sdpOf(31_000) });
  expect(await update(2)).toBe(200);
  await phones.answer(invite, 200, { tag: 'one' });
  expect(alice.heard.slice(-2)).toEqual(['reinvite 33000', 'answered 33000']);
});

test('sound before the answer arrives for certain at a caller who can tell; mere ringing needs no receipt', async () => {
  const { world, carol, invite } = await called('Supported: 100rel\r\n');
  invite.progress(180);
  invite.progress(183, sdpOf(30_000));
  await world.pass(4_000);
  expect(carol.statuses('INVITE')).toEqual([180, 183, 183, 183, 183]);
  await carol.send('PRACK', { cseq: 2, toTag: carol.calleeTag, lines: rackOf(carol.lastAnswer('INVITE')) });
  expect(carol.statuses('PRACK')).toEqual([200]);
  await world.pass(10_000);
  expect(carol.statuses('INVITE')).toHaveLength(5);
});

test('a caller who requires it gets every provisional answer for certain, one after the other', async () => {
  const { carol, invite, world } = await called('Require: 100rel\r\n');
  invite.progress(180);
  invite.progress(183, sdpOf(30_000));
  await world.pass(20);
  expect(carol.statuses('INVITE')).toEqual([180]);
  const first = carol.lastAnswer('INVITE');
  await carol.send('PRACK', { cseq: 2, toTag: carol.calleeTag, lines: rackOf(first) });
  expect(carol.statuses('INVITE')).toEqual([180, 183]);
  expect(Number(fieldOf(carol.lastAnswer('INVITE'), 'RSeq'))).toBe(Number(fieldOf(first, 'RSeq')) + 1);
});

test('a PRACK that names nothing that waits gets 481', async () => {
  const { world, carol, invite } = await called('Supported: 100rel\r\n');
  invite.progress(183, sdpOf(30_000));
  await world.pass(20);
  await carol.send('PRACK', { cseq: 2, toTag: carol.calleeTag, lines: 'RAck: 5 1 INVITE\r\n' });
  expect(carol.statuses('PRACK')).toEqual([481]);
});

test('the 200 waits for the PRACK, and leaves the description out that was acknowledged', async () => {
  const { bob, carol, invite } = await called('Supported: 100rel\r\n');
  invite.progress(183, sdpOf(30_000));
  bob.accept();
  await carol.send('INFO', { cseq: 2, toTag: 'other' });
  expect(carol.statuses('INVITE')).toEqual([183]);
  await carol.send('PRACK', { cseq: 3, toTag: carol.calleeTag, lines: rackOf(carol.lastAnswer('INVITE')) });
  expect(carol.statuses('INVITE')).toEqual([183, 200]);
  expect(bodyOf(carol.lastAnswer('INVITE'))).toBe('');
  await carol.send('ACK', { cseq: 1, toTag: carol.calleeTag });
  bob.dialog.bye();
  expect(bob.heard).toEqual(['ended by local']);
});

test('without a PRACK the call is given up after 64*T1', async () => {
  const { world, bob, carol, invite } = await called('Supported: 100rel\r\n');
  invite.progress(183, sdpOf(30_000));
  bob.accept();
  await world.pass(33_000);
  expect(carol.statuses('INVITE').at(-1)).toBe(504);
  expect(bob.ends).toEqual([{ by: 'timeout' }]);
  await world.pass(64_000);
  expect(world.clock.timersPending).toBe(0);
});

test('a caller who gives up while the 200 waits is answered with 487, and the dialog is over', async () => {
  const { bob, carol, invite } = await called('Supported: 100rel\r\n');
  invite.progress(183, sdpOf(30_000));
  bob.accept();
  await carol.send('CANCEL', { cseq: 1, branch: 'z9hG4bKINVITE1' });
  expect([carol.statuses('CANCEL'), carol.statuses('INVITE')]).toEqual([[200], [183, 487]]);
  expect(bob.heard).toEqual(['ended by remote']);
});

test('hung up while the 200 waits, the call is refused instead', async () => {
  const { world, bob, carol, invite } = await called('Supported: 100rel\r\n');
  invite.progress(183, sdpOf(30_000));
  bob.accept().bye();
  await world.pass(20);
  expect(carol.statuses('INVITE')).toEqual([183, 480]);
  expect(bob.heard).toEqual(['ended by local']);
  expect(bob.agent.statistics().dialogs).toBe(0);
});

test('where the caller offers nothing, our offer goes before the answer only if it arrives for certain', async () => {
  const unsure = await called('', '');
  expect(unsure.invite.allowsEarlyMedia).toBe(false);
  const { bob, carol, invite } = await called('Supported: 100rel\r\n', '');
  expect(invite.allowsEarlyMedia).toBe(true);
  invite.progress(183, sdpOf(30_000));
  await carol.send('PRACK', { cseq: 2, toTag: 'none', sdp: sdpOf(1) });
  const lines = rackOf(carol.lastAnswer('INVITE'));
  await carol.send('PRACK', { cseq: 3, toTag: carol.calleeTag, lines, sdp: sdpOf(21_000) });
  bob.accept();
  await carol.send('ACK', { cseq: 1, toTag: carol.calleeTag });
  expect(bob.heard).toEqual(['late answer 21000']);
});

test('an UPDATE of the caller: 500 while its offer is unanswered, an answer from then on', async () => {
  const { bob, carol, invite } = await called('Supported: 100rel\r\n');
  invite.progress(183, sdpOf(30_000));
  await carol.send('UPDATE', { cseq: 2, toTag: 'none', sdp: sdpOf(22_000) });
  const toTag = carol.calleeTag;
  await carol.send('UPDATE', { cseq: 3, toTag, sdp: sdpOf(22_000) });
  expect(Number(fieldOf(carol.lastAnswer('UPDATE'), 'Retry-After'))).toBeLessThanOrEqual(10);
  await carol.send('PRACK', { cseq: 4, toTag, lines: rackOf(carol.lastAnswer('INVITE')) });
  await carol.send('UPDATE', { cseq: 5, toTag, sdp: sdpOf(22_000) });
  await carol.send('UPDATE', { cseq: 6, toTag });
  expect(carol.statuses('UPDATE')).toEqual([481, 500, 200, 200]);
  expect(bob.heard).toEqual(['reinvite 22000']);
});

test('two of our own stacks agree before the answer, and the call comes about', async () => {
  const world = createWorld();
  const [alice, bob] = [await world.party(caller), await world.party(callee)];
  alice.call(callee);
  await world.pass(50);
  bob.invites[0]!.progress(183, sdpOf(30_000));
  bob.accept();
  await world.pass(50);
  expect(alice.heard).toEqual(['progress 183 sdp', 'answered 30000']);
  alice.dialog.bye();
  await world.pass(70_000);
  expect([bob.heard, world.clock.timersPending]).toEqual([['ended by remote'], 0]);
});
