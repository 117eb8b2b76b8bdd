/**
 * UDP sockets kept bound ahead of need, so that opening a leg is a matter of naming a port. The main worker counts the same
 * ports: it is told which are bound, and takes one without asking. A port handed back stays bound, rests, and is offered
 * again behind all others, so that stragglers of an old call meet nobody.
 */
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import type { Datagrams, DatagramSocket, Unbound } from '../../datagrams/datagrams.ts';
import { portRestMs, portRestStepMs, socketsRetryMs, socketsSpareMax } from '../../limits.ts';

export interface UdpPort {
  readonly port: number;
  readonly rtp: DatagramSocket;
  /** Absent where another program has the odd port: the leg then goes without reports. */
  readonly rtcp: DatagramSocket | undefined;
}

export interface UdpPortsOptions {
  readonly datagrams: Datagrams;
  readonly bindAddress: string;
  /** Even ports this worker may use. */
  readonly ports: readonly number[];
  readonly clock: Clock;
  /** Bound and free from now on. */
  onBound(ports: readonly number[]): void;
}

export class UdpPorts {
  readonly #options: UdpPortsOptions;
  readonly #unbound: number[];
  readonly #bound = new Map<number, UdpPort>();
  /** Handed back, the longest rested first. */
  readonly #resting: { readonly port: number; readonly sinceMs: number }[] = [];
  #spare = 0;
  #binding = 0;
  #isClosed = false;

  constructor(options: UdpPortsOptions) {
    this.#options = options;
    this.#unbound = [...options.ports].reverse();
  }

  /** Binds the first sockets; settles when as many as can be are ready. */
  async fill(): Promise<void> {
    while (!this.#isClosed && this.#spare + this.#binding < socketsSpareMax && this.#unbound.length > 0) {
      const batch = this.#unbound
        .splice(-Math.min(this.#unbound.length, socketsSpareMax - this.#spare))
        .reverse();
      this.#binding += batch.length;
      const ports = await Promise.all(batch.map((port) => this.#bind(port)));
      this.#binding -= batch.length;
      const ready = ports.filter((port) => typeof port === 'object');
      const unfit = batch.filter((_, at) => ports[at] === 'not-now');
      this.#spare += ready.length;
      if (ready.length > 0) this.#options.onBound(ready.map(({ port }) => port));
      if (unfit.length === 0) continue;
      // Nobody has them: they are tried again when others may have given descriptors back.
      this.#unbound.push(...unfit.reverse());
      this.#options.clock.after(socketsRetryMs, () => void this.fill());
      return;
    }
  }

  /** The main worker has given this port to a leg. */
  take(port: number): UdpPort | undefined {
    const taken = this.#bound.get(port);
    if (taken === undefined) return undefined;
    this.#spare -= 1;
    if (this.#spare < socketsSpareMax / 2 && this.#binding === 0) void this.fill();
    return taken;
  }

  giveBack(port: UdpPort): void {
    port.rtp.onPacket = undefined;
    if (port.rtcp !== undefined) port.rtcp.onPacket = undefined;
    if (this.#isClosed) return;
    const { clock } = this.#options;
    this.#resting.push({ port: port.port, sinceMs: clock.nowMs() });
    if (this.#resting.length === 1) clock.after(portRestMs, () => this.#offerRested());
  }

  /** Those that have rested are offered in company. */
  #offerRested(): void {
    if (this.#isClosed) return;
    const { clock, onBound } = this.#options;
    const restedSinceMs = clock.nowMs() - portRestMs;
    const tired = this.#resting.findIndex(({ sinceMs }) => sinceMs > restedSinceMs);
    const rested = this.#resting.splice(0, tired === -1 ? this.#resting.length : tired);
    this.#spare += rested.length;
    if (rested.length > 0) onBound(rested.map(({ port }) => port));
    if (this.#resting.length > 0) clock.after(portRestStepMs, () => this.#offerRested());
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const sockets = [...this.#bound.values()].flatMap(({ rtp, rtcp }) =>
      rtcp === undefined ? [rtp] : [rtp, rtcp],
    );
    this.#bound.clear();
    await Promise.all(sockets.map((socket) => socket.close()));
  }

  async #bind(port: number): Promise<UdpPort | Unbound> {
    const { datagrams, bindAddress } = this.#options;
    const rtp = await datagrams.bind(bindAddress, port);
    if (typeof rtp === 'string') return rtp;
    const odd = await datagrams.bind(bindAddress, port + 1);
    if (odd === 'not-now') {
      await rtp.close();
      return odd;
    }
    const bound: UdpPort = { port, rtp, rtcp: odd === 'taken' ? undefined : odd };
    this.#bound.set(port, bound);
    return bound;
  }
}
