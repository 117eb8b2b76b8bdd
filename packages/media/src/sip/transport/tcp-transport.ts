/**
 * SIP over TCP (RFC 3261 §18). A connection belongs to the remote address and port; requests to that peer and responses
 * to it share it, whoever opened it. Real I/O.
 */
import { createServer, connect, isIPv6, type Server, type Socket } from 'node:net';
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import {
  sipTcpConnectTimeoutMs,
  sipTcpConnectionsMax,
  sipTcpMessageTimeoutMs,
  sipTcpUnsentBytesMax,
} from '../../limits.ts';
import {
  SipTransportError,
  type SipFlow,
  type SipListen,
  type SipReceive,
  type SipTransport,
} from './sip-transport.ts';
import { StreamFramer } from './stream-framer.ts';

export function createTcpTransport(listen: SipListen, clock: Clock): SipTransport {
  return new TcpTransport(listen, clock);
}

class TcpTransport implements SipTransport {
  readonly #listen: SipListen;
  readonly #clock: Clock;
  readonly #connections = new Map<string, Socket>();
  #server: Server | undefined;
  #receive: SipReceive = () => {};

  constructor(listen: SipListen, clock: Clock) {
    this.#listen = listen;
    this.#clock = clock;
  }

  open(receive: SipReceive): Promise<number> {
    this.#receive = receive;
    const server = createServer({ noDelay: true }, (socket) => {
      if (this.#connections.size >= sipTcpConnectionsMax) socket.destroy();
      else this.#adopt(socket, socket.remoteAddress ?? '', socket.remotePort ?? 0);
    });
    return new Promise((resolve, reject) => {
      server.once('error', (cause) => reject(new SipTransportError(this.#listen, cause)));
      const { port, address } = this.#listen;
      server.listen({ port, host: address, ipv6Only: isIPv6(address) }, () => {
        server.removeAllListeners('error');
        server.on('error', () => {});
        this.#server = server;
        const bound = server.address();
        resolve(typeof bound === 'object' && bound ? bound.port : this.#listen.port);
      });
    });
  }

  send(octets: Buffer, flow: SipFlow, onFailure?: (cause: Error) => void): void {
    let socket = this.#connections.get(connectionKey(flow.address, flow.port));
    if (!socket) {
      if (!this.#server) return;
      socket = connect({
        host: flow.address,
        port: flow.port,
        noDelay: true,
        localAddress: this.#localAddress(),
      });
      socket.setTimeout(sipTcpConnectTimeoutMs, () => {
        if (socket?.connecting) socket.destroy(new Error('no answer to the TCP connection'));
      });
      this.#adopt(socket, flow.address, flow.port);
    }
    if (socket.writableLength > sipTcpUnsentBytesMax) socket.destroy(new Error('the peer does not read'));
    socket.write(octets, (cause) => cause && onFailure?.(cause));
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const socket of this.#connections.values()) socket.destroy();
    this.#connections.clear();
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  #localAddress(): string | undefined {
    const { address } = this.#listen;
    return address === '0.0.0.0' || address === '::' ? undefined : address;
  }

  #adopt(socket: Socket, address: string, port: number): void {
    const key = connectionKey(address, port);
    const flow: SipFlow = { protocol: 'tcp', address: plainAddress(address), port };
    const framer = new StreamFramer();
    let giveUp: Cancel | undefined;
    this.#connections.set(key, socket);
    socket.on('data', (chunk) => {
      const framed = framer.push(chunk);
      if (framed.messages.length > 0 || !framer.isWithinMessage) {
        giveUp?.();
        giveUp = undefined;
      }
      if (framed.pings > 0) socket.write('\r\n');
      for (const message of framed.messages) this.#receive(message, flow);
      if (framed.broken) {
        this.#receive(framed.broken, flow);
        // The answer has to be read before the connection goes: what still comes is swallowed, for a while.
        socket.removeAllListeners('data').resume().end();
        giveUp ??= this.#clock.after(sipTcpMessageTimeoutMs, () => socket.destroy());
      }
      // A message that never becomes whole must not hold a connection for ever.
      else if (framer.isWithinMessage)
        giveUp ??= this.#clock.after(sipTcpMessageTimeoutMs, () => socket.destroy());
    });
    // `close` follows; whoever waited for an answer learns by its own timer or by the write that failed.
    socket.on('error', () => {});
    socket.on('close', () => {
      giveUp?.();
      if (this.#connections.get(key) === socket) this.#connections.delete(key);
    });
  }
}

function connectionKey(address: string, port: number): string {
  return `${plainAddress(address)} ${port}`;
}

/** An IPv4 peer of a dual-stack socket is an IPv4 peer. */
function plainAddress(address: string): string {
  return address.startsWith('::ffff:') ? address.slice(7) : address;
}
