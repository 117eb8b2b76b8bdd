/**
 * Connections to where a tenant says, and nowhere inside (against server-side request forgery): a name is resolved once, its addresses
 * are judged, and the connection goes to the address that was judged, so that no second answer of a name server counts.
 */
import { lookup } from 'node:dns/promises';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import type { TlsSettings } from '@seatgrid/core/connectors/connector.ts';
import { isInnerAddress, isNamed } from '@seatgrid/core/connectors/inner-address.ts';
import { ConnectorError } from './connector-error.ts';

export interface Guard {
  /** Inner addresses and hosts this tenant may reach all the same; an operator wrote them. */
  readonly innerHosts: readonly string[];
}

export interface Target {
  readonly host: string;
  readonly port: number;
}

/** The address to connect to. Where there are several, the first that may be reached. */
export async function judgedAddress({ host, port }: Target, guard: Guard): Promise<string> {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  const addresses = isIP(bare) ? [bare] : (await lookup(bare, { all: true })).map((one) => one.address);
  const allowed = addresses.find(
    (address) => !isInnerAddress(address) || isNamed(guard.innerHosts, { host: bare, address, port }),
  );
  if (allowed !== undefined) return allowed;
  throw new ConnectorError(
    'inner-address',
    `${host} is at ${addresses.join(', ')}, inside; the platform’s operator can allow it`,
  );
}

export async function dial(target: Target, guard: Guard, signal: AbortSignal): Promise<Socket> {
  const host = await judgedAddress(target, guard);
  signal.throwIfAborted();
  const socket = connect({ host, port: target.port, noDelay: true, keepAlive: true });
  return untilEvent(socket, 'connect', signal);
}

export async function dialTls(
  target: Target,
  { guard, options, signal }: { guard: Guard; options: ConnectionOptions; signal: AbortSignal },
): Promise<TLSSocket> {
  const socket = await dial(target, guard, signal);
  return untilEvent(connectTls({ ...options, socket }), 'secureConnect', signal);
}

/** As Node’s TLS wants it. Nobody’s certificate goes unproved. */
export function tlsOptions(
  { authority, certificate, serverName }: TlsSettings,
  { host, clientKey }: { readonly host: string; readonly clientKey: string | null },
): ConnectionOptions {
  const name = serverName || host;
  return {
    host: name,
    // RFC 6066 §3: literal IPv4 and IPv6 addresses are not permitted in "HostName".
    ...(isIP(name) ? {} : { servername: name }),
    ...(authority ? { ca: authority } : {}),
    ...(certificate && clientKey ? { cert: certificate, key: clientKey } : {}),
    minVersion: 'TLSv1.2',
  };
}

function untilEvent<Line extends Socket>(
  socket: Line,
  event: 'connect' | 'secureConnect',
  signal: AbortSignal,
): Promise<Line> {
  return new Promise((made, fail) => {
    const abort = () => socket.destroy(signal.reason as Error);
    const failed = (error: Error) => (signal.removeEventListener('abort', abort), fail(error));
    signal.addEventListener('abort', abort, { once: true });
    socket.once('error', failed);
    socket.once(event, () => {
      signal.removeEventListener('abort', abort);
      socket.off('error', failed);
      // Until its user listens: an error without a listener would end the process.
      socket.on('error', () => {});
      made(socket);
    });
  });
}
