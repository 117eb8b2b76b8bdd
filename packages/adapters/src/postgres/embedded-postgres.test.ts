import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ConnectionPool } from './connection-pool.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.ts';
import { inPlatform } from './scopes.ts';
import { testClock as clock, testRandom as random } from './test-cluster.ts';

let folder: string;
let running: EmbeddedPostgres[] = [];
const start = async (port?: number) => {
  const started = await startEmbeddedPostgres({ dataFolder: folder, port, clock, random });
  running.push(started);
  return started;
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'seatgrid-pg-'));
});
afterEach(async () => {
  for (const one of running) await one.stop();
  running = [];
  rmSync(folder, { recursive: true, force: true });
});

test('made on first start, keeps its rows over a restart, and asks for a password', async () => {
  const first = await start();
  const sql = postgres(first.ownerUrl, { max: 1 });
  await sql`create table kept as select uuidv7() as id`;
  await sql.end();
  await first.stop();
  const second = await start();
  const again = postgres(second.ownerUrl, { max: 1 });
  expect(await again`select 1 from kept`).toHaveLength(1);
  await again.end();
  const url = new URL(second.ownerUrl);
  url.password = 'guess';
  const stranger = postgres(url.href, { max: 1 });
  await expect(stranger`select 1`).rejects.toMatchObject({ code: '28P01' });
  await stranger.end();
});

test('a pid file whose process is gone, or is another program, does not stop it', async () => {
  await (await start()).stop();
  writeFileSync(join(folder, 'postgres', 'postmaster.pid'), `${process.pid}\n`);
  await start();
});

test('a folder in use is refused naming the process, a foreign folder naming the folder', async () => {
  const first = await start();
  await expect(start()).rejects.toMatchObject({
    code: 'postgres_folder_in_use',
    message: expect.stringContaining('Stop the Seatgrid') as string,
  });
  await first.stop();
  rmSync(join(folder, 'postgres'), { recursive: true });
  mkdirSync(join(folder, 'postgres'));
  writeFileSync(join(folder, 'postgres', 'thesis.txt'), 'mine');
  await expect(start()).rejects.toMatchObject({ code: 'postgres_folder_foreign' });
});

test('a given port that is taken is refused with the cure', async () => {
  const holder = createServer();
  const port = await new Promise<number>((found) =>
    holder.listen(0, '127.0.0.1', () => found((holder.address() as { port: number }).port)),
  );
  await expect(start(port)).rejects.toMatchObject({ code: 'postgres_port_taken' });
  await new Promise((closed) => holder.close(closed));
});

test('a first start that was killed half-way is begun again', async () => {
  mkdirSync(join(folder, 'postgres', 'base'), { recursive: true });
  writeFileSync(join(folder, 'postgres-owner.new'), 'half');
  await start();
});

test('when its parent is killed, the server goes too, and the next start finds its folder free', async () => {
  const script = `
    import { startEmbeddedPostgres } from ${JSON.stringify(new URL('./embedded-postgres.ts', import.meta.url).href)};
    import { testClock as clock, testRandom as random } from ${JSON.stringify(new URL('./test-cluster.ts', import.meta.url).href)};
    const { processId } = await startEmbeddedPostgres({ dataFolder: ${JSON.stringify(folder)}, clock, random });
    console.log('up', processId);
    setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((up) => parent.stdout.on('data', (said: Buffer) => said.includes('up') && up()));
  parent.kill('SIGKILL');
  await start();
});

test('a pool that is exhausted says so in time, and hands places on in order', async () => {
  const { ownerUrl } = await start();
  const pool = new ConnectionPool({ url: ownerUrl, clock, connectionsMax: 1, acquireTimeoutMs: 50 });
  const held = await pool.acquire();
  await expect(pool.acquire()).rejects.toMatchObject({ code: 'pool_exhausted' });
  const order: number[] = [];
  const waiting = [1, 2].map(async (number) => {
    const session = await pool.acquire();
    order.push(number);
    pool.release(session);
  });
  pool.release(held);
  await Promise.all(waiting);
  expect(order).toEqual([1, 2]);
  await pool.close();
  await expect(pool.acquire()).rejects.toMatchObject({ code: 'pool_closed' });
});

test('a transaction that fails leaves the connection clean for the next', async () => {
  const { ownerUrl } = await start();
  const connections = new ConnectionPool({ url: ownerUrl, clock, connectionsMax: 1 });
  const pool = { role: 'seatgrid_platform', connections } as const;
  const { sql } = await import('kysely');
  await expect(inPlatform(pool, (trx) => sql`select 1/0`.execute(trx))).rejects.toMatchObject({
    code: '22012',
  });
  const { rows } = await inPlatform(pool, (trx) =>
    sql<{ one: number }>`select ${1}::int as one`.execute(trx),
  );
  expect(rows).toEqual([{ one: 1 }]);
  await connections.close();
});
