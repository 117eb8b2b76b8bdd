/**
 * Packets on their way out: each is copied beside where it goes, into memory that belongs to the place of its request. The kernel
 * sends them while it is entered (`MSG_DONTWAIT`: at once or not at all), so that all are free again when it returns.
 */
import { rtpPacketOctetsMax } from '../../limits.ts';
import type { IoUring } from './io-uring.ts';
import { fixedMemory } from '../../system/libc.ts';
import { placeOctetsMax } from './socket-place.ts';

const sendOperation = 26;
/** `IOSQE_CQE_SKIP_SUCCESS`: only failures have results, and those are nobody’s. */
const skipSuccess = 1 << 6;
const doNotWait = 0x40;
export const nobody = -1;

/** Under SRTP a packet is longer than what is in it (RFC 3711 §3.1, with an identifier of the key). */
const protectionOctetsMax = 64;
const packetOctetsMax = rtpPacketOctetsMax + protectionOctetsMax;
const slotOctets = placeOctetsMax + packetOctetsMax;

export class SentPackets {
  readonly #uring: IoUring;
  readonly #slots;

  constructor(uring: IoUring, requests: number) {
    this.#uring = uring;
    this.#slots = fixedMemory(requests * slotOctets);
  }

  /** `target`: a `sockaddr` of `targetOctets`. */
  put(fd: number, packet: Uint8Array, target: Buffer, targetOctets: number): void {
    if (packet.length > packetOctetsMax) return;
    const start = this.#uring.next() * slotOctets;
    const { bytes, address } = this.#slots;
    bytes.set(target, start);
    bytes.set(packet, start + placeOctetsMax);
    this.#uring.write({
      operation: sendOperation,
      flags: skipSuccess,
      priority: 0,
      fd,
      second: address + start,
      address: address + start + placeOctetsMax,
      octets: packet.length,
      operationFlags: doNotWait,
      key: nobody,
      group: 0,
      secondOctets: targetOctets,
    });
  }
}
