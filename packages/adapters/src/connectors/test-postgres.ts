/** For tests only: an empty PostgreSQL of a test file's own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../postgres/embedded-postgres.ts';
import { testClock, testRandom } from '../postgres/test-cluster.ts';

export interface TestPostgres {
  readonly port: number;
  /** Of `postgres`. */
  readonly password: string;
  stop(): Promise<void>;
}

export async function startTestPostgres(): Promise<TestPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'seatgrid-test-'));
  const server = await startEmbeddedPostgres({ dataFolder: folder, clock: testClock, random: testRandom });
  return {
    port: server.port,
    password: new URL(server.ownerUrl).password,
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
