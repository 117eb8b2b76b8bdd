/** SIP over TCP. */
import { connect, createServer } from 'node:net';
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import type { SipListen, SipTransport } from './sip-transport.ts';
import { StreamTransport } from './stream-transport.ts';

export function createTcpTransport(listen: SipListen, clock: Clock): SipTransport {
  return new StreamTransport(listen, clock, {
    readyEvent: 'connect',
    createServer: (take) => createServer({ noDelay: true }, take),
    dial: ({ address: host, port }, localAddress) => connect({ host, port, noDelay: true, localAddress }),
  });
}
