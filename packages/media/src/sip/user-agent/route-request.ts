/** The way to a URI (RFC 3263, the part without NAPTR and SRV): protocol, address, port. */
import { isIP } from 'node:net';
import { defaultPorts, isDialled } from '../dialog/next-hop.ts';
import { parseUri, uriParam } from '../message/sip-uri.ts';
import type { SipFlow } from '../transport/sip-transport.ts';

export type Route =
  | { readonly kind: 'flow'; readonly flow: SipFlow }
  | { readonly kind: 'lookup'; readonly host: string; readonly flowAt: (address: string) => SipFlow }
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
  const flowAt = (address: string): SipFlow => ({
    protocol,
    address,
    port,
    ...(protocol === 'tls' ? { serverName: host } : {}),
  });
  return isIP(host) === 0 ? { kind: 'lookup', host, flowAt } : { kind: 'flow', flow: flowAt(host) };
}
