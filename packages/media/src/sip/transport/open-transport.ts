/** The real transport for an address to listen on. */
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import type { SipListen, SipTransport } from './sip-transport.ts';
import { createTcpTransport } from './tcp-transport.ts';
import { createTlsTransport } from './tls-transport.ts';
import { createUdpTransport } from './udp-transport.ts';
import { createWebSocketTransport } from './web-socket-transport.ts';

export type OpenTransport = (listen: SipListen, clock: Clock) => SipTransport;

export const openTransport: OpenTransport = (listen, clock) => {
  switch (listen.protocol) {
    case 'udp':
      return createUdpTransport(listen);
    case 'tcp':
      return createTcpTransport(listen, clock);
    case 'tls':
      return createTlsTransport(listen, clock);
    case 'ws':
    case 'wss':
      return createWebSocketTransport(listen, clock);
  }
};
