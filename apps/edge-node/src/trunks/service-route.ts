/** By which proxies a registrar wants calls of ours to come (RFC 3608), and where the first of them is. */
import { isDialled } from '@seatgrid/media/sip/dialog/next-hop.ts';
import type { ServerTarget } from '@seatgrid/media/sip/location/locate-servers.ts';
import { parseNameAddr } from '@seatgrid/media/sip/message/name-addr.ts';
import { uriParam } from '@seatgrid/media/sip/message/sip-uri.ts';
import type { SipFlow } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import { serviceRoutesMax } from '../limits.ts';
import { ServerLocation, type LocationServices } from './server-location.ts';

export interface ServiceRoute {
  /** As the registrar wrote them. */
  readonly routes: readonly string[];
  readonly location: ServerLocation;
}

/** Null where calls need not go by anybody, or the registrar wrote what cannot be followed. */
export function openServiceRoute(
  routes: readonly string[],
  registrar: SipFlow,
  services: LocationServices,
): ServiceRoute | null {
  const target = routes.length <= serviceRoutesMax ? targetOf(routes[0]) : undefined;
  if (!target) return null;
  const { protocol, address, port } = registrar;
  const isRegistrar =
    target.host === address && target.port === port && (target.protocol ?? 'udp') === protocol;
  // RFC 5923: the connection that was proven for the registrar's name is the way to the same place by its address.
  const fixed = { choices: [{ priority: 0, weight: 0, flows: [registrar] }], ttlMs: Infinity };
  return { routes, location: new ServerLocation(target, services, ...(isRegistrar ? [fixed] : [])) };
}

function targetOf(route: string | undefined): ServerTarget | undefined {
  const uri = route === undefined ? undefined : parseNameAddr(route)?.uri;
  // RFC 3608 §6.1: a registrar writes loose routers alone.
  if (uri?.kind !== 'sip' || uriParam(uri, 'lr') === undefined) return undefined;
  const transport = uri.scheme === 'sips' ? 'tls' : uriParam(uri, 'transport');
  if (transport !== undefined && !isDialled(transport)) return undefined;
  return { host: uri.host, port: uri.port ?? null, protocol: transport ?? null };
}
