/**
 * SIP over UDP (RFC 3261 §18): one socket for all peers, one message a datagram. What one message is answered goes out together
 * when it was obeyed, and what is said besides at the end of the turn: a peer that sleeps is woken once for both a response and
 * the request beside it, which costs whoever sends more than the datagram itself. Real I/O.
 */
import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { sipUdpFlowsKept, sipUdpReceiveBufferBytes } from '../../limits.ts';
import { SipTransportError, type SipFlow, type SipListen, type SipTransport } from './sip-transport.ts';

interface Departing {
  readonly octets: Buffer;
  readonly flow: SipFlow;
  readonly onFailure: ((cause: Error) => void) | undefined;
}

export function createUdpTransport(listen: SipListen): SipTransport {
  let socket: Socket | undefined;
  let departing: Departing[] = [];
  /** What is said to a message leaves when that was obeyed, without a tick of its own. */
  let isReceiving = false;
  const depart = () => {
    if (departing.length === 0) return;
    const leaving = departing;
    departing = [];
    if (socket) for (const datagram of leaving) sendNow(socket, datagram);
  };
  const flows = new Map<string, SipFlow>();
  /** Messages and transactions keep where they came from: those of one source share it. */
  const flowOf = (address: string, port: number): SipFlow => {
    const known = flows.get(address);
    if (known?.port === port) return known;
    const flow: SipFlow = { protocol: 'udp', address, port };
    if (flows.size >= sipUdpFlowsKept) flows.clear();
    flows.set(address, flow);
    return flow;
  };
  return {
    open(receive) {
      return new Promise((resolve, reject) => {
        const opening = createSocket({
          type: isIPv6(listen.address) ? 'udp6' : 'udp4',
          // The other family has a socket of its own on this port.
          ipv6Only: isIPv6(listen.address),
          recvBufferSize: sipUdpReceiveBufferBytes,
          // Flows hold IP literals: nothing to look up, and no tick lost in pretending to.
          lookup: (host, _options, done) => done(null, host, host.includes(':') ? 6 : 4),
        });
        opening.on('message', (octets, from) => {
          isReceiving = true;
          try {
            receive(octets, flowOf(from.address, from.port));
          } finally {
            isReceiving = false;
            depart();
          }
        });
        opening.once('error', (cause) => reject(new SipTransportError(listen, cause)));
        opening.bind(listen.port, listen.address, () => {
          opening.removeAllListeners('error');
          // A datagram nobody received is what retransmission is for.
          opening.on('error', () => {});
          socket = opening;
          resolve(opening.address().port);
        });
      });
    },
    send(octets: Buffer, flow: SipFlow, onFailure?: (cause: Error) => void) {
      if (!socket) return;
      departing.push({ octets, flow, onFailure });
      if (departing.length === 1 && !isReceiving) process.nextTick(depart);
    },
    close() {
      depart();
      const closing = socket;
      socket = undefined;
      return new Promise((resolve) => (closing ? closing.close(() => resolve()) : resolve()));
    },
  };
}

function sendNow(socket: Socket, { octets, flow, onFailure }: Departing): void {
  const report = onFailure && ((cause: Error | null) => cause && onFailure(cause));
  try {
    socket.send(octets, flow.port, flow.address, report);
  } catch (cause) {
    // Port 0 and the like: refused by Node before the socket is tried.
    onFailure?.(cause as Error);
  }
}
