/**
 * RTP packets read and written in place: a header is parsed into an object the caller keeps, so a packet costs no garbage.
 * Knows nothing of codecs or sockets; the legs in `call/` use it.
 *
 * RFC 3550 §5.1:
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |V=2|P|X|  CC   |M|     PT      |       sequence number         |
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |                           timestamp                           |
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |           synchronization source (SSRC) identifier            |
 *    +=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
 *    |            contributing source (CSRC) identifiers             |
 *    |                             ....                              |
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */

export const rtpHeaderOctets = 12;

const versionShift = 6;
const version2 = 2;
const paddingBit = 0x20;
const extensionBit = 0x10;
const sourceCountMask = 0x0f;
const markerBit = 0x80;
const payloadTypeMask = 0x7f;
const extensionHeaderOctets = 4;

export interface RtpHeader {
  isMarked: boolean;
  payloadType: number;
  sequence: number;
  /** Unsigned 32 bits, as is `ssrc`. */
  timestamp: number;
  ssrc: number;
  /** The payload lies in `packet[payloadStart..payloadEnd)`. */
  payloadStart: number;
  payloadEnd: number;
}

export function emptyRtpHeader(): RtpHeader {
  return {
    isMarked: false,
    payloadType: 0,
    sequence: 0,
    timestamp: 0,
    ssrc: 0,
    payloadStart: 0,
    payloadEnd: 0,
  };
}

/** Reads `packet` into `header`. False, and nothing promised of `header`, when it is not an RTP packet. */
export function readRtpHeader(packet: Uint8Array, header: RtpHeader): boolean {
  const length = packet.length;
  if (length < rtpHeaderOctets) return false;
  const first = packet[0]!;
  if (first >> versionShift !== version2) return false;
  let start = rtpHeaderOctets + 4 * (first & sourceCountMask);
  let end = length;
  if ((first & extensionBit) !== 0) {
    // RFC 3550 §5.3.1: a 16-bit length counts the 32-bit words of the extension, its own header excluded.
    if (start + extensionHeaderOctets > length) return false;
    start += extensionHeaderOctets + 4 * ((packet[start + 2]! << 8) | packet[start + 3]!);
  }
  // RFC 3550 §5.1: the last octet of the padding counts the padding, itself included.
  if ((first & paddingBit) !== 0) {
    const padding = packet[length - 1]!;
    if (padding === 0) return false;
    end -= padding;
  }
  if (start > end) return false;
  const second = packet[1]!;
  header.isMarked = (second & markerBit) !== 0;
  header.payloadType = second & payloadTypeMask;
  header.sequence = (packet[2]! << 8) | packet[3]!;
  header.timestamp = readUint32(packet, 4);
  header.ssrc = readUint32(packet, 8);
  header.payloadStart = start;
  header.payloadEnd = end;
  return true;
}

/** Writes the twelve octets of a header without sources, extension or padding to the start of `packet`. */
export function writeRtpHeader(
  packet: Uint8Array,
  fields: Pick<RtpHeader, 'isMarked' | 'payloadType' | 'sequence' | 'timestamp' | 'ssrc'>,
): void {
  packet[0] = version2 << versionShift;
  packet[1] = (fields.isMarked ? markerBit : 0) | fields.payloadType;
  packet[2] = fields.sequence >> 8;
  packet[3] = fields.sequence;
  writeUint32(packet, 4, fields.timestamp);
  writeUint32(packet, 8, fields.ssrc);
}

/**
 * RFC 5761 §4: where RTP and RTCP share a port, a second octet of 192 to 223 (payload types 64 to 95 with the marker) says
 * RTCP.
 */
export function isRtcp(packet: Uint8Array): boolean {
  return packet.length >= 8 && packet[1]! >= 192 && packet[1]! <= 223;
}

export function readUint32(octets: Uint8Array, at: number): number {
  return ((octets[at]! << 24) | (octets[at + 1]! << 16) | (octets[at + 2]! << 8) | octets[at + 3]!) >>> 0;
}

export function writeUint32(octets: Uint8Array, at: number, value: number): void {
  octets[at] = value >>> 24;
  octets[at + 1] = value >>> 16;
  octets[at + 2] = value >>> 8;
  octets[at + 3] = value;
}
