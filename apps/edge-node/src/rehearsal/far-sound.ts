/** The sound of all rehearsed calls: one socket, and on it as many voices as there are ends of calls. */
import { createSocket, type Socket } from 'node:dgram';
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import { randomInteger, type Random } from '@seatgrid/core/kernel/random.ts';
import { frameMs, frameSamples } from '@seatgrid/media/frame.ts';
import { rtpHeaderOctets, writeRtpHeader } from '@seatgrid/media/rtp/rtp-packet.ts';
import { writeEvent } from '@seatgrid/media/rtp/telephone-event.ts';
import { rehearsedMakes } from './limits.ts';

const eventPayloadType = 101;
const eventOctets = 4;
/** Something low between two silences, of µ-law. */
const murmur = Uint8Array.from({ length: frameSamples }, (_, index) => 0xd0 + ((13 * index) % 0x20));

/** Where a voice has come to. */
interface Place {
  readonly port: number;
  readonly ssrc: number;
  readonly sequence: number;
  readonly timestamp: number;
}

export interface Talk {
  readonly frames: number;
  readonly isSilent: boolean;
}

export class FarSound {
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #random: Random;

  private constructor(socket: Socket, { clock, random }: { clock: Clock; random: Random }) {
    this.#socket = socket;
    this.#clock = clock;
    this.#random = random;
  }

  static async open(address: string, parts: { clock: Clock; random: Random }): Promise<FarSound> {
    const socket = createSocket({
      type: address.includes(':') ? 'udp6' : 'udp4',
      lookup: (host, _options, found) => found(null, host, host.includes(':') ? 6 : 4),
    });
    // What cannot be sent was not rehearsed.
    socket.on('error', () => {});
    await new Promise<void>((bound) => socket.bind(0, address, bound));
    return new FarSound(socket, parts);
  }

  close(): Promise<void> {
    return new Promise((closed) => this.#socket.close(() => closed()));
  }

  /** Some name what others leave to the table of RFC 3551, and no two makes write quite the same. */
  describe(make: number): string {
    const { address, port } = this.#socket.address();
    const family = address.includes(':') ? 'IP6' : 'IP4';
    const named =
      make % 2 === 0 ? [] : ['a=rtpmap:0 PCMU/8000', 'a=rtpmap:8 PCMA/8000', `a=ptime:${frameMs}`];
    return [
      'v=0',
      `o=- 1 1 IN ${family} ${address}`,
      's=-',
      `c=IN ${family} ${address}`,
      't=0 0',
      `m=audio ${port} RTP/AVP 0 8 ${eventPayloadType}`,
      ...named,
      `a=rtpmap:${eventPayloadType} telephone-event/8000`,
      `a=fmtp:${eventPayloadType} 0-15`,
      `a=maxptime:${frameMs * (1 + (make % rehearsedMakes))}`,
      'a=sendrecv',
      '',
    ].join('\r\n');
  }

  /** Says so many frames to where `sdp` wants to be spoken to, or is silent for as long, and presses a key after the first two. */
  async speak(sdp: string, talk: Talk, key?: string): Promise<void> {
    const port = Number(/^m=audio (\d+)/m.exec(sdp)?.[1] ?? 9);
    // RFC 3550 §5.1: anywhere in what 32 and 16 bits hold, as it is with every telephone.
    const ssrc = randomInteger(this.#random, 2 ** 32);
    const start = randomInteger(this.#random, 2 ** 32);
    let sequence = randomInteger(this.#random, 2 ** 16);
    for (let frame = 0; frame < talk.frames; frame++) {
      const timestamp = (start + frame * frameSamples) >>> 0;
      if (frame === 2 && key !== undefined)
        sequence = await this.#press(key, { port, ssrc, sequence, timestamp });
      if (!talk.isSilent) this.#murmur({ port, ssrc, sequence: sequence++, timestamp }, frame === 0);
      await this.#pause();
    }
  }

  #murmur({ port, ssrc, sequence, timestamp }: Place, isMarked: boolean): void {
    const packet = Buffer.alloc(rtpHeaderOctets + frameSamples);
    writeRtpHeader(packet, { isMarked, payloadType: 0, sequence, timestamp, ssrc });
    packet.set(murmur, rtpHeaderOctets);
    this.#send(packet, port);
  }

  /** Its end told three times, as by every phone (RFC 4733 §2.5.1.4); returns the next number. */
  async #press(key: string, { port, ssrc, sequence, timestamp }: Place): Promise<number> {
    for (let told = 0; told < 4; told++) {
      const packet = Buffer.alloc(rtpHeaderOctets + eventOctets);
      const isMarked = told === 0;
      const header = {
        isMarked,
        payloadType: eventPayloadType,
        sequence: (sequence + told) & 0xffff,
        timestamp,
        ssrc,
      };
      writeRtpHeader(packet, header);
      const event = {
        event: Number(key),
        isMarked: true,
        isEnd: told > 0,
        duration: frameSamples,
        timestamp,
      };
      writeEvent(event, packet, rtpHeaderOctets);
      this.#send(packet, port);
      if (told === 0) await this.#pause();
    }
    return (sequence + 4) & 0xffff;
  }

  #send(packet: Buffer, port: number): void {
    this.#socket.send(packet, port, this.#socket.address().address);
  }

  #pause(): Promise<void> {
    return new Promise((done) => this.#clock.after(frameMs, done));
  }
}
