import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { attestedCallsMax, type EventFacts } from '@seatgrid/contracts/journal/journal-event.ts';
import { lineAccount, type LineFacts } from '@seatgrid/contracts/journal/sound-statement.ts';
import { createIdSource, type CallId, type TenantId } from '@seatgrid/core/kernel/ids.ts';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import { VirtualClock } from '@seatgrid/testkit/virtual-clock.ts';
import { openEventJournal } from '../ledger/event-journal.ts';
import { silentLog } from '../node-log.ts';
import { attestEveryMs, linesSettleMs } from './limits.ts';
import { SoundWitness, type UnsignedStatement } from './sound-witness.ts';

function arrange() {
  const clock = new VirtualClock();
  const ids = createIdSource(clock, createSeededRandom(7));
  const journal = openEventJournal({ path: null, ids, clock });
  const statements: UnsignedStatement[] = [];
  const events: EventFacts[] = [];
  journal.onCommitted((some) => events.push(...some.map(({ facts }) => facts)));
  const link = { octets: 5_000 };
  let canSign = true;
  const witness = new SoundWitness({
    journal,
    clock,
    log: silentLog,
    networks: ['192.168.7.0/24'],
    linkOctets: () => link.octets,
    sign(statement) {
      if (!canSign) return Promise.reject(new Error('no key'));
      statements.push(statement);
      return Promise.resolve('signed');
    },
  });
  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= 100) {
      clock.advance(Math.min(100, left));
      await Promise.resolve();
    }
    await new Promise((resolve) => setImmediate(resolve));
  };
  const tenantId = ids.next<'tenant'>() as TenantId;
  return {
    clock, ids, journal, witness, statements, events, link, pass, tenantId,
    setKey: (isThere: boolean) => (canSign = isThere),
    start: (tenant = tenantId) => {
      const callId = ids.next<'call'>() as CallId;
      journal.record(tenant, { kind: 'call.started', callId, direction: 'inbound', fromNumber: '1', toNumber: '2', didId: null, trunkId: null, agentId: null, ruleName: null });
      return callId;
    },
    close: (callId: CallId, leg: string, tenant = tenantId) => {
      const facts: LineFacts = { kind: 'leg.media', callId, leg, agentId: null, codec: 'PCMA', packetsIn: 10, packetsOut: 11, lost: 0, concealed: 0, jitterMs: 0.5, foreign: 0, octetsIn: 1_720, octetsOut: 1_892 };
      journal.record(tenant, facts);
      return createHash('sha256').update(lineAccount(facts)).digest('base64url');
    },
    end: (callId: CallId, tenant = tenantId) =>
      journal.record(tenant, { kind: 'call.ended', callId, reason: { party: 'caller', code: 'hung-up' }, startedAtMs: clock.nowMs(), answeredAtMs: null, talkMs: 0, waitMs: 0, billableSeconds: 0, language: 'en', collected: {} }),
  };
} // prettier-ignore

test('B-07: a call is signed for once it has ended and its lines are closed, with what the link carried meanwhile', async () => {
  const { start, close, end, pass, statements, events, link, clock, tenantId } = arrange();
  const fromMs = clock.nowMs();
  const callId = start();
  await pass(3_000);
  const caller = close(callId, 'caller');
  link.octets += 700;
  end(callId);
  await pass(1_000);
  const agent = close(callId, 'agent-1');
  link.octets += 200;
  await pass(1_000);
  expect(statements).toEqual([]);
  await pass(attestEveryMs + linesSettleMs);
  expect(statements).toMatchObject([
    { form: 1, tenantId, networks: ['192.168.7.0/24'], calls: [{ callId, fromMs, lines: [caller, agent], linkOctets: 900 }] },
  ]);
  expect(events.at(-1)).toEqual({ kind: 'sound.attested', callIds: [callId], jws: 'signed' });
  await pass(10 * attestEveryMs);
  expect(statements).toHaveLength(1);
}); // prettier-ignore

test('many calls share a signature, and no two tenants do', async () => {
  const { start, close, end, pass, statements, ids, tenantId } = arrange();
  const other = ids.next<'tenant'>() as TenantId;
  for (let call = 0; call <= attestedCallsMax; call++) {
    const callId = start();
    close(callId, 'caller');
    end(callId);
  }
  const theirs = start(other);
  end(theirs, other);
  await pass(attestEveryMs + linesSettleMs);
  expect(statements.map((one) => [one.tenantId, one.calls.length])).toEqual([
    [tenantId, attestedCallsMax],
    [tenantId, 1],
    [other, 1],
  ]);
  expect(statements[2]!.calls[0]).toMatchObject({ callId: theirs, lines: [] });
});

test('while there is no key, calls wait for one; none is lost, none is signed for twice', async () => {
  const { start, close, end, pass, statements, setKey } = arrange();
  setKey(false);
  const callId = start();
  const caller = close(callId, 'caller');
  end(callId);
  await pass(3 * attestEveryMs);
  const late = close(callId, 'agent-1');
  setKey(true);
  await pass(2 * attestEveryMs + linesSettleMs);
  const calls = statements.flatMap((one) => one.calls);
  expect(calls.flatMap((one) => one.lines)).toEqual([caller, late]);
  expect(new Set(calls.map((one) => one.callId))).toEqual(new Set([callId]));
});

test('what has ended when the node closes is signed for before it goes', async () => {
  const { start, close, end, journal, witness, statements } = arrange();
  const callId = start();
  close(callId, 'caller');
  end(callId);
  start();
  await journal.flush();
  await witness.close();
  expect(statements.flatMap((one) => one.calls)).toMatchObject([{ callId, lines: [expect.any(String)] }]);
});
