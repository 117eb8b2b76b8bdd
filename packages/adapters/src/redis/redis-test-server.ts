/** For tests only: a redis-server of a test file's own on a free port, or the reason why there is none. */
import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';

export interface RedisTestServer {
  readonly url: string;
  stop(): Promise<void>;
}

export function hasRedisServer(): boolean {
  return spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status === 0;
}

export async function startRedisTestServer(): Promise<RedisTestServer> {
  const port = await freePort();
  const flags = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const child = spawn('redis-server', flags, { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new Promise<void>((settle) => child.once('exit', () => settle()));
  await new Promise<void>((ready, fail) => {
    child.stdout.on('data', (said: Buffer) => said.includes('Ready to accept connections') && ready());
    child.once('exit', () => fail(new Error('redis-server ended')));
  });
  return {
    url: `redis://127.0.0.1:${port}`,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((found) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => found(port));
    });
  });
}
