/**
 * A PostgreSQL of our own below the data folder: made on first use, started with us, stopped with us. Not for production,
 * where DATABASE_URL points to a server that somebody keeps; the same schema, roles and driver run against both.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import { randomHex, type Random } from '@seatgrid/core/kernel/random.ts';
import { AdapterError } from '../errors.ts';
import {
  postgresLogLinesMax,
  postgresPredecessorTimeoutMs,
  postgresStartAttemptsMax,
  postgresStartTimeoutMs,
  postgresStopTimeoutMs,
} from '../limits.ts';
import { findPostgresBinary, type PostgresBinary } from './postgres-binary.ts';
import { livingPostmaster } from './postmaster-pid.ts';
import { unprivileged, type Unprivileged } from './unprivileged.ts';

export interface EmbeddedPostgresOptions {
  /** Everything lies below this folder: the cluster in `postgres/`, the owner's password beside it. */
  readonly dataFolder: string;
  /** Chosen free when not given. */
  readonly port?: number | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly log?: (line: string) => void;
}

export interface EmbeddedPostgres {
  /** The owner's address: for migrations, never for serving. */
  readonly ownerUrl: string;
  readonly port: number;
  readonly processId: number;
  /** Settles when the server has gone, whoever ended it. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const folder = resolve(options.dataFolder, 'postgres');
  const binary = findPostgresBinary(process.arch);
  const runner = unprivileged();
  await awaitPredecessor(folder, options.clock);
  const password = ensureCluster(folder, binary, runner, options);
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await freePort());
    try {
      return await serve({ folder, binary, runner, port, password, options });
    } catch (error) {
      const isRace = error instanceof AdapterError && error.code === 'postgres_port_taken';
      if (!isRace || options.port !== undefined || attempt === postgresStartAttemptsMax) throw error;
    }
  }
}

/** After a kill of our predecessor its server takes a moment to shut down; a server that stays belongs to somebody. */
async function awaitPredecessor(folder: string, clock: Clock): Promise<void> {
  const giveUpMs = clock.nowMs() + postgresPredecessorTimeoutMs;
  for (let pid = livingPostmaster(folder); pid !== undefined; pid = livingPostmaster(folder)) {
    if (clock.nowMs() >= giveUpMs)
      throw new AdapterError({
        code: 'postgres_folder_in_use',
        what: `Process ${pid} is already serving the database in ${folder}`,
        cure: `Stop the Seatgrid that uses this data folder (or end process ${pid}), or choose another data folder`,
      });
    await new Promise<void>((wake) => clock.after(100, wake));
  }
}

function ensureCluster(
  folder: string,
  binary: PostgresBinary,
  runner: Unprivileged,
  { dataFolder, random, log }: EmbeddedPostgresOptions,
): string {
  const passwordFile = resolve(dataFolder, 'postgres-owner.secret');
  const passwordInput = resolve(dataFolder, 'postgres-owner.new');
  if (existsSync(join(folder, 'PG_VERSION')) && existsSync(passwordFile)) {
    expectOurVersion(folder, binary);
    chmodSync(folder, 0o700);
    return readFileSync(passwordFile, 'utf8').trim();
  }
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    // A first start that was killed leaves the new secret beside a half-made cluster, which holds nothing yet.
    if (existsSync(passwordFile) || !existsSync(passwordInput))
      throw new AdapterError({
        code: 'postgres_folder_foreign',
        what: `${folder} holds something that Seatgrid did not make or that lost its secret ${passwordFile}`,
        cure: 'Choose another data folder, or move this one away',
      });
    rmSync(folder, { recursive: true });
  }
  log?.('making the database');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const password = randomHex(random, 16);
  writeFileSync(passwordInput, `${password}\n`, { mode: 0o600 });
  runner.own(folder);
  if (runner.identity.uid !== undefined) chmodSync(passwordInput, 0o644);
  try {
    initialise(folder, passwordInput, binary, runner);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  } finally {
    rmSync(passwordInput, { force: true });
  }
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  return password;
}

function initialise(
  folder: string,
  passwordInput: string,
  binary: PostgresBinary,
  runner: Unprivileged,
): void {
  const flags = [
    '--auth=scram-sha-256',
    '--locale=C',
    '-E',
    'UTF8',
    '--no-sync',
    `--pwfile=${passwordInput}`,
  ];
  const [program, ...args] = [...runner.prefix, binary.initdb, '-D', folder, '-U', 'postgres', ...flags];
  const made = spawnSync(program!, args, { encoding: 'utf8', ...runner.identity });
  if (made.status === 0) return;
  throw explain(`${made.stdout ?? ''}\n${made.stderr ?? ''}\n${made.error?.message ?? ''}`, folder);
}

