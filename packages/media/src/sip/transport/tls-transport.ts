/** SIP over TLS (RFC 3261 §26.2.1, RFC 5630): version 1.2 at least, and a peer we connect to is who the URI names. */
import { connect as connectTcp, isIP } from 'node:net';
import { connect, createServer, type Server, type TLSSocket } from 'node:tls';
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import type { SipListen, SipTransport } from './sip-transport.ts';
import { StreamTransport } from './stream-transport.ts';
import { fingerprintOf, TlsIdentities, tlsVersionMin } from './tls-identity.ts';

export function createTlsTransport(listen: SipListen, clock: Clock): SipTransport {
  let identities: TlsIdentities;
  let server: Server | undefined;
  return new StreamTransport(listen, clock, {
    readyEvent: 'secureConnect',
    createServer: (take) => {
      identities = new TlsIdentities(listen.tls);
      server = createServer({ ...identities.serverOptions(), noDelay: true }, take);
      // A handshake that fails is the peer's affair: its connection is gone already.
      server.on('tlsClientError', () => {});
      return server;
    },
    dial: ({ address, port, serverName = address, fingerprint }, localAddress) => {
      const { first, authorities } = identities;
      const socket = connect({
        socket: connectTcp({ host: address, port, localAddress, noDelay: true }),
        // RFC 6066 §3: no addresses in the server's name; the certificate is held against the address then.
        ...(isIP(serverName) === 0 ? { servername: serverName } : { host: address }),
        minVersion: tlsVersionMin,
        // For a carrier that wants to see who connects.
        cert: first.certificate,
        key: first.key,
        ...(authorities === undefined ? {} : { ca: authorities }),
        rejectUnauthorized: fingerprint === undefined,
      });
      if (fingerprint !== undefined) holdAgainst(socket, fingerprint);
      return socket;
    },
    renew: (tls) => identities.renew(tls, server),
  });
}

/** Before anybody else hears that the connection is ready. */
function holdAgainst(socket: TLSSocket, fingerprint: string): void {
  socket.once('secureConnect', () => {
    const shown = socket.getPeerX509Certificate();
    if (!shown || fingerprintOf(shown) !== fingerprint)
      socket.destroy(new Error('another certificate than the one expected'));
  });
}
