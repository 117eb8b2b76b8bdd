/**
 * One question to the name servers (RFC 1035), one server after the other: by UDP, over TCP where the answer did not fit (RFC 7766).
 * Real I/O; what an answer means is for whoever asked.
 */
import { createSocket } from 'node:dgram';
import { connect, isIP } from 'node:net';
import { decode, encode, RECURSION_DESIRED, streamEncode, type Packet } from 'dns-packet';
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import { randomInteger, type Random } from '@seatgrid/core/kernel/random.ts';
import { nameAnswerBytesMax, nameAskRounds, nameAskTimeoutMs, nameUdpBytesMax } from '../limits.ts';

const headOctets = 12;
/** A root name, type, class, life and an empty value. */
const recordOctetsMin = 11;

export type NameType = 'A' | 'AAAA' | 'NAPTR' | 'SRV';
/** With the response code, which the types of the library leave out. */
export type NamePacket = Packet & { readonly rcode: string };

export interface NameServers {
  /** Addresses, with or without a port: `192.0.2.53`, `192.0.2.53:5353`, `[2001:db8::53]:5353`. */
  readonly servers: readonly string[];
  readonly clock: Clock;
  readonly random: Random;
}

interface ServerPlace {
  readonly address: string;
  readonly port: number;
}

/** Rejects where none of the servers knew whether there is such a thing. */
export async function askNameServers(
  { servers, clock, random }: NameServers,
  name: string,
  type: NameType,
): Promise<NamePacket> {
  let why = 'no name server is known';
  for (let round = 0; round < nameAskRounds; round++)
    for (const server of servers.map(placeOf)) {
      // An answer is believed by its number and by the port it comes to (RFC 5452 §9): both are new each time.
      const question = questionOf(randomInteger(random, 0x1_0000), name, type);
      try {
        const answer = await askOne(server, question, clock);
        if (answer.rcode === 'NOERROR' || answer.rcode === 'NXDOMAIN') return answer;
        why = `${server.address} said ${answer.rcode}`;
      } catch (cause) {
        why = `${server.address}: ${(cause as Error).message}`;
      }
    }
  throw new Error(`${type} of ${name} could not be asked: ${why}`);
}

function questionOf(id: number, name: string, type: NameType): Packet {
  return {
    type: 'query',
    id,
    flags: RECURSION_DESIRED,
    questions: [{ type, name, class: 'IN' }],
    // RFC 6891: answers larger than 512 octets without a second question.
    additionals: [
      { type: 'OPT', name: '.', udpPayloadSize: nameUdpBytesMax, extendedRcode: 0, ednsVersion: 0, flags: 0, flag_do: false, options: [] },
    ],
  };
} // prettier-ignore

async function askOne(server: ServerPlace, question: Packet, clock: Clock): Promise<NamePacket> {
  const answer = await askByUdp(server, question, clock);
  return (answer as { flag_tc?: boolean }).flag_tc ? askByTcp(server, question, clock) : answer;
}

function askByUdp(server: ServerPlace, question: Packet, clock: Clock): Promise<NamePacket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(isIP(server.address) === 6 ? 'udp6' : 'udp4');
    const end = (settle: () => void): void => {
      cancel();
      socket.close();
      settle();
    };
    const cancel = giveUpAfter(clock, (cause) => end(() => reject(cause)));
    socket.once('error', (cause) => end(() => reject(cause)));
    socket.on('message', (octets) => {
      const answer = answerTo(question, octets);
      if (answer) end(() => resolve(answer));
    });
    // Connected: nobody else's datagrams come in, and a refusal is heard.
    socket.connect(server.port, server.address, () => socket.send(encode(question)));
  });
}

function askByTcp(server: ServerPlace, question: Packet, clock: Clock): Promise<NamePacket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: server.address, port: server.port });
    let received = Buffer.alloc(0);
    const end = (settle: () => void): void => {
      cancel();
      socket.destroy();
      settle();
    };
    const cancel = giveUpAfter(clock, (cause) => end(() => reject(cause)));
    socket.on('error', (cause) => end(() => reject(cause)));
    socket.on('end', () => end(() => reject(new Error('closed before it answered'))));
    socket.on('data', (octets: Buffer) => {
      received = Buffer.concat([received, octets]);
      if (received.length > nameAnswerBytesMax) return end(() => reject(new Error('too long an answer')));
      if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return;
      const answer = answerTo(question, received.subarray(2));
      end(answer ? () => resolve(answer) : () => reject(new Error('no answer to what was asked')));
    });
    socket.write(streamEncode(question));
  });
}

function giveUpAfter(clock: Clock, giveUp: (cause: Error) => void): Cancel {
  return clock.after(nameAskTimeoutMs, () => giveUp(new Error('no answer in time')));
}

/** RFC 5452 §9.1: what does not repeat our number and question was not sent to us. */
function answerTo(question: Packet, octets: Buffer): NamePacket | undefined {
  if (!isWorthReading(octets, question.id!)) return undefined;
  let answer: Packet;
  try {
    answer = decode(octets);
  } catch {
    return undefined;
  }
  const [asked, repeated] = [question.questions![0]!, answer.questions?.[0]];
  const isOurs =
    answer.type === 'response' && repeated?.type === asked.type && sameName(repeated.name, asked.name);
  return isOurs ? (answer as NamePacket) : undefined;
}

/** RFC 1035 §4.1.1: number, flags, and how many questions and records there are, for which there must be room. */
function isWorthReading(octets: Buffer, id: number): boolean {
  if (octets.length < headOctets || octets.readUInt16BE(0) !== id || octets.readUInt16BE(4) !== 1)
    return false;
  const records = octets.readUInt16BE(6) + octets.readUInt16BE(8) + octets.readUInt16BE(10);
  return records * recordOctetsMin <= octets.length;
}

export function sameName(a: string, b: string): boolean {
  return a.replace(/\.$/, '').toLowerCase() === b.replace(/\.$/, '').toLowerCase();
}

/** As `dns.getServers()` writes them. */
function placeOf(server: string): ServerPlace {
  const [, inBrackets, plain, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(server) ?? [];
  return { address: inBrackets ?? plain ?? server, port: Number(port ?? 53) };
}
