import { expect, test } from 'vitest';
import { bodyOf, fieldOf, RawPeer } from '../../../test/raw-peer.ts';
import { sipReferralSecondsMax } from '../../limits.ts';
import { createWorld, sdpOf } from '../../../test/sip-party.ts';

const callee = '192.0.2.2';
const there = 'Refer-To: <sip:8002@example.com>\r\n';

async function talking() {
  const world = createWorld();
  const bob = await world.party(callee);
  const carol = new RawPeer(world, callee);
  await carol.send('INVITE', { cseq: 1, sdp: sdpOf(20_000) });
  bob.accept();
  await world.pass(20);
  await carol.send('ACK', { cseq: 1, toTag: carol.calleeTag });
  const toTag = carol.calleeTag;
  const notified = () =>
    carol.received
      .filter((text) => text.startsWith('NOTIFY '))
      .map((text) => `${bodyOf(text).slice(8, 11)} ${fieldOf(text, 'Subscription-State').split(';')[0]}`);
  /** Answers the NOTIFY that came last, as the next waits for it. */
  const heard = (status = 200) => carol.answer(carol.last('NOTIFY'), status, { tag: 'carol' });
  return { world, bob, carol, toTag, notified, heard };
}

test('a REFER is followed: told at once that it is under way, then how it goes, then its end', async () => {
  const { world, bob, carol, toTag, notified, heard } = await talking();
  await carol.send('REFER', { cseq: 2, toTag, lines: there });
  expect([bob.heard, carol.statuses('REFER')]).toEqual([['refer sip:8002@example.com'], [202]]);
  expect(notified()).toEqual(['100 active']);
  expect(fieldOf(carol.last('NOTIFY'), 'Content-Type')).toBe('message/sipfrag;version=2.0');
  await heard();
  bob.referrals[0]!.progress(180);
  await world.pass(20);
  bob.referrals[0]!.progress(200);
  bob.referrals[0]!.progress(486);
  await world.pass(20);
  expect(notified()).toEqual(['100 active', '180 active']);
  await heard();
  await heard();
  expect(notified()).toEqual(['100 active', '180 active', '200 terminated']);
});

test.each([
  ['', 400],
  ['Refer-To: <tel:5>\r\n', 400],
  ['Refer-To: <sip:1@a.example>, <sip:2@a.example>\r\n', 400],
  ['Refer-To: <sip:1@a.example?Replaces=nonsense>\r\n', 400],
])('a REFER with "%s" gets %i', async (lines, status) => {
  const { bob, carol, toTag, notified } = await talking();
  await carol.send('REFER', { cseq: 2, toTag, lines });
  expect([carol.statuses('REFER'), bob.heard, notified()]).toEqual([[status], [], []]);
});

test('a REFER the node refuses opens no subscription, and leaves no timer', async () => {
  const { world, bob, carol, toTag, notified } = await talking();
  bob.referAnswer = 603;
  await carol.send('REFER', { cseq: 2, toTag, lines: there });
  expect([carol.statuses('REFER'), notified()]).toEqual([[603], []]);
  await carol.send('BYE', { cseq: 3, toTag });
  await world.pass(40_000);
  expect(world.clock.timersPending).toBe(0);
});

test('who does not want to hear is not told (RFC 4488)', async () => {
  const { bob, carol, toTag, notified } = await talking();
  await carol.send('REFER', { cseq: 2, toTag, lines: `${there}Refer-Sub: false\r\nRequire: norefersub\r\n` });
  bob.referrals[0]!.progress(200);
  expect(fieldOf(carol.lastAnswer('REFER'), 'Refer-Sub')).toBe('false');
  expect(notified()).toEqual([]);
});

test('a second REFER is told apart by its number', async () => {
  const { carol, toTag } = await talking();
  await carol.send('REFER', { cseq: 2, toTag, lines: there });
  expect(fieldOf(carol.last('NOTIFY'), 'Event')).toBe('refer');
  await carol.send('REFER', { cseq: 3, toTag, lines: there });
  expect(fieldOf(carol.last('NOTIFY'), 'Event')).toBe('refer;id=3');
});

test('who refuses a NOTIFY is told no more; and nobody is told for ever', async () => {
  const { world, bob, carol, toTag, notified, heard } = await talking();
  await carol.send('REFER', { cseq: 2, toTag, lines: there });
  await heard(481);
  bob.referrals[0]!.progress(200);
  await world.pass(20);
  expect(notified()).toEqual(['100 active']);
  await carol.send('REFER', { cseq: 3, toTag, lines: there });
  await heard();
  await world.pass(sipReferralSecondsMax * 1_000);
  // RFC 3515 §2.4.4: the subscription is over; that the reference failed would not be true.
  expect(notified().slice(1)).toEqual(['100 active', '100 terminated']);
  expect(fieldOf(carol.last('NOTIFY'), 'Subscription-State')).toBe('terminated;reason=timeout');
  await heard();
  bob.referrals[1]!.progress(200);
  await world.pass(20);
  expect(notified().length).toBe(3);
});

