/** A transaction lingers for seconds after its answer (RFC 3261 §17.1.2.2); nothing of who asked lingers with it. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import type { SipResponse } from '../message/sip-message.ts';
import { ClientTransaction } from './client-transaction.ts';
import { TimerQueue } from './timer-queue.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

test('an answered request lets go of its listener, though it still absorbs repeats', async () => {
  const timers = new TimerQueue({ nowMs: () => 0, after: () => () => {} });
  const flow = { protocol: 'udp', address: '192.0.2.1', port: 5060 } as const;
  const draft = { method: 'BYE', uri: 'sip:b@192.0.2.1', via: '', from: '', to: '', callId: 'c', cseq: 1, maxForwards: 70 }; // prettier-ignore
  let answered = 0;
  const make = () => {
    const listener = { onResponse: () => (answered += 1), onTimeout() {}, onTransportFailure() {} };
    const transaction = new ClientTransaction(
      { timers, send() {}, forget() {} },
      'key',
      draft as never,
      flow,
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
