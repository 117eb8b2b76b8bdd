import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  journalEventSchema,
  type EventFacts,
  type JournalEvent,
} from '@seatgrid/contracts/journal/journal-event.ts';
import { createIdSource, type CallId, type TenantId } from '@seatgrid/core/kernel/ids.ts';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import { VirtualClock } from '@seatgrid/testkit/virtual-clock.ts';
import type { NodeLog } from '../node-log.ts';
import { realClock } from '../runtime/real-clock.ts';
import { openEventJournal } from './event-journal.ts';
import { commitAtOnceEvents, commitRetryMs, commitWindowMs } from './limits.ts';

let folder: string;
let path: string;
const said: string[] = [];
const log: NodeLog = {
  info: (_, message) => said.push(message),
  warn: (_, message) => said.push(message),
  error: (_, message) => said.push(message),
};
const random = createSeededRandom(7);
const tenantId = createIdSource(realClock, random).next() as TenantId;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'seatgrid-journal-'));
  path = join(folder, 'journal.sqlite');
  said.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function open(options: { clock?: VirtualClock; octetsMax?: number; inMemory?: true } = {}) {
  const clock = options.clock ?? realClock;
  const ids = createIdSource(clock, random);
  const { octetsMax } = options;
  const journal = openEventJournal({
    path: options.inMemory ? null : path,
    ids,
    clock,
    log,
    ...(octetsMax === undefined ? {} : { octetsMax }),
  });
  return { journal, call: () => ids.next<'call'>() as CallId };
}

const started = (callId: CallId): EventFacts => ({
  kind: 'call.started',
  callId,
  direction: 'inbound',
  fromNumber: '13800138000',
  toNumber: '+8640080010001',
  didId: null,
  trunkId: null,
  agentId: null,
  ruleName: '上班时间',
});
const ended = (callId: CallId): EventFacts => ({
  kind: 'call.ended',
  callId,
  reason: { party: 'caller', code: 'hung-up' },
  startedAtMs: 1,
  answeredAtMs: 2,
  talkMs: 3,
  waitMs: 4,
  billableSeconds: 5,
  language: 'zh-Hans',
  collected: { card: '"6222"' },
});

function stored(): number[] {
  const database = new DatabaseSync(path, { readOnly: true });
  const rows = database.prepare('select sequence from event order by 1').all();
  database.close();
  return rows.map((row) => Number(row['sequence']));
}

/** Waits in real time for what another thread does. */
async function until(what: string, isSo: () => boolean): Promise<void> {
  for (const deadlineMs = Date.now() + 10_000; !isSo(); await new Promise((resolve) => setImmediate(resolve)))
    if (Date.now() > deadlineMs) throw new Error(`never: ${what}`);
}

test('events are numbered without gaps, across restarts, and read back as they were recorded', async () => {
  const first = open();
  const callId = first.call();
  first.journal.record(tenantId, started(callId), 1_000);
  first.journal.record(null, { kind: 'node.started', openCallsClosed: 0, generation: 1 }, 2_000);
  await first.journal.close();

  const { journal } = open();
  expect(journal.committed).toBe(2);
  journal.record(tenantId, ended(callId), 3_000);
  await journal.flush();
  const events = journal.readAfter(0, 10).map(({ json }) => journalEventSchema.parse(JSON.parse(json)));
  expect(events.map(({ sequence, atMs, tenantId }) => [sequence, atMs, tenantId])).toEqual([
    [1, 1_000, tenantId],
    [2, 2_000, null],
    [3, 3_000, tenantId],
  ]);
  expect(new Set(events.map(({ id }) => id)).size).toBe(3);
  expect(journal.timeline(callId).map(({ facts }) => facts)).toEqual([started(callId), ended(callId)]);
  expect(journal.readAfter(2, 10)).toEqual([{ sequence: 3, json: JSON.stringify(events[2]) }]);
  expect(journal.readAfter(0, 2).map(({ sequence }) => sequence)).toEqual([1, 2]);
  await journal.close();
});

test('a group waits for the window or for its size, whichever comes first, and is told only when it is durable', async () => {
  const clock = new VirtualClock();
  const { journal, call } = open({ clock });
  const told: number[][] = [];
  journal.onCommitted((events) => {
    told.push(events.map(({ sequence }) => sequence));
    expect(stored()).toEqual(expect.arrayContaining(events.map(({ sequence }) => sequence)));
  });
  journal.record(tenantId, started(call()));
  journal.record(tenantId, started(call()));
  clock.advance(commitWindowMs - 1);
  journal.record(tenantId, started(call()));
  clock.advance(1);
  await until('the window commits', () => told.length === 1);
  for (let count = 0; count < commitAtOnceEvents; count++) journal.record(tenantId, started(call()));
  await until('the size commits', () => told.length === 2);
  expect(told.map((group) => group.length)).toEqual([3, commitAtOnceEvents]);
  expect(told.flat()).toEqual(stored());
  await journal.close();
});

