/**
 * Where a request inside a dialog, or to a registered phone, is really sent. The URI says where the party believes it
 * is; behind a NAT the flow its packets come from knows better.
 */
import { isIP } from 'node:net';
import type { SipRequest } from '../message/sip-message.ts';
import { paramOf } from '../message/scanner.ts';
import { parseUri, uriParam } from '../message/sip-uri.ts';
import type { SipFlow } from '../transport/sip-transport.ts';

/** RFC 3261 §19.1.2: the ports of protocols a request can be sent by without a connection from the other side. */
export const defaultPorts = { udp: 5060, tcp: 5060, tls: 5061 } as const;

export type DialledProtocol = keyof typeof defaultPorts;

export function isDialled(protocol: string): protocol is DialledProtocol {
  return Object.hasOwn(defaultPorts, protocol);
}

/** RFC 5923 §4: a TLS connection is kept for the name that was proven, which is the address's own where it has none. */
export function flowTo(
  protocol: DialledProtocol,
  address: string,
  port: number,
  serverName: string = address,
): SipFlow {
  return protocol === 'tls' ? { protocol, address, port, serverName } : { protocol, address, port };
}

/** The flow towards `uri`, where that is an address; `flow` for a name, since a dialog must not wait for DNS. */
export function flowTowards(uriText: string, flow: SipFlow): SipFlow {
  const uri = parseUri(uriText);
  // What a flow leads to is an address.
  if (uri?.kind !== 'sip' || (uri.host !== flow.address && isIP(uri.host) === 0)) return flow;
  const transport = uriParam(uri, 'transport');
  const protocol = transport !== undefined && isDialled(transport) ? transport : flow.protocol;
  // A WebSocket cannot be opened towards its client: the one that is there is the way.
  if (!isDialled(protocol)) return flow;
  const port = uri.port ?? defaultPorts[protocol];
  if (uri.host === flow.address && port === flow.port && protocol === flow.protocol) return flow;
  // A connection is reused for the peer it reaches, whatever port the Contact names (RFC 5923).
  if (flow.protocol !== 'udp' && protocol === flow.protocol && uri.host === flow.address) return flow;
  return { ...flow, protocol, address: uri.host, port };
}

/** True where only the flow a request came over is sure to lead back: a connection, a NAT, a symmetric client (RFC 3581). */
export function mustAnswerOverFlow(request: SipRequest, flow: SipFlow): boolean {
  if (flow.protocol !== 'udp') return true;
  const { via } = request;
  if (via.host !== flow.address && isIP(via.host) !== 0) return true;
  if (paramOf(via.params, 'rport') === undefined) return false;
  const contact = request.nameAddrs('Contact')?.[0]?.uri;
  return contact?.kind !== 'sip' || contact.host === flow.address || isIP(contact.host) === 0;
}
