/** For tests only: a MariaDB of a test file's own, in a temporary folder on a free port. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { unprivileged } from '../postgres/unprivileged.ts';
import { freePort } from './test-ports.ts';

export interface TestMariadb {
  readonly port: number;
  stop(): Promise<void>;
}

export function hasMariadb(): boolean {
  // The second is what makes its folder; some versions of Debian's package leave it to another.
  return [['mariadbd', '--no-defaults'], ['my_print_defaults']].every(
    ([program, ...words]) => spawnSync(program!, [...words, '--version'], { stdio: 'ignore' }).status === 0,
  );
}

/** Its `root` has no password. */
export async function startTestMariadb(): Promise<TestMariadb> {
  const folder = mkdtempSync(join(tmpdir(), 'seatgrid-mariadb-'));
  const { prefix, identity, own } = unprivileged();
  own(folder);
  const run = (...command: string[]) => [...prefix, ...command] as [string, ...string[]];
  const data = `--datadir=${join(folder, 'data')}`;
  const [installer, ...made] = run('mariadb-install-db', '--no-defaults', data, '--skip-test-db',
    '--auth-root-authentication-method=normal', '--skip-name-resolve'); // prettier-ignore
  execFileSync(installer, made, { stdio: 'pipe', ...identity });
  const port = await freePort();
  const [program, ...settings] = run('mariadbd', '--no-defaults', data, `--port=${port}`, '--bind-address=127.0.0.1',
    `--socket=${join(folder, 's')}`, '--skip-name-resolve', '--skip-log-bin', '--innodb-flush-log-at-trx-commit=0'); // prettier-ignore
  const child = spawn(program, settings, { stdio: ['ignore', 'ignore', 'pipe'], ...identity });
  const ended = new Promise<void>((settle) => child.once('exit', () => settle()));
  await new Promise<void>((ready, fail) => {
    const said: string[] = [];
    createInterface({ input: child.stderr }).on('line', (line) => {
      said.push(line);
      if (line.includes('ready for connections')) ready();
    });
    child.once('exit', () => fail(new Error(`mariadbd ended: ${said.join('\n')}`)));
  });
  return {
    port,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
