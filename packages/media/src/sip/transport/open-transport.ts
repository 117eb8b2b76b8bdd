/** The real transport for an address to listen on. */
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import type { SipListen, SipTransport } from './sip-transport.ts';
import { createTcpTransport } from './tcp-transport.ts';
import { createUdpTransport } from './udp-transport.ts';

export type OpenTransport = (listen: SipListen, clock: Clock) => SipTransport;

export const openTransport: OpenTransport = (listen, clock) =>
  listen.protocol === 'udp' ? createUdpTransport(listen) : createTcpTransport(listen, clock);
