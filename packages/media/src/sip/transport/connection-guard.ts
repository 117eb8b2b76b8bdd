/**
 * Who may hold a connection, and for how long: so many in all, so many a source, and briefly until somebody behind it has
 * proven who he is. Sees the bare sockets under TCP, TLS and WebSocket alike. Real I/O.
 */
import type { Server, Socket } from 'node:net';
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import {
  sipConnectionProofMs,
  sipConnectionsMax,
  sipConnectionsPerSourceMax,
  sipConnectionSilentMs,
  sipConnectionsUnprovenPerSourceMax,
  sipTcpKeepAliveMs,
} from '../../limits.ts';
import type { SipFlow } from './sip-transport.ts';
import { connectionKey, sourceOf } from './source-address.ts';

interface Held {
  readonly socket: Socket;
  readonly source: string;
  wait: Cancel;
  octetsHeard: number;
}

export class ConnectionGuard {
  readonly #clock: Clock;
  readonly #held = new Map<string, Held>();
  /** Those that have proven nothing yet, the longest standing first. */
  readonly #unproven = new Map<string, Held>();
  readonly #perSource = new Map<string, { all: number; unproven: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  watch(server: Server): void {
    server.on('connection', (socket) => this.#admit(socket));
  }

  prove(flow: SipFlow): void {
    const key = connectionKey(flow.address, flow.port);
    const held = this.#unproven.get(key);
    if (!held) return;
    this.#unproven.delete(key);
    this.#count(held.source).unproven--;
    held.wait();
    this.#awaitSilence(held);
  }

  close(): void {
    for (const { socket } of this.#held.values()) socket.destroy();
  }

  #admit(socket: Socket): void {
    const { remoteAddress: address, remotePort: port } = socket;
    if (address === undefined || port === undefined) return;
    const source = sourceOf(address);
    const count = this.#count(source);
    const isTooMany =
      count.all >= sipConnectionsPerSourceMax || count.unproven >= sipConnectionsUnprovenPerSourceMax;
    if (isTooMany || !this.#makeRoom()) {
      this.#forget(source);
      socket.destroy();
      return;
    }
    const key = connectionKey(address, port);
    const wait = this.#clock.after(sipConnectionProofMs, () => socket.destroy());
    const held: Held = { socket, source, wait, octetsHeard: 0 };
    count.all++;
    count.unproven++;
    this.#held.set(key, held);
    this.#unproven.set(key, held);
    // A peer that vanished without a word is noticed by the kernel.
    socket.setKeepAlive(true, sipTcpKeepAliveMs);
    socket.once('close', () => {
      held.wait();
      count.all--;
      if (this.#unproven.get(key) === held) {
        this.#unproven.delete(key);
        count.unproven--;
      }
      if (this.#held.get(key) === held) this.#held.delete(key);
      this.#forget(source);
    });
  }

  /** Where all places are taken, whoever has waited longest without proof gives up his. */
  #makeRoom(): boolean {
    if (this.#held.size < sipConnectionsMax) return true;
    const [eldest] = this.#unproven;
    if (!eldest) return false;
    this.#held.delete(eldest[0]);
    eldest[1].socket.destroy();
    return true;
  }

  #awaitSilence(held: Held): void {
    held.octetsHeard = held.socket.bytesRead;
    held.wait = this.#clock.after(sipConnectionSilentMs, () => {
      if (held.socket.bytesRead === held.octetsHeard) held.socket.destroy();
      else this.#awaitSilence(held);
    });
  }

  #count(source: string): { all: number; unproven: number } {
    let count = this.#perSource.get(source);
    if (!count) this.#perSource.set(source, (count = { all: 0, unproven: 0 }));
    return count;
  }

  #forget(source: string): void {
    if (this.#perSource.get(source)?.all === 0) this.#perSource.delete(source);
  }
}
