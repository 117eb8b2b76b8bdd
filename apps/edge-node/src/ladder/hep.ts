/**
 * HEP version 3, as Homer and its kin take it: `HEP3`, the whole length, then chunks.
 *
 *     chunk:  vendor (16)  type (16)  length with this head (16)  value
 */
import { isIPv6 } from 'node:net';
import { parseIpv6 } from './parse-ipv6.ts';
import type { Packet } from './pcap.ts';

export interface HepAgent {
  /** Tells this node from others at the collector. */
  readonly id: number;
  readonly password: string | null;
}

const headOctets = 6;
/** The generic vendor's chunk types. */
const chunk = {
  family: 1, protocol: 2, from4: 3, to4: 4, from6: 5, to6: 6, fromPort: 7, toPort: 8, seconds: 9, microseconds: 10, kind: 11,
  agentId: 12, password: 14, payload: 15, correlation: 17,
} as const; // prettier-ignore
const familyOf = { ipv4: 2, ipv6: 10 } as const;
const protocolOf = { udp: 17, tcp: 6 } as const;
const kindSip = 1;

export interface HepMessage extends Packet {
  readonly isStream: boolean;
  /** What messages of one call have in common at the collector. */
  readonly correlation: string;
}

export function hepPacket(message: HepMessage, agent: HepAgent): Buffer {
  const { from, to, atMs } = message;
  const isV6 = isIPv6(from.address) || isIPv6(to.address);
  const chunks = [
    octet(chunk.family, isV6 ? familyOf.ipv6 : familyOf.ipv4),
    octet(chunk.protocol, message.isStream ? protocolOf.tcp : protocolOf.udp),
    value(isV6 ? chunk.from6 : chunk.from4, addressOf(from.address, isV6)),
    value(isV6 ? chunk.to6 : chunk.to4, addressOf(to.address, isV6)),
    word(chunk.fromPort, from.port),
    word(chunk.toPort, to.port),
    long(chunk.seconds, Math.floor(atMs / 1_000)),
    long(chunk.microseconds, Math.floor((atMs % 1_000) * 1_000)),
    octet(chunk.kind, kindSip),
    long(chunk.agentId, agent.id),
    ...(agent.password === null ? [] : [value(chunk.password, Buffer.from(agent.password))]),
    value(chunk.correlation, Buffer.from(message.correlation)),
    value(chunk.payload, message.payload),
  ];
  const head = Buffer.from('HEP3\0\0');
  const octets = chunks.reduce((sum, one) => sum + one.length, head.length);
  head.writeUInt16BE(octets, 4);
  return Buffer.concat([head, ...chunks], octets);
}

function addressOf(address: string, isV6: boolean): Uint8Array {
  return isV6 ? parseIpv6(address) : Uint8Array.from(address.split('.').map(Number));
}

function value(type: number, octets: Uint8Array): Buffer {
  const whole = Buffer.alloc(headOctets + octets.length);
  whole.writeUInt16BE(type, 2);
  whole.writeUInt16BE(whole.length, 4);
  whole.set(octets, headOctets);
  return whole;
}

function octet(type: number, number: number): Buffer {
  return value(type, Uint8Array.of(number));
}

function word(type: number, number: number): Buffer {
  return value(type, Uint8Array.of(number >> 8, number & 0xff));
}

function long(type: number, number: number): Buffer {
  const octets = Buffer.alloc(4);
  octets.writeUInt32BE(number);
  return value(type, octets);
}
