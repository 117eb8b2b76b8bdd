/** `struct sockaddr_in` and `sockaddr_in6` (ip(7), ipv6(7)), of addresses that are literals. */
import type { DatagramPlace } from '../datagrams.ts';
import type { Libc } from '../../system/libc.ts';

export const familyFour = 2;
export const familySix = 10;
/** Room for either, as a whole number of words. */
export const placeOctetsMax = 32;

const fourOctets = 16;
const sixOctets = 28;
/** Where the address stands, behind family, port and, of the six, the flow. */
const fourAt = 4;
const sixAt = 8;
/** INET6_ADDRSTRLEN */
const textOctets = 46;
const text = Buffer.alloc(textOctets);

/** Writes it into `place`; its length in octets, or 0 for what is no literal of the family. A zone (RFC 4007) is none. */
export function writePlace(libc: Libc, place: Buffer, { address, port }: DatagramPlace): number {
  const isSix = address.includes(':');
  const family = isSix ? familySix : familyFour;
  place.fill(0, 0, placeOctetsMax);
  place.writeUInt16LE(family, 0);
  place.writeUInt16BE(port, 2);
  const start = place.subarray(isSix ? sixAt : fourAt);
  if (libc.inet_pton(family, address, start) !== 1) return 0;
  return isSix ? sixOctets : fourOctets;
}

export function readPlace(libc: Libc, place: Buffer): DatagramPlace {
  const family = place.readUInt16LE(0);
  const start = place.subarray(family === familySix ? sixAt : fourAt);
  const address = libc.inet_ntop(family, start, text, textOctets) ?? '';
  return { address, port: place.readUInt16BE(2) };
}
