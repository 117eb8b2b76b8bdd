/**
 * Classic pcap (draft-ietf-opsawg-pcap) with raw IP packets, as every analyser reads it. What we keep of a message is its octets and who
 * sent it: IP and UDP headers are made up around them, for messages that went by TCP too.
 *
 *     file:    magic  version 2.4  zone 0  accuracy 0  snap length  link type 101 (raw IP)
 *     packet:  seconds  microseconds  octets kept  octets there were, then the packet
 */
import { isIPv6 } from 'node:net';
import { parseIpv6 } from './parse-ipv6.ts';

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

export interface Packet {
  readonly atMs: number;
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly payload: Uint8Array;
}

const magicMicroseconds = 0xa1b2c3d4;
const linkTypeRaw = 101;
const snapLength = 65_535;
const fileHeaderOctets = 24;
const packetHeaderOctets = 16;
const ipv4Octets = 20;
const ipv6Octets = 40;
const udpOctets = 8;
const udpProtocol = 17;
const hopsLeft = 64;
/** RFC 768 and RFC 791: a packet's length has 16 bits. */
const payloadOctetsMax = snapLength - ipv6Octets - udpOctets;

export function pcapHeader(): Buffer {
  const header = Buffer.alloc(fileHeaderOctets);
  header.writeUInt32LE(magicMicroseconds, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(snapLength, 16);
  header.writeUInt32LE(linkTypeRaw, 20);
  return header;
}

export function pcapPacket(packet: Packet): Buffer {
  const payload = packet.payload.subarray(0, payloadOctetsMax);
  const isV6 = isIPv6(packet.from.address) || isIPv6(packet.to.address);
  const ipOctets = isV6 ? ipv6Octets : ipv4Octets;
  const udpLength = udpOctets + payload.length;
  const record = Buffer.alloc(packetHeaderOctets + ipOctets + udpLength);
  record.writeUInt32LE(Math.floor(packet.atMs / 1_000), 0);
  record.writeUInt32LE(Math.floor((packet.atMs % 1_000) * 1_000), 4);
  record.writeUInt32LE(ipOctets + udpLength, 8);
  record.writeUInt32LE(ipOctets + udpLength, 12);
  const ip = record.subarray(packetHeaderOctets);
  const udp = ip.subarray(ipOctets);
  udp.writeUInt16BE(packet.from.port, 0);
  udp.writeUInt16BE(packet.to.port, 2);
  udp.writeUInt16BE(udpLength, 4);
  udp.set(payload, udpOctets);
  if (isV6) {
    writeIpv6(ip, packet, udpLength);
    // RFC 8200 §8.1: a UDP packet over IPv6 must have a checksum, and a zero is sent as all ones.
    const pseudo = sumWords(ip.subarray(8, ipv6Octets), udpLength + udpProtocol);
    udp.writeUInt16BE(checksum(udp, pseudo) || 0xffff, 6);
  } else writeIpv4(ip, packet, udpLength);
  return record;
}

/** RFC 791 §3.1. The UDP checksum of an IPv4 packet may stay zero: none (RFC 768). */
function writeIpv4(ip: Buffer, { from, to }: Packet, udpLength: number): void {
  ip.writeUInt8(0x45, 0);
  ip.writeUInt16BE(ipv4Octets + udpLength, 2);
  ip.writeUInt8(hopsLeft, 8);
  ip.writeUInt8(udpProtocol, 9);
  ip.set(from.address.split('.').map(Number), 12);
  ip.set(to.address.split('.').map(Number), 16);
  ip.writeUInt16BE(checksum(ip.subarray(0, ipv4Octets), 0), 10);
}

/** RFC 8200 §3. */
function writeIpv6(ip: Buffer, { from, to }: Packet, udpLength: number): void {
  ip.writeUInt8(0x60, 0);
  ip.writeUInt16BE(udpLength, 4);
  ip.writeUInt8(udpProtocol, 6);
  ip.writeUInt8(hopsLeft, 7);
  ip.set(parseIpv6(from.address), 8);
  ip.set(parseIpv6(to.address), 24);
}

/** RFC 1071. */
function checksum(octets: Uint8Array, start: number): number {
  return ~sumWords(octets, start) & 0xffff;
}

function sumWords(octets: Uint8Array, start: number): number {
  let sum = start;
  for (let at = 0; at < octets.length; at += 2) sum += (octets[at]! << 8) | (octets[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return sum;
}
