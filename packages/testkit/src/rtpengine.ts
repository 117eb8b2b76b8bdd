/** rtpengine in the path of sound: a real relay from Debian, told what to do over its ng protocol (bencoded dictionaries). */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

export const hasRtpengine = spawnSync('rtpengine', ['--version']).error === undefined;

type Told = string | readonly string[] | { readonly [key: string]: Told };

export class Rtpengine {
  readonly #child: ChildProcess;
  readonly #socket: Socket;
  readonly #port: number;
  #cookie = 0;

  private constructor(child: ChildProcess, socket: Socket, port: number) {
    this.#child = child;
    this.#socket = socket;
    this.#port = port;
  }

  static async start(ports: {
    readonly control: number;
    readonly from: number;
    readonly to: number;
    /** Of the sound; loopback's where absent. */
    readonly address?: string;
  }): Promise<Rtpengine> {
    const child = spawn(
      'rtpengine',
      [
        '--table=-1',
        `--interface=${ports.address ?? '127.0.0.1'}`,
        `--listen-ng=127.0.0.1:${ports.control}`,
        '--foreground',
        '--log-stderr',
        `--port-min=${ports.from}`,
        `--port-max=${ports.to}`,
        '--num-threads=1',
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    child.stderr!.resume();
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const relay = new Rtpengine(child, socket, ports.control);
    for (let tries = 0; ; tries++) {
      const pong = await relay.tell({ command: 'ping' }, 200).catch(() => undefined);
      if (pong !== undefined) return relay;
      if (tries === 50) throw new Error('rtpengine does not answer');
    }
  }

  /** The `sdp` of the answer; rejects when rtpengine refuses. */
  async describe(request: { readonly [key: string]: Told }): Promise<string> {
    const reply = await this.tell(request, 3_000);
    const sdp = /3:sdp(\d+):/.exec(reply);
    if (sdp === null) throw new Error(`rtpengine said ${reply}`);
    const start = sdp.index + sdp[0].length;
    return reply.slice(start, start + Number(sdp[1]));
  }

  async tell(request: { readonly [key: string]: Told }, deadlineMs: number): Promise<string> {
    const cookie = `c${++this.#cookie}`;
    this.#socket.send(`${cookie} ${bencode(request)}`, this.#port, '127.0.0.1');
    const abort = AbortSignal.timeout(deadlineMs);
    for (;;) {
      const [packet] = (await once(this.#socket, 'message', { signal: abort })) as [Buffer];
      const text = packet.toString('latin1');
      if (text.startsWith(`${cookie} `)) return text.slice(cookie.length + 1);
    }
  }

  async close(): Promise<void> {
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await gone;
    await new Promise<void>((closed) => this.#socket.close(() => closed()));
  }
}

function bencode(value: Told): string {
  if (typeof value === 'string') return `${Buffer.byteLength(value)}:${value}`;
  if (Array.isArray(value)) return `l${value.map((one: string) => bencode(one)).join('')}e`;
  const entries = Object.entries(value as { readonly [key: string]: Told }).toSorted(([a], [b]) =>
    a < b ? -1 : 1,
  );
  return `d${entries.map(([key, one]) => bencode(key) + bencode(one)).join('')}e`;
}
