/**
 * Memory that the kernel puts packets into as they come (a ring of provided buffers): each is lent out for the time of one
 * call, and given back at once.
 */
import { rtpPacketOctetsMax } from '../../limits.ts';
import { fixedMemory } from '../../system/libc.ts';
import { writeLong, type IoUring } from './io-uring.ts';
import { placeOctetsMax } from './socket-place.ts';

const registerBufferRing = 22;
const bufferWords = 4;
/** `struct io_uring_recvmsg_out` stands in front of where the packet came from. */
const headOctets = 16;
const packetStart = headOctets + placeOctetsMax;
/** A packet that is longer than any telephone’s is seen to be so. */
const bufferOctets = packetStart + rtpPacketOctetsMax + 16;
const count = 1_024;

export class ReceivedPackets {
  readonly group: number;
  readonly #ring: Buffer;
  readonly #words: Uint32Array;
  readonly #packets = fixedMemory(count * bufferOctets);
  /** What was lent last of each buffer: most packets are as long as the one before. */
  readonly #views: Buffer[];
  #tail = 0;

  private constructor(group: number, ring: Buffer) {
    this.group = group;
    this.#ring = ring;
    this.#words = new Uint32Array(ring.buffer, ring.byteOffset, count * bufferWords);
    this.#views = Array.from({ length: count }, (_, index) => this.#viewOf(index, 0));
    for (let index = 0; index < count; index++) this.giveBack(index);
    this.publish();
  }

  /** An errno where the system says no. */
  static register(uring: IoUring, group: number): ReceivedPackets | number {
    const ring = fixedMemory(4 * bufferWords * count + pageOctets);
    // Such a ring begins with a page.
    const skipped = (pageOctets - (ring.address % pageOctets)) % pageOctets;
    const start = ring.address + skipped;
    const about = fixedMemory(40);
    about.bytes.writeBigUInt64LE(BigInt(start), 0);
    about.bytes.writeUInt32LE(count, 8);
    about.bytes.writeUInt16LE(group, 12);
    const why = uring.register(registerBufferRing, about.address, 1);
    if (why !== 0) return why;
    return new ReceivedPackets(group, ring.bytes.subarray(skipped, skipped + 4 * bufferWords * count));
  }

  /** The packet in buffer `index`, of a result of `octets`: a view for as long as it is not given back. */
  packet(index: number, octets: number): Buffer {
    const length = Math.max(0, octets - packetStart);
    const before = this.#views[index]!;
    if (before.length === length) return before;
    return (this.#views[index] = this.#viewOf(index, length));
  }

  /** Where its sender’s `sockaddr` begins, in `bytes`. */
  placeAt(index: number): number {
    return index * bufferOctets + headOctets;
  }

  get bytes(): Buffer {
    return this.#packets.bytes;
  }

  /** It may be filled again once `publish` was called. */
  giveBack(index: number): void {
    const at = (this.#tail & (count - 1)) * bufferWords;
    const words = this.#words;
    writeLong(words, at, this.#packets.address + index * bufferOctets);
    words[at + 2] = bufferOctets;
    words[at + 3] = (words[at + 3]! & 0xffff_0000) | index;
    this.#tail = (this.#tail + 1) & 0xffff;
  }

  publish(): void {
    // The ring’s own tail lies where the first entry has room to spare.
    this.#ring.writeUInt16LE(this.#tail, 14);
  }

  #viewOf(index: number, length: number): Buffer {
    const start = index * bufferOctets + packetStart;
    return this.#packets.bytes.subarray(start, start + length);
  }
}

const pageOctets = 4_096;
