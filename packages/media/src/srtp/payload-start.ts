import { rtpHeaderOctets } from '../rtp/rtp-packet.ts';

const versionShift = 6;
const version2 = 2;
const sourceCountMask = 0x0f;
const extensionBit = 0x10;

/**
 * Where the enciphered part begins (RFC 3711 §3.1: behind the sources and the extension, which stay readable); -1 where it
 * is no RTP packet. Padding is enciphered with the payload, so that its count cannot be looked at yet.
 */
export function payloadStartOf(packet: Uint8Array): number {
  const first = packet[0]!;
  if (packet.length < rtpHeaderOctets || first >> versionShift !== version2) return -1;
  let start = rtpHeaderOctets + 4 * (first & sourceCountMask);
  if ((first & extensionBit) !== 0) {
    if (start + 4 > packet.length) return -1;
    start += 4 + 4 * ((packet[start + 2]! << 8) | packet[start + 3]!);
  }
  return start <= packet.length ? start : -1;
}
