/** AES counter mode with HMAC-SHA1 (RFC 3711 §4): encipher, then sign; check, then decipher. */
import { readUint32, writeUint32 } from '../rtp/rtp-packet.ts';
import { AesCounter } from './aes-counter.ts';
import { deriveKeys } from './derive-keys.ts';
import { HmacSha1, sha1Octets } from './hmac-sha1.ts';
import {
  areTagsEqual,
  encryptedFlag,
  refused,
  rtcpClearOctets,
  rtcpIndexOctets,
  type PacketTransform,
} from './packet-transform.ts';
import { srtpSuites, type SrtpKeying } from './srtp-suite.ts';

const rolloverOctets = 4;
const computed = new Uint8Array(sha1Octets);
const received = new Uint8Array(sha1Octets);

export class CounterTransform implements PacketTransform {
  readonly #rtpTagOctets: number;
  readonly #rtcpTagOctets: number;
  readonly #rtp: { readonly cipher: AesCounter; readonly signer: HmacSha1 };
  readonly #rtcp: { readonly cipher: AesCounter; readonly signer: HmacSha1 };

  constructor(keying: SrtpKeying) {
    const suite = srtpSuites[keying.suite];
    this.#rtpTagOctets = suite.rtpTagOctets;
    this.#rtcpTagOctets = suite.rtcpTagOctets;
    this.#rtp = toolsOf(keying, 'rtp');
    this.#rtcp = toolsOf(keying, 'rtcp');
  }

  sealRtp(packet: Uint8Array, octets: number, payloadStart: number, index: number): number {
    this.#rtp.cipher.apply(packet, payloadStart, octets, readUint32(packet, 8), index);
    // RFC 3711 §4.2: what is signed ends in the rollover counter, which is not sent; the tag then takes its place.
    writeUint32(packet, octets, Math.floor(index / 0x1_0000));
    this.#rtp.signer.digest(packet, octets + rolloverOctets, computed, this.#rtpTagOctets);
    for (let at = 0; at < this.#rtpTagOctets; at++) packet[octets + at] = computed[at]!;
    return octets + this.#rtpTagOctets;
  }

  openRtp(packet: Uint8Array, payloadStart: number, index: number): number {
    const octets = packet.length - this.#rtpTagOctets;
    if (octets < payloadStart) return refused;
    for (let at = 0; at < this.#rtpTagOctets; at++) received[at] = packet[octets + at]!;
    writeUint32(packet, octets, Math.floor(index / 0x1_0000));
    this.#rtp.signer.digest(packet, octets + rolloverOctets, computed, this.#rtpTagOctets);
    const isTrue = areTagsEqual(computed, received, 0, this.#rtpTagOctets);
    for (let at = 0; at < this.#rtpTagOctets; at++) packet[octets + at] = received[at]!;
    if (!isTrue) return refused;
    this.#rtp.cipher.apply(packet, payloadStart, octets, readUint32(packet, 8), index);
    return octets;
  }

  sealRtcp(packet: Uint8Array, octets: number, index: number): number {
    this.#rtcp.cipher.apply(packet, rtcpClearOctets, octets, readUint32(packet, 4), index);
    writeUint32(packet, octets, (encryptedFlag | index) >>> 0);
    const signed = octets + rtcpIndexOctets;
    this.#rtcp.signer.digest(packet, signed, computed, this.#rtcpTagOctets);
    for (let at = 0; at < this.#rtcpTagOctets; at++) packet[signed + at] = computed[at]!;
    return signed + this.#rtcpTagOctets;
  }

  openRtcp(packet: Uint8Array): number {
    const signed = packet.length - this.#rtcpTagOctets;
    const octets = signed - rtcpIndexOctets;
    if (octets < rtcpClearOctets) return refused;
    this.#rtcp.signer.digest(packet, signed, computed, this.#rtcpTagOctets);
    if (!areTagsEqual(computed, packet, signed, this.#rtcpTagOctets)) return refused;
    const word = readUint32(packet, octets);
    if (word >= encryptedFlag)
      this.#rtcp.cipher.apply(packet, rtcpClearOctets, octets, readUint32(packet, 4), word - encryptedFlag);
    return octets;
  }

  rtcpIndex(packet: Uint8Array): number {
    const at = packet.length - this.#rtcpTagOctets - rtcpIndexOctets;
    return at < rtcpClearOctets ? refused : readUint32(packet, at) % encryptedFlag;
  }
}

function toolsOf(keying: SrtpKeying, stream: 'rtp' | 'rtcp') {
  const { encryption, authentication, salt } = deriveKeys(keying, stream);
  return { cipher: new AesCounter(encryption, salt), signer: new HmacSha1(authentication) };
}
