/** Who we are to those that connect by TLS: the certificate that covers the name they ask for. */
import { X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContext, type Server, type TlsOptions } from 'node:tls';
import { sipTlsHandshakeMs } from '../../limits.ts';
import type { SipTls } from './sip-transport.ts';

/** RFC 8996: 1.0 and 1.1 are history. */
export const tlsVersionMin = 'TLSv1.2';

/** As a flow names the one certificate that is believed. */
export function fingerprintOf(certificate: X509Certificate): string {
  return certificate.fingerprint256.replaceAll(':', '').toLowerCase();
}

interface KnownIdentity {
  readonly certificate: X509Certificate;
  readonly context: SecureContext;
}

export class TlsIdentities {
  #tls: SipTls;
  #known: readonly KnownIdentity[];

  constructor(tls: SipTls = { identities: [] }) {
    this.#tls = tls;
    this.#known = knownOf(tls);
  }

  get authorities(): string | undefined {
    return this.#tls.authorities;
  }

  /** What serves clients that name no host, and shows carriers who connects. */
  get first(): SipTls['identities'][number] {
    return this.#tls.identities[0]!;
  }

  serverOptions(): TlsOptions {
    return {
      ...this.#firstOptions(),
      handshakeTimeout: sipTlsHandshakeMs,
      SNICallback: (name, done) => done(null, this.#contextFor(name)),
    };
  }

  /** Whoever connects from now on sees these; who is connected stays so. Throws, and changes nothing, where a key does not fit. */
  renew(tls: SipTls, server: Pick<Server, 'setSecureContext'> | undefined): void {
    this.#known = knownOf(tls);
    this.#tls = tls;
    server?.setSecureContext(this.#firstOptions());
  }

  #firstOptions(): { cert: string; key: string; minVersion: typeof tlsVersionMin } {
    const { certificate: cert, key } = this.first;
    return { cert, key, minVersion: tlsVersionMin };
  }

  #contextFor(name: string): SecureContext {
    return (
      this.#known.find(({ certificate }) => certificate.checkHost(name) !== undefined) ?? this.#known[0]!
    ).context;
  }
}

function knownOf({ identities }: SipTls): readonly KnownIdentity[] {
  if (identities.length === 0) throw new Error('SIP over TLS needs a certificate and its key');
  return identities.map(({ certificate, key }) => ({
    certificate: new X509Certificate(certificate),
    context: createSecureContext({ cert: certificate, key, minVersion: tlsVersionMin }),
  }));
}
