import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** A WebSocket refused before it is one, in plain HTTP. */
export function refuseUpgrade(socket: Duplex, status: 401 | 403 | 404 | 503): void {
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}
