/** Sockets of Node: one system call for each packet, one call into JavaScript. */
import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { unboundBy, type Datagrams, type DatagramSocket, type PacketTaker } from './datagrams.ts';

export const plainDatagrams: Datagrams = {
  kind: 'plain',
  bind(address, port) {
    const isSix = isIPv6(address);
    const socket = createSocket({
      type: isSix ? 'udp6' : 'udp4',
      // The other family has a socket of its own on this port.
      ipv6Only: isSix,
      // Addresses only, never names: nothing is looked up, and nothing waits.
      lookup: (literal, _options, found) => found(null, literal, isSix ? 6 : 4),
    });
    return new Promise((settle) => {
      socket.once('error', ({ code = '' }: NodeJS.ErrnoException) => {
        socket.close();
        settle(unboundBy(code));
      });
      socket.bind({ port, address, exclusive: true }, () => {
        socket.removeAllListeners('error');
        // An ICMP refusal of an earlier packet comes out as an error of the socket; the far end's silence is noticed elsewhere.
        socket.on('error', () => {});
        settle(new PlainSocket(socket, socket.address().port));
      });
    });
  },
  isFetching: true,
  fetch() {},
  close() {},
};

class PlainSocket implements DatagramSocket {
  readonly port: number;
  readonly #socket: Socket;
  onPacket: PacketTaker | undefined;
  #closing: Promise<void> | undefined;

  constructor(socket: Socket, port: number) {
    this.port = port;
    this.#socket = socket;
    socket.on('message', (packet, from) => this.onPacket?.(packet, from));
  }

  send(packet: Uint8Array, port: number, address: string): void {
    this.#socket.send(packet, port, address);
  }

  close(): Promise<void> {
    return (this.#closing ??= new Promise((closed) => this.#socket.close(() => closed())));
  }
}