describe.each([
  ['on disk', {}],
  ['in memory', { inMemory: true }],
] as const)('%s', (_, where) => {
  test('open calls are those that started and did not end', async () => {
    const { journal, call } = open(where);
    const [over, open1, answered] = [call(), call(), call()];
    journal.record(tenantId, started(over), 10);
    journal.record(tenantId, started(open1), 20);
    journal.record(tenantId, ended(over), 30);
    journal.record(tenantId, started(answered), 40);
    journal.record(tenantId, { kind: 'call.answered', callId: answered }, 50);
    journal.record(
      tenantId,
      { kind: 'call.refused', callId: call(), reason: 'suspended', fromNumber: '1', toNumber: '2' },
      60,
    );
    await journal.flush();
    expect(journal.openCalls()).toEqual([
      { callId: open1, tenantId, startedAtMs: 20, answeredAtMs: null, lastEventAtMs: 20 },
      { callId: answered, tenantId, startedAtMs: 40, answeredAtMs: 50, lastEventAtMs: 50 },
    ]);
    await journal.close();
  });

  test('a node whose disk is new numbers its events above what the centre has', async () => {
    const { journal, call } = open(where);
    const callId = call();
    journal.record(tenantId, started(callId));
    await journal.flush();
    journal.record(tenantId, { kind: 'call.answered', callId });
    journal.continueAbove(100);
    journal.record(tenantId, ended(callId));
    await journal.flush();
    expect([journal.committed, journal.acknowledged, journal.pending()]).toEqual([103, 100, 3]);
    expect(journal.readAfter(100, 10).map(({ json }) => (JSON.parse(json) as JournalEvent).sequence)).toEqual(
      [101, 102, 103],
    );
    expect(journal.timeline(callId).map(({ sequence }) => sequence)).toEqual([101, 102, 103]);
    await journal.close();
  });
});

test('the cursor outlives the process, and numbers pruned away are not given out again', async () => {
  const clock = new VirtualClock();
  const first = open({ clock });
  for (let count = 0; count < 5; count++) first.journal.record(tenantId, started(first.call()));
  await first.journal.flush();
  first.journal.acknowledge(4);
  await first.journal.close();
  expect(stored()).toEqual([1, 2, 3, 4, 5]);

  // Seven days on, the acknowledged ones go; the other stays whatever its age.
  const later = new VirtualClock(clock.nowMs() + 8 * 24 * 3_600_000);
  const second = open({ clock: later });
  expect(second.journal.acknowledged).toBe(4);
  later.advance(3_600_000);
  await until('the old ones are pruned', () => stored().length === 1);
  expect(stored()).toEqual([5]);
  second.journal.acknowledge(5);
  later.advance(3_600_000);
  await until('all are pruned', () => stored().length === 0);
  await second.journal.close();

  const third = open({ clock: later });
  third.journal.record(tenantId, started(third.call()));
  await third.journal.flush();
  expect(third.journal.committed).toBe(6);
  await third.journal.close();
});

test('a full disk is told once, calls go on in memory, and all is written, in order, when there is room', async () => {
  const clock = new VirtualClock();
  const { journal, call } = open({ clock, octetsMax: 200_000 });
  let recorded = 0;
  while (journal.trouble() === null) {
    for (let count = 0; count < 20; count++, recorded++) journal.record(tenantId, started(call()));
    clock.advance(commitWindowMs);
    const before = recorded;
    await until('it is durable or told', () => journal.committed === before || journal.trouble() !== null);
  }
  expect(journal.trouble()).toContain('disk-full');
  const durable = journal.committed;
  expect(durable).toBeGreaterThan(100);
  for (let count = 0; count < 20; count++, recorded++) journal.record(tenantId, started(call()));
  clock.advance(commitRetryMs);
  expect(journal.committed).toBe(durable);

  // The centre takes what it was told of; that makes the room.
  journal.acknowledge(durable);
  await until('it is written again', () => {
    clock.advance(commitRetryMs);
    return journal.trouble() === null;
  });
  await journal.flush();
  expect(journal.committed).toBe(recorded);
  const rest = stored();
  expect(rest).toEqual(Array.from({ length: rest.length }, (_, index) => recorded - rest.length + 1 + index));
  expect(said.filter((message) => message.includes('cannot be written'))).toHaveLength(1);
  expect(said.at(-1)).toContain('written to disk again');
  await journal.close();
});

test('facts that break the contract are refused with the place, and leave no gap', async () => {
  const { journal, call } = open();
  expect(() =>
    journal.record(tenantId, { ...started(call()), fromNumber: '1'.repeat(81) } as EventFacts),
  ).toThrow(/call\.started\.fromNumber/);
  journal.record(tenantId, started(call()));
  await journal.flush();
  expect(stored()).toEqual([1]);
  await journal.close();
});

test('kill -9 at any moment: everything told as durable is there once, and there is no gap', async () => {
  let before = 0;
  for (const { perTurn, killAfter } of [
    { perTurn: 1, killAfter: 3 },
    { perTurn: 40, killAfter: 12 },
    { perTurn: 200, killAfter: 9 },
  ]) {
    const told = await journalUntilKilled(perTurn, killAfter);
    expect(told.opened).toBe(before);
    const { journal } = open();
    const all: JournalEvent[] = [];
    for (
      let events = journal.readAfter(0, 5_000);
      events.length > 0;
      events = journal.readAfter(all.length, 5_000)
    )
      all.push(...events.map(({ json }) => JSON.parse(json) as JournalEvent));
    expect(all.map(({ sequence }) => sequence)).toEqual(all.map((_, index) => index + 1));
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(all.length).toBeGreaterThanOrEqual(told.durable.sequence);
    expect(all[told.durable.sequence - 1]?.id).toBe(told.durable.id);
    before = all.length;
    await journal.close();
  }
});

async function journalUntilKilled(perTurn: number, killAfter: number) {
  const script = new URL('./journalling-child.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [script, path, String(perTurn)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  const told = { opened: -1, durable: { sequence: 0, id: '' } };
  let commits = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    const [word, sequence, id] = line.split(' ');
    if (word === 'opened') told.opened = Number(sequence);
    if (word !== 'durable') continue;
    told.durable = { sequence: Number(sequence), id: id ?? '' };
    if (++commits === killAfter) child.kill('SIGKILL');
  }
  expect(await gone).toEqual([null, 'SIGKILL']);
  return told;
}
