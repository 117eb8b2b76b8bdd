/** For tests only: a RabbitMQ that speaks AMQP 1.0, of a test file's own, in a temporary folder on free ports. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { unprivileged } from '../postgres/unprivileged.ts';
import { freePort } from './test-ports.ts';

export interface TestRabbitmq {
  readonly port: number;
  stop(): Promise<void>;
}

const program = '/usr/lib/rabbitmq/bin/rabbitmq-server';

export function hasRabbitmq(): boolean {
  return existsSync(program);
}

/** User and password are `guest`. */
export async function startTestRabbitmq(): Promise<TestRabbitmq> {
  const folder = mkdtempSync(join(tmpdir(), 'seatgrid-rabbitmq-'));
  const [port, ownPort, namesPort] = [await freePort(), await freePort(), await freePort()];
  writeFileSync(join(folder, 'rabbitmq.conf'), [
    `listeners.tcp.1 = 127.0.0.1:${port}`, 'amqp1_0.default_user = none', 'log.console = true', 'log.console.level = info', 'log.file = false',
  ].join('\n')); // prettier-ignore
  writeFileSync(join(folder, 'plugins'), '[rabbitmq_amqp1_0].\n');
  const env = {
    ...process.env,
    HOME: folder,
    RABBITMQ_NODENAME: 'seatgrid@localhost',
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'plugins'),
    RABBITMQ_FEATURE_FLAGS_FILE: join(folder, 'features'),
    RABBITMQ_MNESIA_BASE: join(folder, 'data'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_PID_FILE: join(folder, 'pid'),
    RABBITMQ_DIST_PORT: String(ownPort),
    ERL_EPMD_PORT: String(namesPort),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1} +S 1:1 +sbwt none',
  };
  const { prefix, identity, own } = unprivileged();
  own(folder);
  const run = (...command: string[]): ChildProcess => {
    const [first, ...rest] = [...prefix, ...command];
    return spawn(first!, rest, { stdio: ['ignore', 'pipe', 'ignore'], env, ...identity });
  };
  // Else the broker would start one for the whole machine, and leave it behind.
  const names = run('epmd', '-port', String(namesPort), '-address', '127.0.0.1');
  const broker = run(program);
  const ends = [names, broker].map((child) => new Promise<void>((over) => child.once('exit', () => over())));
  await new Promise<void>((ready, fail) => {
    const said: string[] = [];
    createInterface({ input: broker.stdout! }).on('line', (line) => {
      said.push(line);
      if (line.includes('Server startup complete')) ready();
    });
    broker.once('exit', () => fail(new Error(`rabbitmq-server ended: ${said.slice(-20).join('\n')}`)));
  });
  return {
    port,
    stop: async () => {
      broker.kill('SIGTERM');
      await ends[1];
      names.kill('SIGTERM');
      await ends[0];
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
