/** Ports nobody has at the moment, for programs that must be told theirs. */
import { createSocket } from 'node:dgram';
import { createServer, type AddressInfo } from 'node:net';

export function freeTcpPort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    }),
  );
}

export function freeUdpPort(address: string): Promise<number> {
  const socket = createSocket('udp4');
  return new Promise((resolve) =>
    socket.bind(0, address, () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    }),
  );
}
