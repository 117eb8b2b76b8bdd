/** coturn, a real relay (RFC 8656) from Debian, on an address of its own, with passwords for a while (`use-auth-secret`). */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const hasCoturn = spawnSync('turnserver', ['--version']).error === undefined;

export const relayAddress = '127.0.0.9';
const readyMaxMs = 10_000;

export class Coturn {
  readonly secret = 'a secret between relay and node';
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #folder: string;
  said = '';

  private constructor(port: number, folder: string) {
    this.port = port;
    this.#folder = folder;
    this.#child = spawn(
      'turnserver',
      [
        '-n',
        `--listening-ip=${relayAddress}`,
        `--listening-port=${port}`,
        `--relay-ip=${relayAddress}`,
        '--min-port=28000',
        '--max-port=28999',
        '--use-auth-secret',
        `--static-auth-secret=${this.secret}`,
        '--realm=seatgrid',
        '--allow-loopback-peers',
        '--no-tls',
        '--no-dtls',
        '--no-cli',
        '--no-multicast-peers',
        '--log-file=stdout',
        '--simple-log',
        '--verbose',
        `--pidfile=${join(folder, 'pid')}`,
        `--userdb=${join(folder, 'users')}`,
      ],
      { stdio: ['ignore', 'pipe', 'pipe'], cwd: folder },
    );
    const keep = (part: Buffer) => (this.said += part.toString());
    this.#child.stdout!.on('data', keep);
    this.#child.stderr!.on('data', keep);
  }

  static async start(): Promise<Coturn> {
    const relay = new Coturn(await freePort(), mkdtempSync(join(tmpdir(), 'seatgrid-coturn-')));
    await relay.untilSaid(/listener opened|Listener address/i, readyMaxMs);
    return relay;
  }

  get url(): string {
    return `turn:${relayAddress}:${this.port}?transport=udp`;
  }

  /** As whoever knows the secret makes it: a name that begins with the second it ends at, and its HMAC. */
  pass(seconds: number, nowMs: number): { readonly username: string; readonly credential: string } {
    const username = `${Math.floor(nowMs / 1_000) + seconds}:test`;
    return { username, credential: createHmac('sha1', this.secret).update(username).digest('base64') };
  }

  async untilSaid(pattern: RegExp, deadlineMs: number): Promise<void> {
    const endsAtMs = performance.now() + deadlineMs;
    while (!pattern.test(this.said)) {
      if (this.#child.exitCode !== null || performance.now() > endsAtMs)
        throw new Error(`coturn did not say ${pattern}: ${this.said.slice(-1_000)}`);
      await new Promise((wake) => setTimeout(wake, 20));
    }
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL');
    await ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  return new Promise((resolve) =>
    socket.bind(0, relayAddress, () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    }),
  );
}
