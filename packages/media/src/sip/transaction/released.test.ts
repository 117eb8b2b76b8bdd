/** A transaction lingers for seconds after its answer (RFC 3261 §17.1.2.2); nothing of who asked lingers with it. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { createWorld } from '../../../test/sip-party.ts';
import type { SipResponse } from '../message/sip-message.ts';
import { parseMessage } from '../message/parse-message.ts';
import { unpackMessage, writeRequest, writeResponse, type WrittenMessage } from '../message/write-message.ts';
import { ClientTransaction } from './client-transaction.ts';
import { InviteServerTransaction } from './invite-server-transaction.ts';
import { TimerQueue } from './timer-queue.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const udp = { protocol: 'udp', address: '192.0.2.1', port: 5060 } as const;
const invite =
  'INVITE sip:b@192.0.2.2 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\nFrom: <sip:a@a>;tag=1\r\nTo: <sip:b@b>\r\n' +
  'Call-ID: c\r\nCSeq: 1 INVITE\r\n\r\n';

test('an answered request lets go of its listener, though it still absorbs repeats', async () => {
  const timers = new TimerQueue({ nowMs: () => 0, after: () => () => {} });
  const draft = { method: 'BYE', uri: 'sip:b@192.0.2.1', via: '', from: '', to: '', callId: 'c', cseq: 1, maxForwards: 70 }; // prettier-ignore
  let answered = 0;
  const make = () => {
    const listener = { onResponse: () => (answered += 1), onTimeout() {}, onTransportFailure() {} };
    const transaction = new ClientTransaction(
      { timers, send() {}, forget() {} },
      'key',
      draft as never,
      udp,
      listener,
    );
    return { transaction, listener: new WeakRef(listener) };
  };
  const { transaction, listener } = make();
  transaction.start();
  const ok = { status: 200 } as SipResponse;
  transaction.onResponse(ok);
  transaction.onResponse(ok);
  expect(answered).toBe(1);
  expect(transaction.state).toBe('completed');
  // A reference that was just made or read lives to the end of its turn.
  await new Promise((next) => setImmediate(next));
  collect();
  expect(listener.deref()).toBeUndefined();
});

test('a call that is over leaves the ACK of its answer behind and nothing else, and acknowledges an answer that comes again', async () => {
  const world = createWorld();
  const alice = await world.party('192.0.2.1');
  const bob = await world.party('192.0.2.2');
  alice.call(bob.address);
  await world.pass(50);
  bob.accept();
  await world.pass(50);
  bob.dialog.bye();
  await world.pass(6_000);
  bob.invites.length = 0;
  const dialogs = [...alice.dialogs.splice(0), ...bob.dialogs.splice(0)].map((one) => new WeakRef(one));
  expect(dialogs).toHaveLength(2);
  await new Promise((next) => setImmediate(next));
  collect();
  expect(dialogs.filter((one) => one.deref() !== undefined)).toEqual([]);
  const sent = (start: string) => world.wire.sent.filter(({ text }) => text.startsWith(start));
  const [answer] = sent('SIP/2.0 200').filter(({ text }) => text.includes('INVITE'));
  world.wire.carry(
    '192.0.2.2:5060',
    { protocol: 'udp', address: alice.address, port: 5060 },
    Buffer.from(answer!.text),
  );
  await world.pass(50);
  const [first, second] = sent('ACK ');
  expect(second!.text).toBe(first!.text);
});

test('a refusal leaves nothing behind of what asked, whether its ACK comes or not, and is repeated all the same', async () => {
  const sent: string[] = [];
  const timers = new TimerQueue({ nowMs: () => 0, after: () => () => {} });
  const network = {
    timers,
    send: ({ octets }: WrittenMessage) => void sent.push(octets.toString()),
    forget() {},
  };
  const make = () => {
    const read = parseMessage(Buffer.from(invite), { address: '192.0.2.1', port: 5060 });
    if (read.kind !== 'request') throw new Error('not a request');
    const user = { onCancel() {} };
    const transaction = new InviteServerTransaction(network, 'key', read, udp);
    transaction.user = user;
    transaction.respond(503, writeResponse(read, { status: 503, toTag: 't' }));
    return { transaction, left: [new WeakRef(user), new WeakRef(read)] };
  };
  const [waiting, acknowledged] = [make(), make()];
  acknowledged.transaction.onAck();
  await new Promise((next) => setImmediate(next));
  collect();
  for (const { left } of [waiting, acknowledged])
    expect(left.map((one) => one.deref())).toEqual([undefined, undefined]);
  expect([waiting.transaction.state, acknowledged.transaction.state]).toEqual(['completed', 'confirmed']);
  for (const { transaction } of [waiting, acknowledged]) transaction.onRetransmission();
  expect(sent).toHaveLength(3);
  expect(sent[2]).toBe(sent[0]);
});

test('a message that is packed is the same to the octet when it is taken out', () => {
  const written = writeRequest({
    method: 'MESSAGE',
    uri: 'sip:b@192.0.2.1',
    via: 'SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK1',
    from: '"王小明" <sip:a@192.0.2.2>;tag=1',
    to: '<sip:b@192.0.2.1>',
    callId: 'c\u00e9@192.0.2.2',
    cseq: 1,
    maxForwards: 70,
    contentType: 'text/plain',
    body: '您好\r\nCall-ID: another',
  });
  expect(unpackMessage(written.packed)).toEqual(written);
});
