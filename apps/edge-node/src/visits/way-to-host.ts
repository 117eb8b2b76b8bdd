/** Where a host is dialled. Over TLS it is believed by the certificate it was named with, whoever certified that. */
import { defaultPorts } from '@seatgrid/media/sip/dialog/next-hop.ts';
import { parseUri } from '@seatgrid/media/sip/message/sip-uri.ts';
import type { OutgoingInviteRequest } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import type { VisitPlace } from './visit-terms.ts';
import { visitUri } from './visit-user.ts';

export function wayToHost(place: VisitPlace): Pick<OutgoingInviteRequest, 'uri' | 'server'> {
  const { fingerprint } = place;
  const uri = visitUri(place);
  const to = parseUri(uri);
  if (fingerprint === null || to?.kind !== 'sip') return { uri };
  return {
    uri,
    server: { protocol: 'tls', address: to.host, port: to.port ?? defaultPorts.tls, fingerprint },
  };
}
