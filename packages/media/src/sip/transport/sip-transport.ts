/**
 * The port between the stack and the network. A transport carries whole messages: it knows sockets, connections and
 * framing, and nothing of what a message says. UDP, TCP, TLS and WebSocket implement it here, a lossy wire in memory
 * implements it in tests.
 */

export type SipProtocol = 'udp' | 'tcp' | 'tls' | 'ws' | 'wss';

/** Where a message came from, or goes to. `address` is an IP literal without brackets. */
export interface SipFlow {
  readonly protocol: SipProtocol;
  readonly address: string;
  readonly port: number;
  /** Which of the addresses we listen on, where several speak the protocol; the first where absent. */
  readonly listenIndex?: number;
  /** The name the URI gave for `address`: what a TLS certificate must prove. The address itself where absent. */
  readonly serverName?: string;
  /** SHA-256 of the one certificate that is believed there, as hexadecimal digits, in place of a name and its authorities. */
  readonly fingerprint?: string;
  /** For requests of ours: by whose credentials a challenge on this way is answered. */
  readonly peer?: string;
}

export interface SipTransport {
  /** Starts handing every message to `receive`; resolves with the port listened on. Rejects with `SipTransportError`. */
  open(receive: SipReceive): Promise<number>;
  /** Sends over the flow's connection, or opens one. `onFailure` hears at most once that nothing will arrive. */
  send(octets: Buffer, flow: SipFlow, onFailure?: (cause: Error) => void): void;
  /** Somebody known speaks over the flow: its connection may stay. One that proves nothing is closed before long. */
  prove?(flow: SipFlow): void;
  /** Other certificates for whoever connects from now on, where there are any. Throws, and changes nothing, where they cannot be used. */
  renew?(tls: SipTls): void;
  close(): Promise<void>;
}

export type SipReceive = (octets: Buffer, flow: SipFlow) => void;

/** Address and port a transport listens on. */
export interface SipListen {
  readonly protocol: SipProtocol;
  readonly address: string;
  readonly port: number;
  /** The address others reach it by, when it differs (NAT, 0.0.0.0). */
  readonly advertisedAddress?: string;
  /** Needed for `tls` and `wss`. */
  readonly tls?: SipTls;
}

export interface SipTls {
  /** PEM. The first serves clients that name no host; of the others, the one whose certificate covers the name (SNI). */
  readonly identities: readonly { readonly certificate: string; readonly key: string }[];
  /** PEM of the authorities a peer we connect to must be certified by; those the runtime knows where absent. */
  readonly authorities?: string;
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
