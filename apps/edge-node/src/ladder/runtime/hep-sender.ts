/** Sends every SIP message to a collector such as Homer, as it passes. Real I/O; what the collector misses is not sent again. */
import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Ladder } from '@seatgrid/contracts/nouns/ladder.ts';
import { hepPacket, type HepAgent } from '../hep.ts';
import type { PassingMessage } from '../kept-messages.ts';
import { maskMessage } from '../mask-message.ts';
import { nodeEnd } from '../node-end.ts';
import type { Endpoint } from '../pcap.ts';

export interface HepSender {
  send(message: PassingMessage): void;
  close(): void;
}

export function openHepSender(collector: Endpoint, node: Ladder['node'], agent: HepAgent): HepSender {
  const socket = createSocket(isIPv6(collector.address) ? 'udp6' : 'udp4');
  // A collector that is away costs nothing but its own copy.
  socket.on('error', () => {});
  socket.unref();
  return {
    send({ atMs, direction, flow, sipCallId, wire, hidesDigits }) {
      const other = { address: flow.address, port: flow.port };
      const own = nodeEnd(node, flow.protocol);
      const [from, to] = direction === 'in' ? [other, own] : [own, other];
      const isStream = flow.protocol !== 'udp';
      const packet = hepPacket(
        { atMs, from, to, payload: maskMessage(wire, hidesDigits), isStream, correlation: sipCallId },
        agent,
      );
      socket.send(packet, collector.port, collector.address, () => {});
    },
    close: () => socket.close(),
  };
}
