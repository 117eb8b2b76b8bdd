/** The way to a URI (RFC 3263, the part without NAPTR and SRV): protocol, address, port. */
import { isIP } from 'node:net';
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
  const protocol = uriParam(uri, 'transport') ?? (protocols.includes('udp') ? 'udp' : 'tcp');
  if ((protocol !== 'udp' && protocol !== 'tcp') || !protocols.includes(protocol)) {
    return { kind: 'none', status: 503, reason: `No Transport For ${protocol.toUpperCase()}` };
  }
  const { host, port = 5060 } = uri;
  const flowAt = (address: string): SipFlow => ({ protocol, address, port });
  return isIP(host) === 0 ? { kind: 'lookup', host, flowAt } : { kind: 'flow', flow: flowAt(host) };
}