test('who wants to hear for longer says so in time (RFC 3515 §2.4.4), and is told what is left', async () => {
  const { world, bob, carol, toTag, notified, heard } = await talking();
  await carol.send('REFER', { cseq: 2, toTag, lines: there });
  expect(fieldOf(carol.last('NOTIFY'), 'Subscription-State')).toBe(`active;expires=${sipReferralSecondsMax}`);
  await heard();
  await world.pass(100_000);
  bob.referrals[0]!.progress(180);
  await world.pass(20);
  expect(fieldOf(carol.last('NOTIFY'), 'Subscription-State')).toBe(
    `active;expires=${sipReferralSecondsMax - 100}`,
  );
  await heard();
  await carol.send('SUBSCRIBE', { cseq: 3, toTag, lines: 'Event: refer\r\nExpires: 90\r\n' });
  expect(carol.statuses('SUBSCRIBE')).toEqual([200]);
  expect(fieldOf(carol.lastAnswer('SUBSCRIBE'), 'Expires')).toBe('90');
  expect(fieldOf(carol.last('NOTIFY'), 'Subscription-State')).toBe('active;expires=90');
  await heard();
  await world.pass(80_000);
  bob.referrals[0]!.progress(200);
  await world.pass(20);
  await heard();
  expect(notified()).toEqual(['100 active', '180 active', '180 active', '200 terminated']);
});

test.each([
  ['Event: refer\r\nExpires: 0\r\n', 200, 'terminated;reason=timeout'],
  ['Event: refer;id=9\r\n', 481, `active;expires=${sipReferralSecondsMax}`],
  ['Event: presence\r\n', 489, `active;expires=${sipReferralSecondsMax}`],
])('within its dialog, a SUBSCRIBE with "%s" gets %i', async (lines, status, state) => {
  const { world, carol, toTag, heard } = await talking();
  await carol.send('REFER', { cseq: 2, toTag, lines: there });
  await heard();
  await carol.send('SUBSCRIBE', { cseq: 3, toTag, lines });
  await world.pass(20);
  expect(carol.statuses('SUBSCRIBE')).toEqual([status]);
  expect(fieldOf(carol.last('NOTIFY'), 'Subscription-State')).toBe(state);
});

test('an attended transfer names the dialog of ours it means; one of nobody is told as such', async () => {
  const { bob, carol, toTag } = await talking();
  const refer = (callId: string) =>
    `Refer-To: <sip:8002@example.com?Replaces=${callId}%3Bto-tag%3D${toTag}%3Bfrom-tag%3Dcarol>\r\n`;
  await carol.send('REFER', { cseq: 2, toTag, lines: refer('raw%40example.com') });
  await carol.send('REFER', { cseq: 3, toTag, lines: refer('other%40example.com') });
  expect(bob.heard).toEqual([
    'refer sip:8002@example.com for raw@example.com',
    'refer sip:8002@example.com for a dialog of nobody',
  ]);
});

// RFC 3891 §3
test.each([
  ['the dialog that stands', 'raw@example.com', 'carol', '', undefined],
  ['another Call-ID', 'other@example.com', 'carol', '', 481],
  ['another tag', 'raw@example.com', 'dave', '', 481],
  ['it, if it still rings', 'raw@example.com', 'carol', ';early-only', 486],
  ['nothing', '', '', '', 400],
])('an INVITE that is to replace %s', async (_, callId, fromTag, more, status) => {
  const { bob, carol, toTag } = await talking();
  const lines = `Replaces: ${callId === '' ? 'nonsense' : `${callId};to-tag=${toTag};from-tag=${fromTag}${more}`}\r\n`;
  await carol.send('INVITE', { cseq: 7, branch: 'z9hG4bKother', lines, sdp: sdpOf(20_000) });
  expect(carol.statuses('INVITE').filter((one) => one !== 200)).toEqual(status === undefined ? [] : [status]);
  expect(bob.invites[1]?.replaces).toBe(status === undefined ? bob.dialog : undefined);
});

test('a dialog that is over cannot be replaced: 603', async () => {
  const { bob, carol, toTag } = await talking();
  bob.dialog.bye();
  const lines = `Replaces: raw@example.com;to-tag=${toTag};from-tag=carol\r\n`;
  await carol.send('INVITE', { cseq: 7, branch: 'z9hG4bKother', lines, sdp: sdpOf(20_000) });
  expect(carol.statuses('INVITE').at(-1)).toBe(603);
});
