/**
 * The other end of rehearsed calls: one user agent that calls, and that answers as the line outside and as every agent's phone;
 * and one socket where all their sound comes from.
 */
import { createSocket, type Socket } from 'node:dgram';
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import type { Random } from '@seatgrid/core/kernel/random.ts';
import { frameMs, frameSamples } from '@seatgrid/media/frame.ts';
import { rtpHeaderOctets, writeRtpHeader } from '@seatgrid/media/rtp/rtp-packet.ts';
import { writeEvent } from '@seatgrid/media/rtp/telephone-event.ts';
import { createSipUserAgent } from '@seatgrid/media/sip/user-agent/create-sip-user-agent.ts';
import type { SipUserAgent } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import { rehearsedCallMsMax, rehearsedTalkMs } from './limits.ts';

const eventPayloadType = 101;
const eventOctets = 4;
/** Of µ-law. */
const silence = 0xff;

export class FarSide {
  readonly address: string;
  readonly #clock: Clock;
  readonly #sound: Socket;
  readonly #sip: SipUserAgent;
  #calls = 0;

  private constructor(address: string, sound: Socket, parts: { clock: Clock; random: Random }) {
    this.address = address;
    this.#clock = parts.clock;
    this.#sound = sound;
    this.#sip = createSipUserAgent({
      ...parts,
      product: 'Rehearsal',
      listen: [{ protocol: 'udp', address, advertisedAddress: address, port: 0 }],
      handler: {
        trust: () => ({ kind: 'trusted', peer: 'node' }),
        secret: () => undefined,
        onBindings: () => {},
        onInvite(invite) {
          invite.progress(180);
          invite.accept(sdp, { onReinvite: () => sdp, onEnded: () => {} });
        },
      },
    });
    const sdp = this.#description();
  }

  static async open(
    address: string,
    soundAddress: string,
    parts: { clock: Clock; random: Random },
  ): Promise<FarSide> {
    const sound = createSocket({
      type: soundAddress.includes(':') ? 'udp6' : 'udp4',
      lookup: (host, _options, found) => found(null, host, host.includes(':') ? 6 : 4),
    });
    // What cannot be sent was not rehearsed.
    sound.on('error', () => {});
    await new Promise<void>((bound) => sound.bind(0, soundAddress, bound));
    const farSide = new FarSide(address, sound, parts);
    await farSide.#sip.start();
    return farSide;
  }

  get port(): number {
    return this.#sip.listening()[0]!.port;
  }

  /** Settles when the call is over, with whether it was answered; `key` is pressed once it is. */
  call(number: string, node: { address: string; port: number }, key: string | null): Promise<boolean> {
    const from = { user: `+2${++this.#calls}`, host: this.address, displayName: '' };
    const uri = `sip:${number}@${node.address}:${node.port}`;
    return new Promise((over) => {
      const invite = this.#sip.invite(
        {
          uri,
          flow: { protocol: 'udp', ...node },
          from,
          sdp: this.#description(),
          ringTimeoutMs: rehearsedCallMsMax,
        },
        {
          onProgress: () => {},
          onReinvite: () => this.#description(),
          onAnswered: ({ sdp, dialog }) => {
            const talk = key === null ? Promise.resolve() : this.#press(key, portIn(sdp));
            void talk.then(() =>
              this.#clock.after(rehearsedTalkMs * (key === null ? 1 : 2), () => dialog.bye()),
            );
          },
          onFailed: () => over(false),
          onEnded: () => over(true),
        },
      );
      this.#clock.after(rehearsedCallMsMax, () => {
        invite.cancel();
        over(false);
      });
    });
  }

  async close(): Promise<void> {
    await this.#sip.close();
    await new Promise<void>((closed) => this.#sound.close(() => closed()));
  }

  /** Two frames of silence and the key after them, its end told three times as by every phone (RFC 4733 §2.5.1.4). */
  async #press(key: string, port: number): Promise<void> {
    const ssrc = this.#calls;
    const event = { event: Number(key), isMarked: true, isEnd: false, duration: frameSamples };
    for (let sequence = 0; sequence < 2; sequence++) {
      const packet = Buffer.alloc(rtpHeaderOctets + frameSamples, silence);
      writeRtpHeader(packet, {
        isMarked: false,
        payloadType: 0,
        sequence,
        timestamp: sequence * frameSamples,
        ssrc,
      });
      this.#sound.send(packet, port, this.#sound.address().address);
      await this.#pause(frameMs);
    }
    for (let sequence = 2; sequence < 6; sequence++) {
      const packet = Buffer.alloc(rtpHeaderOctets + eventOctets);
      const timestamp = 2 * frameSamples;
      writeRtpHeader(packet, {
        isMarked: sequence === 2,
        payloadType: eventPayloadType,
        sequence,
        timestamp,
        ssrc,
      });
      writeEvent({ ...event, timestamp, isEnd: sequence > 2 }, packet, rtpHeaderOctets);
      this.#sound.send(packet, port, this.#sound.address().address);
      if (sequence === 2) await this.#pause(frameMs);
    }
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((done) => this.#clock.after(delayMs, done));
  }

  #description(): string {
    const { address, port } = this.#sound.address();
    const family = address.includes(':') ? 'IP6' : 'IP4';
    return `v=0\r\no=- 1 1 IN ${family} ${address}\r\ns=-\r\nc=IN ${family} ${address}\r\nt=0 0\r\nm=audio ${port} RTP/AVP 0 8 ${eventPayloadType}\r\na=rtpmap:${eventPayloadType} telephone-event/8000\r\na=fmtp:${eventPayloadType} 0-15\r\na=sendrecv\r\n`;
  }
}

function portIn(sdp: string): number {
  return Number(/^m=audio (\d+)/m.exec(sdp)?.[1] ?? 9);
}
