/** A collector of HEP version 3 that reads every chunk, as Homer's do. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

export interface HepReport {
  readonly from: string;
  readonly to: string;
  readonly ipProtocol: number;
  readonly kind: number;
  readonly atMs: number;
  readonly agentId: number;
  readonly password: string;
  readonly correlation: string;
  readonly payload: string;
}

export class HepListener {
  readonly reports: HepReport[] = [];
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (octets) => this.reports.push(readReport(octets)));
  }

  static async open(): Promise<HepListener> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new HepListener(socket);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  close(): void {
    this.#socket.close();
  }
}

function readReport(octets: Buffer): HepReport {
  if (octets.toString('latin1', 0, 4) !== 'HEP3') throw new Error('no HEP3');
  if (octets.readUInt16BE(4) !== octets.length) throw new Error('a length that is not the packet’s');
  const chunks = new Map<number, Buffer>();
  for (let at = 6; at < octets.length;) {
    const length = octets.readUInt16BE(at + 4);
    if (octets.readUInt16BE(at) !== 0 || length < 6) throw new Error('a chunk that is none');
    chunks.set(octets.readUInt16BE(at + 2), octets.subarray(at + 6, at + length));
    at += length;
  }
  const of = (type: number) => {
    const value = chunks.get(type);
    if (!value) throw new Error(`chunk ${type} is missing`);
    return value;
  };
  if (of(1)[0] !== 2) throw new Error('an address family other than IPv4');
  const end = (address: number, port: number) => `${[...of(address)].join('.')}:${of(port).readUInt16BE()}`;
  return {
    from: end(3, 7),
    to: end(4, 8),
    ipProtocol: of(2)[0]!,
    kind: of(11)[0]!,
    atMs: of(9).readUInt32BE() * 1_000 + of(10).readUInt32BE() / 1_000,
    agentId: of(12).readUInt32BE(),
    password: of(14).toString(),
    correlation: of(17).toString(),
    payload: of(15).toString(),
  };
}
