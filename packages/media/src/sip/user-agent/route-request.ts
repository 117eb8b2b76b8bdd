/** The way to a URI that names an address: protocol, address, port. Where a name leads is found out in `location/`. */
import { isIP } from 'node:net';
import { defaultPorts, flowTo, isDialled } from '../dialog/next-hop.ts';
import { parseUri, uriParam } from '../message/sip-uri.ts';
import type { SipFlow } from '../transport/sip-transport.ts';

export type Route =
  | { readonly kind: 'flow'; readonly flow: SipFlow }
  | { readonly kind: 'none'; readonly status: number; readonly reason: string };

export function routeRequest(uriText: string, protocols: readonly string[]): Route {
  const uri = parseUri(uriText);
  if (uri?.kind !== 'sip' || /[\s<>"]/.test(uriText))
    return { kind: 'none', status: 416, reason: 'Unsupported URI Scheme' };
  // Deviation (RFC 3261 §18.1.1): without a transport parameter UDP is used for large requests too, as phones expect.
  const asked = uriParam(uri, 'transport') ?? (protocols.includes('udp') ? 'udp' : 'tcp');
  // RFC 3261 §26.2.2: a SIPS URI is reached by TLS alone, whatever its transport parameter says.
  const protocol = uri.scheme === 'sips' ? 'tls' : asked;
  if (!isDialled(protocol) || !protocols.includes(protocol)) {
    return { kind: 'none', status: 503, reason: `No Transport For ${protocol.toUpperCase()}` };
  }
  const { host, port = defaultPorts[protocol] } = uri;
  // Nothing here waits for a name server: whoever calls a name says which server of it is meant.
  if (isIP(host) === 0) return { kind: 'none', status: 503, reason: 'Unknown Host' };
  return { kind: 'flow', flow: flowTo(protocol, host, port) };
}
