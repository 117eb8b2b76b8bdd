/**
 * A node that was updated starts on the files the version before it left: journals and ledgers as earlier versions wrote them, as SQL
 * (`golden/`), beside the lines they were made from (`packages/contracts/golden`). A file is never changed.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { journalEventSchema } from '@seatgrid/contracts/journal/journal-event.ts';
import { createIdSource } from '@seatgrid/core/kernel/ids.ts';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import { realClock } from '../runtime/real-clock.ts';
import { openConfigLedger } from './config-ledger.ts';
import { openEventJournal } from './event-journal.ts';

const random = createSeededRandom(21);
/** What the golden ledgers were sealed under. */
const key = new Uint8Array(32).map((_, index) => (index * 7 + 3) & 255);
const golden = new URL('golden/', import.meta.url);
const versions = readdirSync(golden)
  .filter((name) => name.endsWith('-journal.sql'))
  .map((name) => name.replace('-journal.sql', ''));
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'seatgrid-golden-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function restore(name: string): string {
  const path = join(folder, `${name}.sqlite`);
  const database = new DatabaseSync(path);
  database.exec(readFileSync(new URL(`${name}.sql`, golden), 'utf8'));
  database.close();
  return path;
}

test.each(versions)(
  'a journal of %s goes on where it was: every event is told, none twice',
  async (version) => {
    const ids = createIdSource(realClock, random);
    const journal = openEventJournal({ path: restore(`${version}-journal`), ids, clock: realClock });
    const kept = journal.readAfter(0, 10_000).map(({ json }) => journalEventSchema.parse(JSON.parse(json)));
    expect(kept.map(({ sequence }) => sequence)).toEqual(kept.map((_, index) => index + 1));
    const lines = readFileSync(
      new URL(`../../../../packages/contracts/golden/${version}.jsonl`, import.meta.url),
      'utf8',
    );
    const told = lines.trim().split('\n').flatMap((line) => (JSON.parse(line) as { facts?: unknown }).facts ?? []); // prettier-ignore
    // What was added since is filled in.
    expect(kept.map(({ facts }) => facts)).toMatchObject(told);
    expect([journal.committed, journal.acknowledged]).toEqual([told.length, 3]);
    journal.record(null, { kind: 'call.answered', callId: ids.next<'call'>() });
    await journal.flush();
    expect(journal.committed).toBe(told.length + 1);
    await journal.close();
  },
);

test.each(versions)('a ledger of %s is served from, and overtaken by what comes next', (version) => {
  const ledger = openConfigLedger({ path: restore(`${version}-config`), clock: realClock, key, random });
  const config = ledger.current()!;
  expect(config.generation).toBeGreaterThan(1);
  expect(config.tenants).toHaveLength(1);
  expect(ledger.apply({ ...config, generation: config.generation + 1 }).ok).toBe(true);
  ledger.close();
});