function expectOurVersion(folder: string, binary: PostgresBinary): void {
  const made = readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim();
  const told = spawnSync(binary.postgres, ['--version'], { encoding: 'utf8' }).stdout ?? '';
  const ours = /(\d+)\./.exec(told)?.[1];
  if (ours === undefined || ours === made) return;
  throw new AdapterError({
    code: 'postgres_version',
    what: `The database in ${folder} was made by PostgreSQL ${made}; this copy brings PostgreSQL ${ours}`,
    cure: 'Upgrade it with pg_upgrade, or choose another data folder',
  });
}

interface Serving {
  readonly folder: string;
  readonly binary: PostgresBinary;
  readonly runner: Unprivileged;
  readonly port: number;
  readonly password: string;
  readonly options: EmbeddedPostgresOptions;
}

const serverSettings = [
  'listen_addresses=127.0.0.1',
  'max_connections=120',
  'wal_level=minimal',
  'max_wal_senders=0',
  'timezone=UTC',
  'jit=off',
  'logging_collector=off',
];

async function serve({
  folder,
  binary,
  runner,
  port,
  password,
  options,
}: Serving): Promise<EmbeddedPostgres> {
  const settings = serverSettings.flatMap((setting) => ['-c', setting]);
  const command = [
    ...runner.prefix,
    binary.postgres,
    '-D',
    folder,
    '-p',
    String(port),
    '-k',
    '',
    ...settings,
  ];
  const child = spawn(command[0]!, command.slice(1), {
    stdio: ['ignore', 'ignore', 'pipe'],
    ...runner.identity,
  });
  const ended = new Promise<void>((settle) =>
    child.once('exit', () => settle()).once('error', () => settle()),
  );
  await awaitReady(child, folder, options);
  return {
    ownerUrl: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    port,
    processId: child.pid!,
    ended,
    stop: () => stop(child, ended, options.clock),
  };
}

/** Also keeps reading afterwards, for a full pipe would stop the server. */
function awaitReady(
  child: ChildProcess,
  folder: string,
  { clock, log }: EmbeddedPostgresOptions,
): Promise<void> {
  return new Promise((ready, fail) => {
    const lines: string[] = [];
    const refuse = () => fail(explain(lines.join('\n'), folder));
    const cancel = clock.after(postgresStartTimeoutMs, () => {
      lines.push(`not ready after ${postgresStartTimeoutMs} ms`);
      child.kill('SIGINT');
      refuse();
    });
    child.once('error', (error) => lines.push(error.message));
    child.once('close', () => (cancel(), refuse()));
    createInterface({ input: child.stderr! }).on('line', (line) => {
      lines.push(line);
      if (lines.length > postgresLogLinesMax) lines.shift();
      if (line.includes('ready to accept connections')) (cancel(), ready());
      if (/ (PANIC|FATAL|WARNING): /.test(line)) log?.(line);
    });
  });
}

async function stop(child: ChildProcess, ended: Promise<void>, clock: Clock): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  // SIGINT is the "fast" shutdown: open transactions are rolled back, a checkpoint is written.
  child.kill('SIGINT');
  const cancel = clock.after(postgresStopTimeoutMs, () => child.kill('SIGQUIT'));
  await ended;
  cancel();
}

function explain(said: string, folder: string): AdapterError {
  const tail = said.trim().split('\n').slice(-6).join(' | ');
  if (/Address already in use|could not bind/.test(said))
    return new AdapterError({
      code: 'postgres_port_taken',
      what: `The port for the embedded PostgreSQL is taken (${tail})`,
      cure: 'Leave the port unset to have a free one chosen, or give another',
    });
  if (/No space left on device/.test(said))
    return new AdapterError({
      code: 'postgres_disk_full',
      what: `The disk that holds ${folder} is full`,
      cure: 'Free some space, or choose a data folder on another disk',
    });
  if (/Permission denied/.test(said))
    return new AdapterError({
      code: 'postgres_start_failed',
      what: `The embedded PostgreSQL may not reach its files: ${tail}`,
      cure: 'Run as an ordinary user, or keep the clone and the data where every user may enter (below /root none may)',
    });
  return new AdapterError({
    code: 'postgres_start_failed',
    what: `The embedded PostgreSQL did not start: ${tail || 'it said nothing'}`,
    cure: `Look at the message above; the data lies in ${folder}; DATABASE_URL lets you use another server`,
  });
}

function freePort(): Promise<number> {
  return new Promise((found, fail) => {
    const probe = createServer();
    probe.once('error', fail).listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      probe.close(() => found(port));
    });
  });
}
