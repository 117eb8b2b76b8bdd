import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { journalEventSchema, type EventFacts } from '@seatgrid/contracts/journal/journal-event.ts';
import {
  createIdSource,
  type AgentId,
  type CallId,
  type QueueId,
  type TenantId,
} from '@seatgrid/core/kernel/ids.ts';
import { recordingHeader } from '@seatgrid/media/audio/recording-wav.ts';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import { openEventJournal } from '../ledger/event-journal.ts';
import { exampleTenantId } from '../ledger/minimal-config.ts';
import { realClock } from '../runtime/real-clock.ts';
import { recordingPath } from './recording-path.ts';
import { openRecordingStore } from './recording-store.ts';

let folder: string;
const ids = createIdSource(realClock, createSeededRandom(5));
const tenantId = exampleTenantId as TenantId;
const startedAtMs = Date.UTC(2026, 0, 31, 16, 30, 5);
const closing: (() => Promise<void>)[] = [];
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'seatgrid-recordings-'))));
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  rmSync(folder, { recursive: true, force: true });
});

function open() {
  const journal = openEventJournal({ path: join(folder, 'journal.sqlite'), ids, clock: realClock });
  const store = openRecordingStore({
    folder: join(folder, 'recordings'),
    journal,
    ids,
    staffIdOf: () => '8001',
  });
  let isClosed = false;
  const close = async () => {
    if (isClosed) return;
    isClosed = true;
    await store.close();
    await journal.close();
  };
  closing.push(close);
  return { journal, store, close };
}

type Finished = Extract<EventFacts, { kind: 'recording.finished' }>;
const toldOf = (journal: ReturnType<typeof open>['journal'], callId: CallId) =>
  journal.timeline(callId).map(({ facts }) => facts as Finished);

const facts = () => ({
  tenantId,
  tenantSlug: 'acme',
  callId: ids.next<'call'>() as CallId,
  queueId: ids.next<'queue'>() as QueueId,
  queueName: '信用卡 / Cards',
  startedAtMs,
  timeZone: 'Asia/Shanghai',
});

/** Silence of so many seconds, as the media engine writes it; with the header of a crash when it has no end. */
function writeSound(
  path: string,
  seconds: number,
  end: 'whole' | 'crashed' = 'whole',
): { octets: number; durationMs: number; sha256: string } {
  const sound = Buffer.alloc(seconds * 16_000, 0xff);
  const wav = Buffer.concat([recordingHeader(end === 'whole' ? sound.length : 0), sound]);
  writeFileSync(path, wav);
  return {
    octets: wav.length,
    durationMs: seconds * 1_000,
    sha256: createHash('sha256').update(wav).digest('hex'),
  };
}

test('a recording lies under tenant, local day and business, becomes MP3, and is told of once', async () => {
  const { store, journal } = open();
  const call = facts();
  const { recordingId, path } = store.begin(call);
  expect(path).toBe(join(folder, `recordings/acme/2026-02-01/003005_信用卡-Cards_${call.callId}.wav`));
  const agentId = ids.next<'agent'>() as AgentId;
  store.finished(recordingId, { ...writeSound(path, 3), agentIds: [agentId] });
  store.finished(recordingId, { octets: 1, durationMs: 1, sha256: '', agentIds: [] });
  await store.settled();
  const [told, ...more] = toldOf(journal, call.callId);
  expect(more).toEqual([]);
  expect(told).toMatchObject({
    recordingId,
    queueId: call.queueId,
    agentIds: [agentId],
    startedAtMs,
    durationMs: 3_000,
    path: `acme/2026-02-01/003005_信用卡-Cards_8001_${call.callId}.mp3`,
    format: 'mp3',
    isRecovered: false,
  });
  const mp3 = readFileSync(join(folder, 'recordings', told!.path));
  expect([mp3.length, createHash('sha256').update(mp3).digest('hex')]).toEqual([told!.octets, told!.sha256]);
  // H-02: an hour under 15 MB.
  expect((mp3.length / 3) * 3_600).toBeLessThan(16_000_000);
  expect(existsSync(path)).toBe(false);
  expect(readdirSync(join(folder, 'recordings/.open'))).toEqual([]);
  expect(
    journal.readAfter(0, 10).map(({ json }) => journalEventSchema.parse(JSON.parse(json)).facts.kind),
  ).toEqual(['recording.finished']);
});

