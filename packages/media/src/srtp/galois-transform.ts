/** AES-GCM (RFC 7714): cipher and tag in one; the header is what it vouches for unenciphered. */
import { createCipheriv, createDecipheriv, type CipherGCMTypes } from 'node:crypto';
import { readUint32, writeUint32 } from '../rtp/rtp-packet.ts';
import { deriveKeys, type SessionKeys } from './derive-keys.ts';
import {
  encryptedFlag,
  refused,
  rtcpClearOctets,
  rtcpIndexOctets,
  type PacketTransform,
} from './packet-transform.ts';
import { type SrtpKeying } from './srtp-suite.ts';

const tagOctets = 16;
const vector = new Uint8Array(12);
const rtcpHead = new Uint8Array(rtcpClearOctets + rtcpIndexOctets);
const nothing = new Uint8Array(0);

export class GaloisTransform implements PacketTransform {
  readonly #algorithm: CipherGCMTypes;
  readonly #rtp: SessionKeys;
  readonly #rtcp: SessionKeys;

  constructor(keys: { readonly rtp: SessionKeys; readonly rtcp: SessionKeys }) {
    this.#algorithm = keys.rtp.encryption.length === 32 ? 'aes-256-gcm' : 'aes-128-gcm';
    this.#rtp = keys.rtp;
    this.#rtcp = keys.rtcp;
  }

  static of(keying: SrtpKeying): GaloisTransform {
    return new GaloisTransform({ rtp: deriveKeys(keying, 'rtp'), rtcp: deriveKeys(keying, 'rtcp') });
  }

  sealRtp(packet: Uint8Array, octets: number, payloadStart: number, index: number): number {
    setVector(this.#rtp.salt, readUint32(packet, 8), index);
    const vouched = packet.subarray(0, payloadStart);
    this.#seal(this.#rtp.encryption, vouched, packet, payloadStart, octets);
    return octets + tagOctets;
  }

  openRtp(packet: Uint8Array, payloadStart: number, index: number): number {
    const octets = packet.length - tagOctets;
    if (octets < payloadStart) return refused;
    setVector(this.#rtp.salt, readUint32(packet, 8), index);
    const vouched = packet.subarray(0, payloadStart);
    return this.#open(this.#rtp.encryption, vouched, packet, payloadStart, octets) ? octets : refused;
  }

  sealRtcp(packet: Uint8Array, octets: number, index: number): number {
    setVector(this.#rtcp.salt, readUint32(packet, 4), index);
    const word = (encryptedFlag | index) >>> 0;
    // RFC 7714 §9.1: the index word comes after the tag on the wire, and is vouched for with the first eight octets.
    this.#seal(this.#rtcp.encryption, headOf(packet, word), packet, rtcpClearOctets, octets);
    writeUint32(packet, octets + tagOctets, word);
    return octets + tagOctets + rtcpIndexOctets;
  }

  openRtcp(packet: Uint8Array): number {
    const octets = packet.length - tagOctets - rtcpIndexOctets;
    if (octets < rtcpClearOctets) return refused;
    const word = readUint32(packet, packet.length - rtcpIndexOctets);
    setVector(this.#rtcp.salt, readUint32(packet, 4), word % encryptedFlag);
    if (word >= encryptedFlag) {
      const head = headOf(packet, word);
      return this.#open(this.#rtcp.encryption, head, packet, rtcpClearOctets, octets) ? octets : refused;
    }
    // RFC 7714 §9.3: signed alone, everything but the tag is vouched for.
    const vouched = Buffer.concat([
      packet.subarray(0, octets),
      packet.subarray(packet.length - rtcpIndexOctets),
    ]);
    return this.#open(this.#rtcp.encryption, vouched, packet, octets, octets) ? octets : refused;
  }

  rtcpIndex(packet: Uint8Array): number {
    if (packet.length < rtcpClearOctets + tagOctets + rtcpIndexOctets) return refused;
    return readUint32(packet, packet.length - rtcpIndexOctets) % encryptedFlag;
  }

  #seal(key: Buffer, vouched: Uint8Array, packet: Uint8Array, start: number, end: number): void {
    const cipher = createCipheriv(this.#algorithm, key, vector).setAAD(vouched);
    packet.set(cipher.update(packet.subarray(start, end)), start);
    cipher.final();
    packet.set(cipher.getAuthTag(), end);
  }

  #open(key: Buffer, vouched: Uint8Array, packet: Uint8Array, start: number, end: number): boolean {
    const decipher = createDecipheriv(this.#algorithm, key, vector)
      .setAAD(vouched)
      .setAuthTag(packet.subarray(end, end + tagOctets));
    const plain = start === end ? nothing : decipher.update(packet.subarray(start, end));
    try {
      decipher.final();
    } catch {
      return false;
    }
    packet.set(plain, start);
    return true;
  }
}

/**
 * RFC 7714 §8.1, §9.1: two zero octets, the SSRC, and the index in the last six, summed with the salt. An SRTCP index of 31
 * bits stands where the rollover counter's last two octets and the sequence number do.
 */
function setVector(salt: Buffer, ssrc: number, index: number): void {
  vector[0] = 0;
  vector[1] = 0;
  writeUint32(vector, 2, ssrc);
  const high = Math.floor(index / 0x1_0000);
  writeUint32(vector, 6, high);
  vector[10] = index >> 8;
  vector[11] = index;
  for (let at = 0; at < vector.length; at++) vector[at]! ^= salt[at]!;
}

function headOf(packet: Uint8Array, word: number): Uint8Array {
  rtcpHead.set(packet.subarray(0, rtcpClearOctets));
  writeUint32(rtcpHead, rtcpClearOctets, word);
  return rtcpHead;
}
