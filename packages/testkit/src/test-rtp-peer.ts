/**
 * The far end of an RTP leg, as a test needs it: speaks a tone or any sound paced by the real clock, sends digits, keeps what
 * it receives as samples in the order of their timestamps, and gives it back for measuring. One UDP socket on loopback.
 */
import { randomBytes } from 'node:crypto';
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { codecOf, decodeG711, type G711Law } from '@seatgrid/media/audio/g711.ts';
import { frameMs, frameSamples, samplesPerMs } from '@seatgrid/media/frame.ts';
import { OutgoingStream } from '@seatgrid/media/rtp/outgoing-stream.ts';
import {
  emptyRtpHeader,
  isRtcp,
  readRtpHeader,
  rtpHeaderOctets,
  writeRtpHeader,
} from '@seatgrid/media/rtp/rtp-packet.ts';
import { DigitReceiver, DigitSender, eventOctets, writeEvent } from '@seatgrid/media/rtp/telephone-event.ts';
import { cryptoLine, masterOctets, readCrypto } from '@seatgrid/media/sdp/crypto-attribute.ts';
import { SrtpReceiver } from '@seatgrid/media/srtp/srtp-receiver.ts';
import { SrtpSender } from '@seatgrid/media/srtp/srtp-sender.ts';
import type { SrtpSuiteName } from '@seatgrid/media/srtp/srtp-suite.ts';

export interface TestRtpPeerOptions {
  readonly law?: G711Law;
  /** Absent: this phone knows no telephone events. */
  readonly eventPayloadType?: number;
  readonly address?: string;
  /** Drops outgoing packets for which this is true, by count. */
  readonly drops?: (count: number) => boolean;
  /** Reports come and go on the port of the sound (RFC 5761). */
  readonly isRtcpMuxed?: boolean;
  /** Offers and answers keys (RFC 4568), in a secure profile or beside a plain one. */
  readonly srtp?: { readonly suite: SrtpSuiteName; readonly profile: 'RTP/SAVP' | 'RTP/AVP' };
}

export interface ReceivedPacket {
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
  readonly payloadType: number;
  readonly atMs: number;
}

/** A machine at the end of the line: it speaks in packets of its own, and hears those that come. */
export interface LineMachine {
  frame(nowMs: number): Uint8Array;
  receive(packet: Uint8Array, nowMs: number): void;
}

