/** Who we are to those that connect by TLS: the certificate that covers the name they ask for. */
import { X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContext, type TlsOptions } from 'node:tls';
import { sipTlsHandshakeMs } from '../../limits.ts';
import type { SipTls } from './sip-transport.ts';

/** RFC 8996: 1.0 and 1.1 are history. */
export const tlsVersionMin = 'TLSv1.2';

export function serverTlsOptions(identities: SipTls['identities']): TlsOptions {
  const [first] = identities;
  if (!first) throw new Error('SIP over TLS needs a certificate and its key');
  const known = identities.map(({ certificate, key }) => ({
    certificate: new X509Certificate(certificate),
    context: createSecureContext({ cert: certificate, key, minVersion: tlsVersionMin }),
  }));
  const contextFor = (name: string): SecureContext =>
    (known.find(({ certificate }) => certificate.checkHost(name) !== undefined) ?? known[0]!).context;
  return {
    cert: first.certificate,
    key: first.key,
    minVersion: tlsVersionMin,
    handshakeTimeout: sipTlsHandshakeMs,
    SNICallback: (name, done) => done(null, contextFor(name)),
  };
}
