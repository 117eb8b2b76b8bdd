/**
 * The port between the stack and the network. A transport carries whole messages: it knows sockets, connections and
 * framing, and nothing of what a message says. UDP and TCP implement it here, a lossy wire in memory implements it in
 * tests; TLS and WebSocket would be one file more each.
 */

/** Where a message came from, or goes to. `address` is an IP literal without brackets. */
export interface SipFlow {
  readonly protocol: 'udp' | 'tcp' | 'tls' | 'ws' | 'wss';
  readonly address: string;
  readonly port: number;
  /** Which of the addresses we listen on, where several speak the protocol; the first where absent. */
  readonly listenIndex?: number;
}

export interface SipTransport {
  /** Starts handing every message to `receive`; resolves with the port listened on. Rejects with `SipTransportError`. */
  open(receive: SipReceive): Promise<number>;
  /** Sends over the flow's connection, or opens one. `onFailure` hears at most once that nothing will arrive. */
  send(octets: Buffer, flow: SipFlow, onFailure?: (cause: Error) => void): void;
  close(): Promise<void>;
}

export type SipReceive = (octets: Buffer, flow: SipFlow) => void;

/** Address and port a transport listens on. */
export interface SipListen {
  readonly protocol: 'udp' | 'tcp';
  readonly address: string;
  readonly port: number;
  /** The address others reach it by, when it differs (NAT, 0.0.0.0). */
  readonly advertisedAddress?: string;
}

/** A socket could not be opened. */
export class SipTransportError extends Error {
  override readonly name = 'SipTransportError';
  readonly code: string;
  readonly listen: SipListen;

  constructor(listen: SipListen, cause: NodeJS.ErrnoException) {
    const place = `SIP over ${listen.protocol} at ${listen.address} port ${listen.port}`;
    super(
      cause.code === 'EADDRINUSE' ? `${place}: another program listens there` : `${place}: ${cause.message}`,
      { cause },
    );
    this.code = cause.code ?? 'UNKNOWN';
    this.listen = listen;
  }
}
