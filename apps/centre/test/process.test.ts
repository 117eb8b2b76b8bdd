/** The centre as a process: told what is wrong all at once, killed and started again, asked to stop. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openApiSession } from '@seatgrid/testkit/api-session.ts';
import { ConfigFault, readConfig } from '../src/config.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const operator = { email: 'boss@platform.example', password: 'a-long-password' };
let folder: string;
const children: ChildProcess[] = [];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'seatgrid-process-'));
});
afterAll(async () => {
  for (const child of children.filter((one) => one.exitCode === null && one.signalCode === null)) {
    const ended = new Promise((done) => child.once('exit', done));
    child.kill('SIGTERM');
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

interface Spawned {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly url: Promise<string>;
  readonly ended: Promise<number | null>;
}

function start(environment: Record<string, string> = {}): Spawned {
  const child = spawn(process.execPath, [main], {
    env: {
      PATH: process.env['PATH'],
      CENTRE_PORT: '0',
      CENTRE_DATA: folder,
      CENTRE_OPERATOR_EMAIL: operator.email,
      CENTRE_OPERATOR_PASSWORD: operator.password,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let output = '';
  const ended = new Promise<number | null>((done) => child.once('exit', done));
  const url = new Promise<string>((found, fail) => {
    for (const stream of [child.stdout!, child.stderr!])
      stream.on('data', (data: Buffer) => {
        output += data.toString();
        const listening = /"url":"([^"]+)".*"listening"/.exec(output)?.[1];
        if (listening !== undefined) found(listening);
      });
    child.once('exit', () => fail(new Error(output)));
  });
  url.catch(() => {});
  return { child, output: () => output, url, ended };
}

const signIn = (url: string) => openApiSession(url).signIn(operator);

test('a wrong environment is told whole, each fault with what would be right', () => {
  const wrong = { CENTRE_PORT: 'eighty', DATABASE_URL: 'mysql://x', SESSION_KEY: 'short', LOG_LEVEL: 'loud' };
  expect(() => readConfig(wrong)).toThrow(ConfigFault);
  try {
    readConfig(wrong);
  } catch (error) {
    expect((error as ConfigFault).faults).toHaveLength(4);
    expect((error as ConfigFault).message).toContain('openssl rand -hex 32');
  }
});

test('killed without warning and started again at once, it keeps what it had and the sessions of its users', async () => {
  const first = start();
  const client = await signIn(await first.url);
  const site = await client.call('POST /api/platform/sites', { body: { name: 'Kept', timeZone: 'UTC' } });
  first.child.kill('SIGKILL');
  await first.ended;
  const second = start();
  const again = await signIn(await second.url);
  expect((await again.call('GET /api/platform/sites')).items).toEqual([site]);
  second.child.kill('SIGTERM');
  expect(await second.ended).toBe(0);
  expect(second.output()).toContain('stopped');
});

test('a taken port is named with the cure, and the database goes down with the failed start', async () => {
  const holder = createServer();
  const port = await new Promise<number>((found) =>
    holder.listen(0, '127.0.0.1', () => found((holder.address() as { port: number }).port)),
  );
  const refused = start({ CENTRE_PORT: String(port) });
  expect(await refused.ended).toBe(1);
  expect(refused.output()).toMatch(/Port \d+ on 127\.0\.0\.1 is taken.*CENTRE_PORT/);
  await new Promise((closed) => holder.close(closed));
  const next = start();
  await next.url;
  next.child.kill('SIGTERM');
  await next.ended;
});
