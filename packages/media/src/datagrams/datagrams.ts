/**
 * UDP sockets of a media worker. There are two kinds behind this face: those of Node, which go everywhere, and those whose
 * packets are taken and given in company through io_uring(7), which cost about half (decision 0056).
 */

/** Where a packet came from. An object is kept only as long as the call that brings it: it may be the socket's own. */
export interface DatagramPlace {
  readonly address: string;
  readonly port: number;
}

export type PacketTaker = (packet: Buffer, from: DatagramPlace) => void;

export interface DatagramSocket {
  readonly port: number;
  /**
   * Who listens at present; what comes while nobody does is thrown away. `packet` is the taker's to change, and the socket's
   * again when the taker returns.
   */
  onPacket: PacketTaker | undefined;
  /** `address` is a literal. Takes its own copy of what shall be sent later; what cannot be sent is lost, as on the way. */
  send(packet: Uint8Array, port: number, address: string): void;
  close(): Promise<void>;
}

/** `taken`: another program has it, and it is not tried again; `not-now`: the system or the process has no more to give. */
export type Unbound = 'taken' | 'not-now';

export type DatagramKind = 'plain' | 'ring';

export interface Datagrams {
  /** For the record of the worker: which of the two. */
  readonly kind: DatagramKind;
  bind(address: string, port: number): Promise<DatagramSocket | Unbound>;
  /** False while what comes is told and what waits is sent only with `fetch`. */
  readonly isFetching: boolean;
  fetch(): void;
  /** After its sockets. */
  close(): void;
}

/** getrlimit(2), udp(7): out of descriptors, or of memory for sockets. */
const shortages: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM']);

export function unboundBy(code: string): Unbound {
  return shortages.has(code) ? 'not-now' : 'taken';
}
