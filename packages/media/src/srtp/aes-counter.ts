/**
 * AES in counter mode as SRTP counts (RFC 3711 §4.1.1). The counter blocks of a packet are laid out here and enciphered in
 * one step by a cipher that lives as long as the key: its schedule is made once, and AES runs in the processor's own
 * instructions, whose time tells nothing.
 *
 *    |<------------------- salt, 14 octets ------------------->|
 *    |    zero     |    SSRC     |     packet index (48)       | block |
 */
import { createCipheriv, type Cipheriv } from 'node:crypto';
import { readUint32, writeUint32 } from '../rtp/rtp-packet.ts';
import { srtpPacketOctetsMax } from '../limits.ts';

const blockOctets = 16;
const ssrcAt = 4;
const indexAt = 8;
const blockNumberAt = 14;

const counters = Buffer.alloc(Math.ceil(srtpPacketOctetsMax / blockOctets) * blockOctets);
for (let at = 0, block = 0; at < counters.length; at += blockOctets, block++)
  counters.writeUInt16BE(block, at + blockNumberAt);
/** The first n blocks, by n. */
const firstBlocks = Array.from({ length: counters.length / blockOctets + 1 }, (_, count) =>
  counters.subarray(0, count * blockOctets),
);

export class AesCounter {
  readonly #cipher: Cipheriv;
  readonly #salt: readonly number[];

  constructor(key: Uint8Array, salt: Uint8Array) {
    this.#cipher = createCipheriv(`aes-${key.length * 8}-ecb`, key, null).setAutoPadding(false);
    const padded = Buffer.alloc(blockOctets);
    padded.set(salt);
    this.#salt = [0, 4, 8, 12].map((at) => readUint32(padded, at));
  }

  /** Enciphers or deciphers `packet[start..end)`: both are the same sum with the key stream. */
  apply(packet: Uint8Array, start: number, end: number, ssrc: number, index: number): void {
    const blocks = Math.ceil((end - start) / blockOctets);
    if (blocks === 0) return;
    const [zero, first, second, third] = this.#salt as [number, number, number, number];
    const ssrcWord = first ^ ssrc;
    const high = second ^ Math.floor(index / 0x1_0000);
    const low = (third >>> 16) ^ (index & 0xffff);
    for (let block = 0, at = 0; block < blocks; block++, at += blockOctets) {
      writeUint32(counters, at, zero);
      writeUint32(counters, at + ssrcAt, ssrcWord);
      writeUint32(counters, at + indexAt, high);
      counters[at + indexAt + 4] = low >> 8;
      counters[at + indexAt + 5] = low;
    }
    const stream = this.#cipher.update(firstBlocks[blocks]!);
    for (let at = start, from = 0; at < end; at++, from++) packet[at]! ^= stream[from]!;
  }
}
