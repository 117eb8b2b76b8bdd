/**
 * How one master key turns packets into protected ones and back, in place. Whoever calls knows which index a packet has
 * (RFC 3711 §3.3.1) and whether it came before; a transform has no memory but its keys.
 */
export interface PacketTransform {
  /** `packet[0..octets)` is RTP whose payload begins at `payloadStart`; room for the tag follows. Octets of the whole. */
  sealRtp(packet: Uint8Array, octets: number, payloadStart: number, index: number): number;
  /** Octets of the plain packet; `refused`, with the packet as it was, when the tag is not ours. */
  openRtp(packet: Uint8Array, payloadStart: number, index: number): number;
  sealRtcp(packet: Uint8Array, octets: number, index: number): number;
  openRtcp(packet: Uint8Array): number;
  /** The index a protected RTCP packet claims (RFC 3711 §3.4); meaningless until it was opened. */
  rtcpIndex(packet: Uint8Array): number;
}

export const refused = -1;

/** RFC 3711 §3.4: the first eight octets of RTCP stay readable. */
export const rtcpClearOctets = 8;
export const rtcpIndexOctets = 4;
/** The bit before the index that says whether the packet is enciphered. */
export const encryptedFlag = 0x8000_0000;

/** Takes the same time wherever they differ. */
export function areTagsEqual(tag: Uint8Array, packet: Uint8Array, at: number, octets: number): boolean {
  let difference = 0;
  for (let index = 0; index < octets; index++) difference |= tag[index]! ^ packet[at + index]!;
  return difference === 0;
}