export class TestRtpPeer {
  /** What it speaks and describes from now on. */
  law: G711Law;
  readonly port: number;
  readonly address: string;
  readonly packets: ReceivedPacket[] = [];
  readonly digits: string[] = [];
  /** RTCP that came among the sound. */
  readonly reports: Uint8Array[] = [];
  readonly #socket: Socket;
  readonly #options: TestRtpPeerOptions;
  readonly #stream = new OutgoingStream({
    ssrc: 0x5eed_0001 + Math.floor(performance.now()),
    sequence: 100,
    timestamp: 5_000,
  });
  readonly #digitSender = new DigitSender();
  readonly #digitReceiver = new DigitReceiver();
  readonly #header = emptyRtpHeader();
  #master = new Uint8Array(0);
  #sender: SrtpSender | undefined;
  #receiver: SrtpReceiver | undefined;
  /** Packets that came and could not be believed. */
  refused = 0;
  #remote: { address: string; port: number } | undefined;
  #sound: Int16Array | undefined;
  #soundAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #dueMs = 0;
  #sent = 0;
  /** Received sound, placed by timestamp from the first packet heard since `#origin` was set. */
  #heard = new Int16Array(0);
  #origin: number | undefined;
  #end = 0;
  #waiters: (() => void)[] = [];
  #machine: LineMachine | undefined;

  private constructor(socket: Socket, options: TestRtpPeerOptions) {
    this.#socket = socket;
    this.#options = options;
    this.law = options.law ?? 'PCMU';
    this.port = socket.address().port;
    this.address = socket.address().address;
    socket.on('message', (packet, from) => this.#receive(packet, from));
    this.changeKey();
  }

  static open(options: TestRtpPeerOptions = {}): Promise<TestRtpPeer> {
    const socket = createSocket(isIPv6(options.address ?? '') ? 'udp6' : 'udp4');
    return new Promise((settle, fail) => {
      socket.once('error', fail);
      socket.bind(0, options.address ?? '127.0.0.1', () => settle(new TestRtpPeer(socket, options)));
    });
  }

  /** Our description, as offer or answer. */
  sdp(
    direction: 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive' = 'sendrecv',
    address = this.address,
  ): string {
    const type = codecOf(this.law).payloadType;
    const { eventPayloadType: events, srtp, isRtcpMuxed } = this.#options;
    const family = isIPv6(address) ? 'IP6' : 'IP4';
    return [
      'v=0',
      `o=peer 1 1 IN ${family} ${address}`,
      's=-',
      `c=IN ${family} ${address}`,
      't=0 0',
      `m=audio ${this.port} ${srtp?.profile ?? 'RTP/AVP'} ${type}${events === undefined ? '' : ` ${events}`}`,
      `a=rtpmap:${type} ${this.law}/8000`,
      ...(events === undefined ? [] : [`a=rtpmap:${events} telephone-event/8000`, `a=fmtp:${events} 0-15`]),
      ...(srtp ? [cryptoLine({ tag: '1', suite: srtp.suite, master: this.#master }).trim()] : []),
      ...(isRtcpMuxed === true ? ['a=rtcp-mux'] : []),
      `a=${direction}`,
      '',
    ].join('\r\n');
  }

  /** From the next description on, another key is in force. */
  changeKey(): void {
    const { srtp } = this.#options;
    if (srtp === undefined) return;
    this.#master = randomBytes(masterOctets[srtp.suite]);
    this.#sender = undefined;
  }

  /** Sends to whatever address the description names. */
  connect(farSdp: string): void {
    this.#agreeOnKeys(farSdp);
    this.connectTo(/^c=IN IP[46] (\S+)/m.exec(farSdp)![1]!, Number(/^m=audio (\d+)/m.exec(farSdp)![1]));
  }

  #agreeOnKeys(farSdp: string): void {
    const { srtp } = this.#options;
    const keys = farSdp.split('\r\n').map((line) => readCrypto(line));
    const theirs = keys.find((key) => key !== undefined && key.suite === srtp?.suite);
    if (srtp === undefined || theirs === undefined) {
      this.#sender = undefined;
      this.#receiver = undefined;
      return;
    }
    this.#sender ??= new SrtpSender({ suite: srtp.suite, master: this.#master });
    const keying = { suite: srtp.suite, master: theirs.master };
    if (this.#receiver === undefined) this.#receiver = new SrtpReceiver(keying);
    else this.#receiver.rekey(keying);
  }

  connectTo(address: string, port: number): void {
    this.#remote = { address, port };
    if (this.#timer !== undefined) return;
    this.#dueMs = performance.now();
    this.#tick();
  }

  /** Speaks `sound` again and again; its length should be whole turns of its tone, or it clicks. */
  speak(sound: Int16Array | undefined): void {
    this.#sound = sound;
    this.#soundAt = 0;
  }

  /** From now on the line is a machine's. */
  handTo(machine: LineMachine): void {
    this.#machine = machine;
  }

  sendDigits(digits: string): void {
    for (const digit of digits) this.#digitSender.add({ digit, durationMs: 100 });
  }

  /** The next `durationMs` of received sound, from now on. */
  async listen(durationMs: number, deadlineMs = durationMs + 15_000): Promise<Int16Array> {
    this.startListening();
    await this.until(() => this.#end >= durationMs * samplesPerMs, deadlineMs, `${durationMs} ms of sound`);
    return this.heard().subarray(0, durationMs * samplesPerMs);
  }

  startListening(): void {
    this.#origin = undefined;
    this.#heard = new Int16Array(0);
    this.#end = 0;
  }

  /** All sound received since `startListening`. */
  heard(): Int16Array {
    return this.#heard.subarray(0, this.#end);
  }

  async until(condition: () => boolean, deadlineMs: number, what: string): Promise<void> {
    const endMs = performance.now() + deadlineMs;
    while (!condition()) {
      const leftMs = endMs - performance.now();
      if (leftMs <= 0) throw new Error(`after ${deadlineMs} ms still waiting for ${what}`);
      await new Promise<void>((wake) => {
        const timer = setTimeout(wake, Math.max(0, Math.min(leftMs, 500)));
        this.#waiters.push(() => {
          clearTimeout(timer);
          wake();
        });
      });
    }
  }

  close(): Promise<void> {
    clearTimeout(this.#timer);
    return new Promise((closed) => this.#socket.close(() => closed()));
  }

  #tick(): void {
    while (this.#dueMs <= performance.now()) {
      this.#sendFrame();
      this.#dueMs += frameMs;
    }
    this.#timer = setTimeout(() => this.#tick(), Math.max(0, this.#dueMs - performance.now()));
  }

  #sendFrame(): void {
    if (this.#machine) return this.#send(this.#machine.frame(performance.now()));
    const remote = this.#remote;
    const events = this.#options.eventPayloadType;
    if (this.#digitSender.isBusy && events !== undefined) {
      if (this.#digitSender.next(this.#stream.nextTimestamp)) {
        const event = this.#digitSender.packet;
        for (let repeat = 0; repeat < this.#digitSender.repeats; repeat++) {
          const packet = new Uint8Array(rtpHeaderOctets + eventOctets);
          writeRtpHeader(packet, this.#stream.ownAt(events, event.timestamp, event.isMarked));
          writeEvent(event, packet, rtpHeaderOctets);
          this.#send(packet);
        }
      }
      this.#stream.skip(frameSamples);
      return;
    }
    if (this.#sound === undefined || remote === undefined) {
      this.#stream.skip(frameSamples);
      return;
    }
    const codec = codecOf(this.law);
    const packet = new Uint8Array(rtpHeaderOctets + frameSamples);
    writeRtpHeader(packet, this.#stream.own(codec.payloadType, frameSamples, false));
    for (let index = 0; index < frameSamples; index++) {
      packet[rtpHeaderOctets + index] = codec.codes[this.#sound[this.#soundAt]! & 0xffff]!;
      this.#soundAt = (this.#soundAt + 1) % this.#sound.length;
    }
    this.#send(packet);
  }

  #send(packet: Uint8Array): void {
    this.#sent += 1;
    if (this.#remote === undefined || this.#options.drops?.(this.#sent) === true) return;
    const outgoing = this.#sender === undefined ? packet : this.#sender.sealRtp(packet);
    if (outgoing !== undefined) this.#socket.send(outgoing, this.#remote.port, this.#remote.address);
  }

  /** Octets as they are, to wherever this peer is connected. */
  sendRaw(octets: Uint8Array): void {
    this.#socket.send(octets, this.#remote!.port, this.#remote!.address);
  }

  sendReport(report: Uint8Array): void {
    this.sendRaw(this.#sender === undefined ? report : this.#sender.sealRtcp(report));
  }

  get ssrc(): number {
    return this.#stream.ssrc;
  }

  #receive(received: Buffer, _from: RemoteInfo): void {
    const header = this.#header;
    if (isRtcp(received)) {
      // Unasked, it is another peer's: theirs is the next port, and that may be ours.
      if (this.#options.isRtcpMuxed !== true) return;
      const report = this.#receiver === undefined ? received : this.#receiver.openRtcp(received);
      if (report !== undefined) this.reports.push(report);
      else this.refused += 1;
      return;
    }
    const packet = this.#receiver === undefined ? received : this.#receiver.openRtp(received);
    if (packet === undefined || !readRtpHeader(packet, header)) {
      this.refused += 1;
      return;
    }
    this.#machine?.receive(packet, performance.now());
    const { sequence, timestamp, ssrc, payloadType } = header;
    this.packets.push({ sequence, timestamp, ssrc, payloadType, atMs: performance.now() });
    if (payloadType === this.#options.eventPayloadType) {
      const { ended } = this.#digitReceiver.receive(
        timestamp,
        packet,
        header.payloadStart,
        header.payloadEnd,
        performance.now(),
      );
      if (ended !== undefined) this.digits.push(ended.digit);
    } else this.#keep(timestamp, payloadType, packet.subarray(header.payloadStart, header.payloadEnd));
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake();
  }

  #keep(timestamp: number, payloadType: number, codes: Uint8Array): void {
    this.#origin ??= timestamp;
    const at = (timestamp - this.#origin) | 0;
    if (at < 0 || at > 600 * 1_000 * samplesPerMs) return;
    const end = at + codes.length;
    if (end > this.#heard.length) {
      const larger = new Int16Array(Math.max(end, 2 * this.#heard.length, 8_000));
      larger.set(this.#heard);
      this.#heard = larger;
    }
    decodeG711(codecOf(payloadType === 8 ? 'PCMA' : 'PCMU'), codes, this.#heard.subarray(at, end));
    this.#end = Math.max(this.#end, end);
  }
}
