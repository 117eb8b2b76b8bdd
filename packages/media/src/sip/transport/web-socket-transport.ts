/**
 * SIP over WebSocket (RFC 7118): one message a frame, for phones that are web pages. Browsers cannot be connected to, so a
 * flow lives and ends with the connection its client opened. Real I/O.
 */
import { createServer as createHttpServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import { WebSocket, WebSocketServer } from 'ws';
import { sipMessageBytesMax, sipTcpMessageTimeoutMs, sipTcpUnsentBytesMax } from '../../limits.ts';
import { ConnectionGuard } from './connection-guard.ts';
import type { SipFlow, SipListen, SipReceive, SipTls, SipTransport } from './sip-transport.ts';
import { connectionKey } from './source-address.ts';
import { listenOn } from './stream-transport.ts';
import { TlsIdentities } from './tls-identity.ts';

const subprotocol = 'sip';

export function createWebSocketTransport(listen: SipListen, clock: Clock): SipTransport {
  return new WebSocketTransport(listen, clock);
}

class WebSocketTransport implements SipTransport {
  readonly #listen: SipListen;
  readonly #guard: ConnectionGuard;
  readonly #connections = new Map<string, WebSocket>();
  readonly #upgrades = new WebSocketServer({
    noServer: true,
    maxPayload: sipMessageBytesMax,
    perMessageDeflate: false,
    handleProtocols: () => subprotocol,
  });
  #server: Server | undefined;
  #receive: SipReceive = () => {};
  #renew: (tls: SipTls) => void = () => {};

  constructor(listen: SipListen, clock: Clock) {
    this.#listen = listen;
    this.#guard = new ConnectionGuard(clock);
  }

  async open(receive: SipReceive): Promise<number> {
    this.#receive = receive;
    const server = this.#createServer({
      headersTimeout: sipTcpMessageTimeoutMs,
      requestTimeout: sipTcpMessageTimeoutMs,
    });
    server.on('request', (_request, response) => response.writeHead(426, { Upgrade: 'websocket' }).end());
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    server.on('tlsClientError', () => {});
    this.#guard.watch(server);
    const port = await listenOn(server, this.#listen);
    this.#server = server;
    return port;
  }

  #createServer(limits: { readonly headersTimeout: number; readonly requestTimeout: number }): Server {
    if (this.#listen.protocol === 'ws') return createHttpServer(limits);
    const identities = new TlsIdentities(this.#listen.tls);
    const server = createHttpsServer({ ...limits, ...identities.serverOptions() });
    this.#renew = (tls) => identities.renew(tls, server);
    return server;
  }

  renew(tls: SipTls): void {
    this.#renew(tls);
  }

  send(octets: Buffer, flow: SipFlow, onFailure?: (cause: Error) => void): void {
    const socket = this.#connections.get(connectionKey(flow.address, flow.port));
    if (!socket) {
      queueMicrotask(() => onFailure?.(new Error('the WebSocket is closed')));
      return;
    }
    if (socket.bufferedAmount > sipTcpUnsentBytesMax) socket.terminate();
    // RFC 7118 §4.1: what we write is UTF-8 throughout, and goes as text.
    socket.send(octets, { binary: false }, (cause) => cause && onFailure?.(cause));
  }

  prove(flow: SipFlow): void {
    this.#guard.prove(flow);
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const socket of this.#connections.values()) socket.terminate();
    this.#connections.clear();
    this.#guard.close();
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => {});
    const offered = request.headers['sec-websocket-protocol']?.split(',') ?? [];
    // RFC 7118 §4.1: both sides MUST agree on the subprotocol `sip`.
    if (!offered.some((one) => one.trim().toLowerCase() === subprotocol)) {
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
      return;
    }
    const { remoteAddress = '', remotePort = 0 } = request.socket;
    this.#upgrades.handleUpgrade(request, socket, head, (upgraded) => {
      this.#adopt(upgraded, remoteAddress, remotePort);
    });
  }

  #adopt(socket: WebSocket, address: string, port: number): void {
    const { protocol } = this.#listen;
    const key = connectionKey(address, port);
    const flow: SipFlow = { protocol, address, port };
    this.#connections.set(key, socket);
    socket.on('message', (data) => {
      const octets = data as Buffer;
      // RFC 7118 §6, RFC 5626 §3.5.1: a double CRLF asks for a single one.
      if (octets.length === 4 && octets.equals(ping)) socket.send('\r\n');
      else this.#receive(octets, flow);
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      if (this.#connections.get(key) === socket) this.#connections.delete(key);
    });
  }
}

const ping = Buffer.from('\r\n\r\n');
