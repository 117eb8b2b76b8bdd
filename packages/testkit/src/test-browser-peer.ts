/** A browser's end of a WebRTC leg without a browser: offers G.711, speaks a sound, keeps what it hears. */
import { Audio, PeerConnection, type Track } from 'node-datachannel';
import { muLaw } from '@seatgrid/media/audio/g711.ts';
import { frameMs, frameSamples } from '@seatgrid/media/frame.ts';
import { OutgoingStream } from '@seatgrid/media/rtp/outgoing-stream.ts';
import {
  emptyRtpHeader,
  isRtcp,
  readRtpHeader,
  rtpHeaderOctets,
  writeRtpHeader,
} from '@seatgrid/media/rtp/rtp-packet.ts';
import { DigitSender, eventOctets, writeEvent } from '@seatgrid/media/rtp/telephone-event.ts';
import { sendOnTrack } from '@seatgrid/media/webrtc/send-on-track.ts';

const eventType = 126;

export class TestBrowserPeer {
  readonly offerSdp: string;
  readonly #connection: PeerConnection;
  readonly #track: Track;
  readonly #stream = new OutgoingStream({ ssrc: 0xb0b, sequence: 1, timestamp: 1 });
  readonly #digits = new DigitSender();
  readonly #header = emptyRtpHeader();
  readonly #samples: number[] = [];
  /** RTCP that came. */
  readonly reports: Buffer[] = [];
  #sound: Int16Array = new Int16Array(frameSamples);
  #soundAt = 0;
  #timer: NodeJS.Timeout | undefined;

  private constructor(connection: PeerConnection, track: Track, offerSdp: string) {
    this.#connection = connection;
    this.#track = track;
    this.offerSdp = offerSdp;
    track.onMessage((packet) => this.#receive(packet));
  }

  /** `relay`: the only way it goes. */
  static open(relay?: RelayToUse | null): Promise<TestBrowserPeer> {
    const connection = new PeerConnection('test-browser', {
      iceServers: relay ? [serverOf(relay)] : [],
      iceTransportPolicy: relay ? 'relay' : 'all',
      bindAddress: '127.0.0.1',
    });
    const audio = new Audio('0', 'SendRecv');
    audio.addOpusCodec(111);
    audio.addAudioCodec(0, 'PCMU');
    audio.addAudioCodec(8, 'PCMA');
    audio.addAudioCodec(eventType, 'telephone-event');
    audio.addSSRC(0xb0b, 'browser');
    const track = connection.addTrack(audio);
    return new Promise((settle) => {
      connection.onGatheringStateChange((state) => {
        if (state !== 'complete') return;
        // The library writes telephone events at 48 kHz; a browser does not. And as an offerer it lets DTLS run before it has noted
        // the answer's fingerprint, if the far end is quick: without candidates of ours it is we who begin.
        const sdp = connection
          .localDescription()!
          .sdp.replace('telephone-event/48000/2', 'telephone-event/8000')
          .replaceAll(/a=candidate:(?!.* typ relay).*\r\n/g, '');
        settle(new TestBrowserPeer(connection, track, sdp));
      });
      connection.setLocalDescription('offer');
    });
  }

  accept(answerSdp: string): Promise<void> {
    return new Promise((settle) => {
      this.#track.onOpen(() => {
        this.#timer = setInterval(() => this.#send(), frameMs);
        settle();
      });
      this.#connection.setRemoteDescription(answerSdp, 'answer');
    });
  }

  speak(sound: Int16Array): void {
    this.#sound = sound;
    this.#soundAt = 0;
  }

  sendDigits(digits: string): void {
    for (const digit of digits) this.#digits.add({ digit, durationMs: 100 });
  }

  /** Everything heard so far. */
  heard(): Int16Array {
    return Int16Array.from(this.#samples);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#connection.close();
  }

  #send(): void {
    // The node may have closed the line a moment ago.
    if (!this.#track.isOpen()) return;
    const packet = Buffer.alloc(rtpHeaderOctets + frameSamples);
    if (this.#digits.isBusy) {
      if (this.#digits.next(this.#stream.nextTimestamp)) {
        const event = this.#digits.packet;
        writeRtpHeader(packet, this.#stream.ownAt(eventType, event.timestamp, event.isMarked));
        writeEvent(event, packet, rtpHeaderOctets);
        sendOnTrack(this.#track, packet.subarray(0, rtpHeaderOctets + eventOctets));
      }
      this.#stream.skip(frameSamples);
      return;
    }
    writeRtpHeader(packet, this.#stream.own(0, frameSamples, false));
    for (let index = 0; index < frameSamples; index++) {
      packet[rtpHeaderOctets + index] = muLaw.codes[this.#sound[this.#soundAt]! & 0xffff]!;
      this.#soundAt = (this.#soundAt + 1) % this.#sound.length;
    }
    sendOnTrack(this.#track, packet);
  }

  sendReport(report: Uint8Array): void {
    this.#track.sendMessageBinary(Buffer.from(report));
  }

  #receive(packet: Buffer): void {
    if (isRtcp(packet)) this.reports.push(packet);
    else if (!readRtpHeader(packet, this.#header) || this.#header.payloadType !== 0) return;
    for (let at = this.#header.payloadStart; at < this.#header.payloadEnd; at++)
      this.#samples.push(muLaw.samples[packet[at]!]!);
  }
}

export interface RelayToUse {
  readonly urls: readonly string[];
  readonly username: string;
  readonly credential: string;
}

/** `turn:host:port?transport=udp` */
function serverOf({ urls, username, credential }: RelayToUse) {
  const [, hostname, port] = /^turn:([^:]+):(\d+)/.exec(urls[0]!)!;
  return {
    hostname: hostname!,
    port: Number(port),
    username,
    password: credential,
    relayType: 'TurnUdp' as const,
  };
}
