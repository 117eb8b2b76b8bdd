/** Where other nodes bring their calls: over TLS with the certificate this node shows, or by plain TCP where it speaks no TLS. */
import { X509Certificate } from 'node:crypto';
import { hostPort } from '@seatgrid/media/sip/message/sip-uri.ts';
import { fingerprintOf } from '@seatgrid/media/sip/transport/tls-identity.ts';
import type { SipTls } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import type { ProcessConfig } from '../config.ts';
import type { VisitPlace } from './visit-terms.ts';

export function visitReach(
  { sipAdvertised, sipPort, sipTlsPort }: ProcessConfig,
  tls: SipTls | undefined,
): Pick<VisitPlace, 'uri' | 'fingerprint'> {
  const shown = tls?.identities[0]?.certificate;
  return shown !== undefined && sipTlsPort > 0
    ? {
        uri: `sip:${hostPort(sipAdvertised, sipTlsPort)};transport=tls`,
        fingerprint: fingerprintOf(new X509Certificate(shown)),
      }
    : { uri: `sip:${hostPort(sipAdvertised, sipPort)};transport=tcp`, fingerprint: null };
}
