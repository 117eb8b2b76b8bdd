/** A socket of the ring: who listens, where it sends to, and whence it heard last, so that neither is reckoned anew each time. */
import type { DatagramPlace, DatagramSocket, PacketTaker } from '../datagrams.ts';
import { familyFour, placeOctetsMax } from './socket-place.ts';

const fourOctetsTold = 8;

export interface RingSocketOwner {
  send(socket: RingSocket, packet: Uint8Array): void;
  /** Its `sockaddr`, into `target`; the octets of it, 0 for no literal. */
  writePlace(target: Buffer, place: DatagramPlace): number;
  readPlace(place: Buffer): DatagramPlace;
  listens(by: 1 | -1): void;
  close(socket: RingSocket): void;
}

export class RingSocket implements DatagramSocket {
  readonly fd: number;
  readonly port: number;
  readonly key: number;
  readonly #owner: RingSocketOwner;
  readonly target = Buffer.alloc(placeOctetsMax);
  targetOctets = 0;
  #toAddress = '';
  #toPort = 0;
  readonly #fromBytes = Buffer.alloc(placeOctetsMax);
  #from: DatagramPlace = { address: '', port: 0 };
  #onPacket: PacketTaker | undefined;

  constructor(fd: number, port: number, key: number, owner: RingSocketOwner) {
    this.fd = fd;
    this.port = port;
    this.key = key;
    this.#owner = owner;
  }

  get onPacket(): PacketTaker | undefined {
    return this.#onPacket;
  }

  set onPacket(taker: PacketTaker | undefined) {
    const wasHeard = this.#onPacket !== undefined;
    this.#onPacket = taker;
    if (wasHeard !== (taker !== undefined)) this.#owner.listens(wasHeard ? -1 : 1);
  }

  send(packet: Uint8Array, port: number, address: string): void {
    if (port !== this.#toPort || address !== this.#toAddress) {
      this.#toPort = port;
      this.#toAddress = address;
      this.targetOctets = this.#owner.writePlace(this.target, { address, port });
    }
    if (this.targetOctets > 0) this.#owner.send(this, packet);
  }

  /** Of the `sockaddr` at `at`: the same object as last time where it is the same place. */
  placeFrom(bytes: Buffer, at: number): DatagramPlace {
    const known = this.#fromBytes;
    // What stands behind the port and address of an IPv4 place is of no place.
    const octets = bytes[at] === familyFour ? fourOctetsTold : placeOctetsMax;
    for (let index = 0; index < octets; index++) {
      if (known[index] === bytes[at + index]) continue;
      bytes.copy(known, 0, at, at + placeOctetsMax);
      this.#from = this.#owner.readPlace(known);
      break;
    }
    return this.#from;
  }

  close(): Promise<void> {
    this.onPacket = undefined;
    this.#owner.close(this);
    return Promise.resolve();
  }
}