test('what a crash left is repaired to its last octet and told of exactly once, however often the node starts', async () => {
  const first = open();
  const call = facts();
  const { recordingId, path } = first.store.begin(call);
  const agentId = ids.next<'agent'>() as AgentId;
  first.store.agentsHeard(recordingId, [agentId]);
  writeSound(path, 2, 'crashed');
  const never = first.store.begin(facts());
  await first.close();
  expect(existsSync(never.path)).toBe(false);

  for (let start = 0; start < 3; start++) {
    const { store, journal, close } = open();
    await store.recover();
    await store.settled();
    const told = toldOf(journal, call.callId);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({
      recordingId,
      agentIds: [agentId],
      durationMs: 2_000,
      isRecovered: true,
      format: 'mp3',
    });
    expect(statSync(join(folder, 'recordings', told[0]!.path)).size).toBe(told[0]!.octets);
    expect(readdirSync(join(folder, 'recordings/.open'))).toEqual([]);
    await close();
  }
});

test('a crash between the journal and the note does not tell twice, nor one before the journal not at all', async () => {
  const first = open();
  const call = facts();
  const { recordingId, path } = first.store.begin(call);
  const notePath = join(folder, 'recordings/.open', `${recordingId}.json`);
  const note = readFileSync(notePath);
  const wav = writeSound(path, 1);
  const sound = readFileSync(path);
  first.store.finished(recordingId, { ...wav, agentIds: [] });
  await first.store.settled();
  await first.close();
  // As if the process had died right after the event was durable.
  writeFileSync(notePath, note);
  writeFileSync(path, sound);
  const second = open();
  await second.store.recover();
  await second.store.settled();
  expect(toldOf(second.journal, call.callId)).toHaveLength(1);
  expect(existsSync(path)).toBe(false);

  // And as if it had died with the call over and the encoder not done.
  const other = facts();
  const begun = second.store.begin(other);
  const whole = writeSound(begun.path, 1);
  second.store.finished(begun.recordingId, { ...whole, agentIds: [] });
  await second.close();
  const third = open();
  await third.store.recover();
  await third.store.settled();
  expect(toldOf(third.journal, other.callId)).toMatchObject([
    { isRecovered: false, durationMs: 1_000, format: 'mp3' },
  ]);
});

test('sound that cannot be encoded stays WAV and is told of as such; a lost worker’s recording is finished at once', async () => {
  const { store, journal } = open();
  const strange = facts();
  const begun = store.begin(strange);
  writeFileSync(begun.path, 'no sound');
  store.finished(begun.recordingId, { octets: 8, durationMs: 0, sha256: '', agentIds: [] });
  await store.settled();
  const sha256 = createHash('sha256').update('no sound').digest('hex');
  expect(toldOf(journal, strange.callId)).toMatchObject([
    { format: 'wav', octets: 8, sha256, path: expect.stringMatching(/\.wav$/) },
  ]);
  expect(existsSync(begun.path)).toBe(true);

  const lost = facts();
  const { recordingId, path } = store.begin(lost);
  writeSound(path, 2, 'crashed');
  store.lost(recordingId);
  await until(() => toldOf(journal, lost.callId).length === 1);
  expect(toldOf(journal, lost.callId)).toMatchObject([{ durationMs: 2_000, isRecovered: true }]);
});

test('two recordings of one call in one second keep both', async () => {
  const { store, journal } = open();
  const call = facts();
  const both = [store.begin(call), store.begin(call)];
  expect(new Set(both.map(({ path }) => path)).size).toBe(2);
  for (const { recordingId, path } of both)
    store.finished(recordingId, { ...writeSound(path, 1), agentIds: [] });
  await store.settled();
  expect(new Set(toldOf(journal, call.callId).map(({ path }) => path)).size).toBe(2);
});

test.each([
  ['../../etc', 'etc'],
  ['  ', 'queue'],
  ['a/b\\c:d', 'a-b-c-d'],
  ['甲'.repeat(80), '甲'.repeat(40)],
])('the queue “%s” is named “%s” in a file', (queueName, expected) => {
  const callId = ids.next<'call'>() as CallId;
  const path = recordingPath({
    tenantSlug: 'acme',
    callId,
    queueName,
    startedAtMs: 0,
    timeZone: 'UTC',
    staffIds: [],
  });
  expect(path).toBe(`acme/1970-01-01/000000_${expected}_${callId}`);
});

async function until(isSo: () => boolean): Promise<void> {
  for (
    const deadlineMs = Date.now() + 10_000;
    !isSo();
    await new Promise((resolve) => setTimeout(resolve, 5))
  )
    if (Date.now() > deadlineMs) throw new Error('never');
}
