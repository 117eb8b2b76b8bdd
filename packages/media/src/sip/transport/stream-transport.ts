/**
 * SIP over a stream of octets (RFC 3261 §18), as TCP and TLS have in common. A connection belongs to the remote address and
 * port; requests to that peer and responses to it share it, whoever opened it. Real I/O.
 */
import type { Server, Socket } from 'node:net';
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import { sipTcpConnectTimeoutMs, sipTcpMessageTimeoutMs, sipTcpUnsentBytesMax } from '../../limits.ts';
import { ConnectionGuard } from './connection-guard.ts';
import {
  SipTransportError,
  type SipFlow,
  type SipListen,
  type SipReceive,
  type SipTls,
  type SipTransport,
} from './sip-transport.ts';
import { connectionKey } from './source-address.ts';
import { StreamFramer } from './stream-framer.ts';

/** What TCP and TLS do each in its own way. */
export interface StreamKind {
  /** `take` gets each connection that is ready to be read. */
  createServer(take: (socket: Socket) => void): Server;
  dial(flow: SipFlow, localAddress: string | undefined): Socket;
  /** Certificates for whoever connects from now on. */
  renew?(tls: SipTls): void;
  /** What a dialled socket says when it can carry messages. */
  readonly readyEvent: 'connect' | 'secureConnect';
}

export class StreamTransport implements SipTransport {
  readonly #listen: SipListen;
  readonly #clock: Clock;
  readonly #kind: StreamKind;
  readonly #guard: ConnectionGuard;
  readonly #connections = new Map<string, Socket>();
  /** Dialled, and not yet seen to be whom the flow means. */
  readonly #unproven = new WeakSet<Socket>();
  #server: Server | undefined;
  #receive: SipReceive = () => {};

  constructor(listen: SipListen, clock: Clock, kind: StreamKind) {
    this.#listen = listen;
    this.#clock = clock;
    this.#kind = kind;
    this.#guard = new ConnectionGuard(clock);
  }

  async open(receive: SipReceive): Promise<number> {
    this.#receive = receive;
    const server = this.#kind.createServer((socket) => {
      const { remoteAddress: address = '', remotePort: port = 0 } = socket;
      this.#adopt(socket, { address, port });
    });
    this.#guard.watch(server);
    const port = await listenOn(server, this.#listen);
    this.#server = server;
    return port;
  }

  send(octets: Buffer, flow: SipFlow, onFailure?: (cause: Error) => void): void {
    let socket = this.#connections.get(keyOf(flow));
    if (!socket || socket.destroyed) {
      if (!this.#server) return;
      socket = this.#dial(flow);
      this.#adopt(socket, flow);
    }
    if (socket.writableLength > sipTcpUnsentBytesMax) socket.destroy(new Error('the peer does not read'));
    const write = () => socket.write(octets, (cause) => cause && onFailure?.(cause));
    if (!this.#unproven.has(socket)) return void write();
    // Nothing is said before it is known to whom.
    const fail = () => onFailure?.(new Error('the peer did not show the certificate expected of it'));
    socket.once('close', fail).once(this.#kind.readyEvent, () => {
      socket.off('close', fail);
      write();
    });
  }

  prove(flow: SipFlow): void {
    this.#guard.prove(flow);
  }

  renew(tls: SipTls): void {
    this.#kind.renew?.(tls);
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const socket of this.#connections.values()) socket.destroy();
    this.#connections.clear();
    this.#guard.close();
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  #dial(flow: SipFlow): Socket {
    const socket = this.#kind.dial(flow, this.#localAddress());
    const giveUp = this.#clock.after(sipTcpConnectTimeoutMs, () => {
      socket.destroy(new Error(`no answer to the ${flow.protocol.toUpperCase()} connection`));
    });
    socket.once(this.#kind.readyEvent, giveUp).once('close', giveUp);
    if (flow.fingerprint !== undefined) {
      this.#unproven.add(socket);
      socket.once(this.#kind.readyEvent, () => this.#unproven.delete(socket));
    }
    return socket;
  }

  #localAddress(): string | undefined {
    const { address } = this.#listen;
    return address === '0.0.0.0' || address === '::' ? undefined : address;
  }

  #adopt(socket: Socket, peer: Omit<SipFlow, 'protocol'>): void {
    const { address, port, serverName, fingerprint } = peer;
    const flow: SipFlow = {
      protocol: this.#listen.protocol,
      address,
      port,
      ...(serverName === undefined ? {} : { serverName }),
      ...(fingerprint === undefined ? {} : { fingerprint }),
    };
    const key = keyOf(flow);
    const framer = new StreamFramer();
    let giveUp: Cancel | undefined;
    this.#connections.set(key, socket);
    socket.on('data', (chunk: Buffer) => {
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

/** RFC 5923 §4: what was proven for one name serves no other. */
function keyOf(flow: SipFlow): string {
  return `${connectionKey(flow.address, flow.port)} ${flow.fingerprint ?? flow.serverName ?? ''}`;
}

/** Resolves with the port; rejects with a `SipTransportError`. */
export function listenOn(server: Server, listen: SipListen): Promise<number> {
  return new Promise((resolve, reject) => {
    const refuse = (cause: Error): void => reject(new SipTransportError(listen, cause));
    server.once('error', refuse);
    // `::` means IPv6 alone: whoever wants both listens on both, and each has its own address in Via.
    server.listen({ port: listen.port, host: listen.address, ipv6Only: true }, () => {
      server.off('error', refuse);
      server.on('error', () => {});
      const bound = server.address();
      resolve(typeof bound === 'object' && bound ? bound.port : listen.port);
    });
  });
}
