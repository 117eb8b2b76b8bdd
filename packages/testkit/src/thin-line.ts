/**
 * A thin line between a TCP client and its server, on loopback: so many octets a second each way, one after another over all
 * connections, some milliseconds long, with a queue in front like a modem's. It can be cut, fall silent, and forget who talks.
 */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export interface ThinLineOptions {
  readonly targetPort: number;
  readonly upOctetsPerSecond: number;
  readonly downOctetsPerSecond: number;
  /** One way. */
  readonly latencyMs: number;
  /** What waits in front of each way before the sender is held back. */
  readonly queueOctetsMax?: number;
}

export class ThinLine {
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  readonly #up: OneWay;
  readonly #down: OneWay;
  #targetPort: number;
  connections = 0;
  /** Newcomers find nobody there. */
  isClosed = false;

  private constructor(options: ThinLineOptions) {
    const { latencyMs, queueOctetsMax = 64 * 1024 } = options;
    this.#targetPort = options.targetPort;
    this.#up = new OneWay({ octetsPerSecond: options.upOctetsPerSecond, latencyMs, queueOctetsMax });
    this.#down = new OneWay({ octetsPerSecond: options.downOctetsPerSecond, latencyMs, queueOctetsMax });
    this.#server = createServer((near) => this.#take(near));
  }

  static async open(options: ThinLineOptions): Promise<ThinLine> {
    const line = new ThinLine(options);
    await new Promise<void>((listening) => line.#server.listen(0, '127.0.0.1', listening));
    return line;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Carried so far. */
  get octets(): { readonly up: number; readonly down: number } {
    return { up: this.#up.octets, down: this.#down.octets };
  }

  /** What was sent upwards and has not passed the line. */
  get queuedUp(): number {
    return this.#up.queued;
  }

  /** Who comes next is led there. */
  leadTo(targetPort: number): void {
    this.#targetPort = targetPort;
  }

  /** Both ends hear of it at once. */
  cut(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.resetAndDestroy();
    this.#pairs.clear();
  }

  /** As a NAT that rebinds: what is open is no longer carried, and nobody is told. */
  forget(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.removeAllListeners('data').pause();
  }

  /** The far end hears that it is over, the near end does not: half open. */
  halfOpen(): void {
    for (const [near, far] of this.#pairs) {
      near.removeAllListeners('data').pause();
      far.removeAllListeners('close').resetAndDestroy();
    }
  }

  /** Nothing goes through for so long, and nothing is lost. */
  stall(forMs: number): void {
    this.#up.stall(forMs);
    this.#down.stall(forMs);
  }

  async close(): Promise<void> {
    this.cut();
    this.#up.close();
    this.#down.close();
    await new Promise((closed) => this.#server.close(closed));
  }

  #take(near: Socket): void {
    if (this.isClosed) return void near.resetAndDestroy();
    this.connections++;
    const far = connect(this.#targetPort, '127.0.0.1');
    const pair = [near, far] as const;
    this.#pairs.add(pair);
    const join = (from: Socket, to: Socket, way: OneWay) => {
      from.setNoDelay(true);
      from.on('error', () => {});
      from.on('data', (octets: Buffer) => way.carry(from, to, octets));
      from.on('end', () => way.carry(from, to, null));
      from.on('close', () => {
        this.#pairs.delete(pair);
        to.destroy();
      });
    };
    join(near, far, this.#up);
    join(far, near, this.#down);
  }
}

/** What one packet of the line carries. */
const packetOctets = 1_400;

class OneWay {
  readonly #rate: number;
  readonly #latencyMs: number;
  readonly #queueOctetsMax: number;
  #freeAtMs = 0;
  #queued = 0;
  readonly #due: { atMs: number; octets: number; deliver: () => void }[] = [];
  readonly #held = new Set<Socket>();
  #timer: NodeJS.Timeout | undefined;
  octets = 0;

  constructor(way: { octetsPerSecond: number; latencyMs: number; queueOctetsMax: number }) {
    this.#rate = way.octetsPerSecond / 1_000;
    this.#latencyMs = way.latencyMs;
    this.#queueOctetsMax = way.queueOctetsMax;
  }

  get queued(): number {
    return this.#queued;
  }

  /** Null: the end. */
  carry(from: Socket, to: Socket, octets: Buffer | null): void {
    if (octets === null) return this.#put(0, () => to.end());
    for (let at = 0; at < octets.length; at += packetOctets) {
      const packet = octets.subarray(at, at + packetOctets);
      this.#put(packet.length, () => to.write(packet));
    }
    if (this.#queued <= this.#queueOctetsMax) return;
    this.#held.add(from);
    from.pause();
  }

  stall(forMs: number): void {
    for (const one of this.#due) one.atMs += forMs;
    this.#freeAtMs = Math.max(this.#freeAtMs, performance.now()) + forMs;
    this.#plan();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#due.length = 0;
  }

  #put(octets: number, deliver: () => void): void {
    this.#freeAtMs = Math.max(this.#freeAtMs, performance.now()) + octets / this.#rate;
    this.#queued += octets;
    this.#due.push({ atMs: this.#freeAtMs + this.#latencyMs, octets, deliver });
    if (this.#due.length === 1) this.#plan();
  }

  #plan(): void {
    clearTimeout(this.#timer);
    const [next] = this.#due;
    if (next) this.#timer = setTimeout(() => this.#deliver(), Math.max(0, next.atMs - performance.now()));
  }

  #deliver(): void {
    for (let next = this.#due[0]; next && next.atMs <= performance.now(); next = this.#due[0]) {
      this.#due.shift();
      this.#queued -= next.octets;
      this.octets += next.octets;
      next.deliver();
    }
    if (this.#queued < this.#queueOctetsMax / 2) {
      for (const socket of this.#held) socket.resume();
      this.#held.clear();
    }
    this.#plan();
  }
}
