/** For tests only: a PostgreSQL of a test file's own, in a temporary folder, with a migrated database. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import type { Random } from '@seatgrid/core/kernel/random.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.ts';
import { openDatabase, type OpenDatabase } from './open-database.ts';

export const testClock: Clock = {
  nowMs: () => Date.now(),
  after: (delayMs, wake) => {
    const timer = setTimeout(wake, delayMs);
    return () => clearTimeout(timer);
  },
};
export const testRandom: Random = { bytes: (length) => new Uint8Array(randomBytes(length)) };

export interface TestCluster {
  readonly postgres: EmbeddedPostgres;
  readonly database: OpenDatabase;
  readonly folder: string;
  stop(): Promise<void>;
}

export async function startTestCluster(): Promise<TestCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'seatgrid-test-'));
  const postgres = await startEmbeddedPostgres({ dataFolder: folder, clock: testClock, random: testRandom });
  const database = await openDatabase({ ownerUrl: postgres.ownerUrl, clock: testClock, connectionsMax: 8 });
  return {
    postgres,
    database,
    folder,
    stop: async () => {
      await database.close();
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
