/**
 * One party's sound within a media worker: what comes in is counted, relayed at once to those who hear nobody else, and
 * buffered for those who hear a mix; what goes out is one unbroken stream. Which of these happens is told by the call.
 */
import type { G711Codec } from '../../audio/g711.ts';
import { comfortNoise, noiseLevelOf } from '../../audio/comfort-noise.ts';
import { LineTones } from '../../audio/progress/line-tones.ts';
import type { Country } from '../../audio/progress/country-tones.ts';
import type { RecognisedTone } from '../../audio/progress/tone-recogniser.ts';
import { InBandDigits } from '../../audio/dtmf/in-band-digits.ts';
import { FrameMender } from '../../audio/frame-mender.ts';
import { aLaw, decodeG711, muLaw, translationBetween } from '../../audio/g711.ts';
import { ownPacketBuffers, speechGapMsMax } from '../../limits.ts';
import { frameMs, frameSamples, samplesPerMs } from '../../frame.ts';
import {
  DigitReceiver,
  DigitSender,
  eventDuration,
  eventOctets,
  setEventDuration,
  writeEvent,
} from '../../rtp/telephone-event.ts';
import { JitterBuffer, type PayloadPlace } from '../../rtp/jitter-buffer.ts';
import { OutgoingStream } from '../../rtp/outgoing-stream.ts';
import { meanOpinion } from '../../rtp/mean-opinion.ts';
import { Reception } from '../../rtp/reception.ts';
import {
  emptyRtpHeader,
  readRtpHeader,
  rtpHeaderOctets,
  writeRtpHeader,
  type RtpHeader,
} from '../../rtp/rtp-packet.ts';
import type { LegStatistics } from '../media-engine.ts';
import type { DigitProgress, ReceivedDigit } from '../../rtp/telephone-event.ts';
import { LegEdge, type EdgeWire } from './leg-edge.ts';
import type { LegTransport } from './leg-transport.ts';

/** What was agreed with the far end. */
export interface LegFormat {
  /** How its sound is kept within the engine, and sent unless `edge` says otherwise. */
  readonly law: 'PCMU' | 'PCMA';
  /** What it speaks on the wire, where that is not G.711. */
  readonly edge?: EdgeWire | undefined;
  /** What we send with, and what is sent to us with: equal unless the far end renumbered ours. */
  readonly payloadType: number;
  readonly receivePayloadType: number;
  /** Telephone events, when the far end takes them. */
  readonly eventPayloadType: number | undefined;
  readonly receiveEventPayloadType: number | undefined;
  /** Ticks of the events' clock for a sample of the engine; one where absent. */
  readonly eventTicks?: number | undefined;
  /** False where the far end told us not to send. */
  readonly isSendingAllowed: boolean;
  /** False where the far end told it will send nothing. */
  readonly isReceptionExpected: boolean;
}

export interface LegObserver {
  onFirstPacket(leg: MediaLeg, nowMs: number): void;
  onDigit(leg: MediaLeg, progress: DigitProgress, nowMs: number): void;
  /** One who speaks is heard: what it says is passed on, or mixed. */
  onHeard?(nowMs: number): void;
  onTone?(leg: MediaLeg, tone: RecognisedTone, nowMs: number): void;
}

/** A pause longer than this between packets of ours is told by the timestamp. */
const unbrokenMsMax = 200;
const maxOwnPayload = frameSamples;
/** Own packets of all legs rotate through some buffers: the system may still hold those of a whole turn. */
const ownPackets = Array.from({ length: ownPacketBuffers }, () =>
  Buffer.alloc(rtpHeaderOctets + maxOwnPayload),
);
let nextOwnPacket = 0;

/** RFC 3389 §4: the static payload type of comfort noise. */
const noisePayloadType = 13;

const scratchHeader = emptyRtpHeader();
/** Of a leg that has received nothing. */
const nothingReceived = new Reception();

/** What only packets need is made with the first that needs it: many legs are closed before any comes or goes. */
export class MediaLeg {
  readonly key: string;
  readonly transport: LegTransport;
  readonly #openStream: () => OutgoingStream;
  #stream: OutgoingStream | undefined;
  #reception: Reception | undefined;
  #digitReceiver: DigitReceiver | undefined;
  #digitSender: DigitSender | undefined;
  #jitter: JitterBuffer | undefined;
  /** Listens for digits in the sound itself, where the far end sends no events. */
  #inBandDigits: InBandDigits | undefined;
  /** Listens for what the line says of its state, where that was asked for. */
  #lineTones: LineTones | undefined;
  /** Everybody who hears this leg is sent its digits as events: their sound is of no use to anyone. */
  areDigitsPassedOn = false;
  readonly #observer: LegObserver;
  codec: G711Codec = muLaw;
  #edge: LegEdge | undefined;
  format: LegFormat | undefined;
  #eventTicks = 1;

  /** Legs that hear only this one: its packets go to them as they come. */
  relayTo: readonly MediaLeg[] = [];
  /** Somebody needs this leg's frames in step with the call's clock. */
  isBuffered = false;

  #frameMender: FrameMender | undefined;
  #frameSamples: Int16Array | undefined;
  /** This tick's frame, when `hasFrame`: codes of `codec`, and samples once `samplesOfFrame` was called. */
  get codes(): Uint8Array {
    return this.#mender.codes;
  }
  hasFrame = false;
  /** Timestamp of the frame, in the far end's count. */
  frameTimestamp = 0;
  #areSamplesCurrent = false;
  /** The far end has told that it falls silent, and how its silence sounds. */
  #noiseLevel: number | undefined;

  packetsOut = 0;
  octetsOut = 0;
  foreign = 0;
  concealed = 0;
  /** Packets from the far end that were not to be believed. */
  refused = 0;
  /** What the far end says of what we send, and how long the way there and back is; undefined where it sends no reports. */
  far: { readonly lost: number; readonly jitterMs: number } | undefined;
  roundTripMs: number | undefined;
  lastSentMs = 0;
  isHeard = false;
  /** End of the last packet that was relayed onwards, for a listener that joins a mix. */
  relayedUntil = 0;
  #isSpurtStart = true;

  constructor(key: string, transport: LegTransport, openStream: () => OutgoingStream, observer: LegObserver) {
    this.key = key;
    this.transport = transport;
    this.#openStream = openStream;
    this.#observer = observer;
  }

  get stream(): OutgoingStream {
    return (this.#stream ??= this.#openStream());
  }

  get reception(): Readonly<Reception> {
    return this.#reception ?? nothingReceived;
  }

  get digitSender(): DigitSender {
    return (this.#digitSender ??= new DigitSender());
  }

  get isSendingDigits(): boolean {
    return this.#digitSender?.isBusy === true;
  }

  get jitter(): JitterBuffer {
    return (this.#jitter ??= new JitterBuffer(this.codec.silence));
  }

  /** Its frames are needed from now on, or no longer. */
  setBuffered(isBuffered: boolean): void {
    if (isBuffered !== this.isBuffered) this.#jitter?.reset(this.codec.silence);
    this.isBuffered = isBuffered;
    if (!isBuffered) this.hasFrame = false;
  }

  /** The far end has given a sign of life other than sound. */
  noteAlive(nowMs: number): void {
    this.#reception ??= new Reception();
    this.#reception.lastAtMs = nowMs;
  }

  setFormat(format: LegFormat): void {
    const codec = format.law === 'PCMU' ? muLaw : aLaw;
    if (codec !== this.codec) {
      this.#jitter?.reset(codec.silence);
      this.#frameMender?.reset(codec.silence);
    }
    this.codec = codec;
    this.format = format;
    this.#eventTicks = format.eventTicks ?? 1;
    this.#setEdge(format.edge);
    if (format.receiveEventPayloadType !== undefined) this.#inBandDigits = undefined;
    else this.#inBandDigits ??= new InBandDigits();
  }

  #setEdge(wire: EdgeWire | undefined): void {
    if (wire?.codec === this.#edge?.wire) {
      if (wire !== undefined) this.#edge?.change(wire);
      return;
    }
    this.#edge?.close();
    this.#edge = wire && new LegEdge(wire);
  }

  /** Packets may go on unchanged, but for a table, to a leg of the same wire. */
  get wire(): 'G711' | EdgeWire['codec'] {
    return this.#edge?.wire ?? 'G711';
  }

  /** Ticks of the far end's clock for a sample of the engine. */
  get ticksPerSample(): number {
    return this.#edge?.ticksPerSample ?? 1;
  }

  /** Of what we send next, as the far end counts. */
  get nextTimestamp(): number {
    const { nextTimestamp } = this.stream;
    return this.#edge === undefined ? nextTimestamp : this.#edge.outward(nextTimestamp);
  }

  get isSendable(): boolean {
    return this.format?.isSendingAllowed === true;
  }

  /** A packet from the far end, already known to come from where it should. */
  receive(packet: Uint8Array, nowMs: number): void {
    const header = scratchHeader;
    if (this.format === undefined || !readRtpHeader(packet, header)) {
      this.refused += 1;
      return;
    }
    const reception = (this.#reception ??= new Reception());
    if (!reception.admits(header, nowMs)) {
      this.refused += 1;
      return;
    }
    const isEvent = header.payloadType === this.format.receiveEventPayloadType;
    const codec = isEvent ? this.codec : this.#codecOf(header.payloadType);
    const isAtEdge = this.#edge !== undefined && header.payloadType === this.format.receivePayloadType;
    if (isAtEdge || (isEvent && this.#edge !== undefined))
      header.timestamp = this.#edge!.inward(header.timestamp);
    const isSpeaking = nowMs - reception.lastAtMs < speechGapMsMax;
    if (this.isHeard && header.ssrc !== reception.ssrc) this.jitter.changeSource();
    reception.note(header, packet.length, nowMs);
    if (!this.isHeard) {
      this.isHeard = true;
      this.#observer.onFirstPacket(this, nowMs);
    }
    if (isEvent) {
      this.#receiveEvent(packet, header, nowMs);
      return;
    }
    if (header.payloadType === noisePayloadType) {
      this.#noiseLevel = noiseLevelOf(packet, header.payloadStart, header.payloadEnd);
      for (const listener of this.relayTo) listener.stream.swallowed(header);
      return;
    }
    if (codec === undefined) return;
    if (isSpeaking && (this.isBuffered || this.relayTo.length > 0)) this.#observer.onHeard?.(nowMs);
    this.#noiseLevel = undefined;
    if (isAtEdge) {
      this.#receiveAtEdge(packet, header, nowMs);
      return;
    }
    if (this.#lineTones !== undefined) this.#listenForTones(packet, header, codec, nowMs);
    if (this.#inBandDigits !== undefined) this.#listenForDigits(packet, header, codec, nowMs);
    if (this.isBuffered) this.jitter.put(header, packet, nowMs, translationBetween(codec, this.codec));
    if (this.relayTo.length > 0) this.#relay(packet, header, codec, nowMs);
  }

  /** RFC 3264 §6.1: a party may use any format both agreed on; the two laws differ only by a table. */
  #codecOf(payloadType: number): G711Codec | undefined {
    if (payloadType === this.format?.receivePayloadType) return this.codec;
    if (payloadType === muLaw.payloadType) return muLaw;
    if (payloadType === aLaw.payloadType) return aLaw;
    return undefined;
  }

  /** Decoded where somebody needs its sound; relayed as it came. */
  #receiveAtEdge(packet: Uint8Array, header: RtpHeader, nowMs: number): void {
    const edge = this.#edge!;
    const samples = edge.samplesIn(packet, header);
    if (samples === 0) {
      this.refused += 1;
      return;
    }
    if (this.isBuffered || this.#lineTones !== undefined || this.#inBandDigits !== undefined)
      this.#hearAtEdge(edge, packet, header, nowMs);
    const isDigit = this.areDigitsPassedOn && this.#inBandDigits?.isHearing === true;
    this.relayedUntil = this.jitter.placeOf(header.timestamp + samples);
    for (const listener of this.relayTo) {
      if (listener.format === undefined) continue;
      if (isDigit) listener.stream.swallowed(header);
      else listener.sendRelayed(packet, header, listener.format.payloadType, samples, nowMs);
    }
  }

  #hearAtEdge(edge: LegEdge, packet: Uint8Array, header: RtpHeader, nowMs: number): void {
    const lost = edge.recover(packet, header);
    if (lost !== undefined && this.isBuffered) this.jitter.put(lost.place, lost.codes, nowMs);
    const sound = edge.decode(packet, header);
    if (sound === undefined) return;
    const { codes, place } = sound;
    if (this.#lineTones !== undefined) this.#listenForTones(codes, place, muLaw, nowMs);
    if (this.#inBandDigits !== undefined) this.#listenForDigits(codes, place, muLaw, nowMs);
    if (this.isBuffered) this.jitter.put(place, codes, nowMs);
  }

  #relay(packet: Uint8Array, header: RtpHeader, codec: G711Codec, nowMs: number): void {
    const samples = header.payloadEnd - header.payloadStart;
    this.relayedUntil = this.jitter.placeOf(header.timestamp + samples);
    let law = codec;
    for (const listener of this.relayTo) {
      // A party may fall back to G.711 while its listener speaks G.722: nothing of the one is of use to the other.
      if (listener.format === undefined || listener.wire !== 'G711') continue;
      if (listener.codec !== law) {
        const table = law.toOther;
        for (let at = header.payloadStart; at < header.payloadEnd; at++) packet[at] = table[packet[at]!]!;
        law = listener.codec;
      }
      listener.sendRelayed(packet, header, listener.format.payloadType, samples, nowMs);
    }
  }

  /** From now on its sound is looked at for the tones of a country. */
  recogniseTones(country: Country): void {
    this.#lineTones = new LineTones(country);
  }

  #listenForTones(packet: Uint8Array, header: PayloadPlace, codec: G711Codec, nowMs: number): void {
    const { timestamp, payloadStart: from, payloadEnd: to } = header;
    const tone = this.#lineTones!.hear(packet, { codec, timestamp, from, to });
    if (tone !== undefined) this.#observer.onTone?.(this, tone, nowMs);
  }

  #listenForDigits(packet: Uint8Array, header: PayloadPlace, codec: G711Codec, nowMs: number): void {
    const digits = this.#inBandDigits!;
    const { timestamp, payloadStart: from, payloadEnd: to } = header;
    const progress = digits.hear(packet, { codec, timestamp, from, to }, nowMs);
    if (digits.isHearing && this.areDigitsPassedOn) packet.fill(codec.silence, from, to);
    if (progress.began !== undefined || progress.ended !== undefined)
      this.#observer.onDigit(this, progress, nowMs);
  }

  get sendsDigitsInBand(): boolean {
    return this.#inBandDigits !== undefined;
  }

  #receiveEvent(packet: Uint8Array, header: RtpHeader, nowMs: number): void {
    const { payloadStart: at } = header;
    if (header.payloadEnd - at < eventOctets) {
      this.refused += 1;
      return;
    }
    const duration = Math.round(eventDuration(packet, at) / this.#eventTicks);
    for (const listener of this.relayTo) {
      const eventType = listener.format?.eventPayloadType;
      if (eventType === undefined) listener.stream.swallowed(header);
      else {
        setEventDuration(packet, at, duration * listener.#eventTicks);
        listener.sendRelayed(packet, header, eventType, 0, nowMs);
      }
    }
    setEventDuration(packet, at, duration);
    this.#digitReceiver ??= new DigitReceiver();
    const progress = this.#digitReceiver.receive(
      header.timestamp,
      packet,
      header.payloadStart,
      header.payloadEnd,
      nowMs,
    );
    if (progress.began !== undefined || progress.ended !== undefined)
      this.#observer.onDigit(this, progress, nowMs);
  }

  /** Sends another leg's packet under our own numbering, in its own memory. */
  sendRelayed(
    packet: Uint8Array,
    source: RtpHeader,
    payloadType: number,
    samples: number,
    nowMs: number,
  ): void {
    const header = this.stream.relayed(source, payloadType, samples);
    if (header === undefined) return;
    // Whatever stood between the fixed header and the payload (RFC 3550 §5.3.1 extensions) was meant for us.
    const start = source.payloadStart - rtpHeaderOctets;
    const outgoing =
      start === 0 && source.payloadEnd === packet.length ? packet : packet.subarray(start, source.payloadEnd);
    this.#sendUnder(header, outgoing, nowMs);
  }

  /** One frame of our own; `fill` writes its codes. */
  beginOwn(nowMs: number): Uint8Array {
    if (this.lastSentMs !== 0 && nowMs - this.lastSentMs > unbrokenMsMax) {
      this.stream.skip(Math.round((nowMs - this.lastSentMs - frameMs) * samplesPerMs));
      this.#isSpurtStart = true;
    }
    nextOwnPacket = (nextOwnPacket + 1) % ownPacketBuffers;
    return ownPackets[nextOwnPacket]!;
  }

  /** Sends what was written behind the header of `packet`, a whole frame. */
  sendOwn(packet: Uint8Array, nowMs: number): void {
    const octets = this.#edge?.encode(packet, rtpHeaderOctets) ?? frameSamples;
    // RFC 3551 §4.1: the first packet after a pause carries the marker.
    const header = this.stream.own(this.format!.payloadType, frameSamples, this.#isSpurtStart);
    this.#isSpurtStart = false;
    const outgoing = octets === frameSamples ? packet : packet.subarray(0, rtpHeaderOctets + octets);
    this.#sendUnder(header, outgoing, nowMs);
  }

  /** A frame of silence, so that the far end knows that somebody is there. */
  keepAlive(nowMs: number): void {
    const packet = this.beginOwn(nowMs);
    packet.fill(this.codec.silence, rtpHeaderOctets);
    this.sendOwn(packet, nowMs);
  }

  /** A step of a digit being sent; the frame's time passes without sound. */
  sendDigitStep(nowMs: number): void {
    const packet = this.beginOwn(nowMs).subarray(0, rtpHeaderOctets + eventOctets);
    if (this.digitSender.next(this.stream.nextTimestamp)) {
      const event = this.digitSender.packet;
      writeEvent(event, packet, rtpHeaderOctets);
      setEventDuration(packet, rtpHeaderOctets, event.duration * this.#eventTicks);
      const eventType = this.format!.eventPayloadType!;
      for (let repeat = 0; repeat < this.digitSender.repeats; repeat++) {
        const isMarked = event.isMarked && repeat === 0;
        this.#sendUnder(this.stream.ownAt(eventType, event.timestamp, isMarked), packet, nowMs);
      }
    }
    this.stream.skip(frameSamples);
    this.lastSentMs = nowMs;
    this.#isSpurtStart = true;
  }

  /** `header` is the stream's own, in samples of the engine. */
  #sendUnder(header: RtpHeader, packet: Uint8Array, nowMs: number): void {
    if (this.#edge !== undefined) header.timestamp = this.#edge.outward(header.timestamp);
    writeRtpHeader(packet, header);
    this.packetsOut += 1;
    this.octetsOut += packet.length;
    this.lastSentMs = nowMs;
    this.transport.sendRtp(packet);
  }

  get #mender(): FrameMender {
    return (this.#frameMender ??= new FrameMender());
  }

  /** Takes this tick's frame out of the buffer; what is missing is made up from what was heard last. */
  pull(nowMs: number): void {
    this.frameTimestamp = this.jitter.playTimestamp;
    this.#areSamplesCurrent = false;
    this.#mender.next();
    const outcome = this.jitter.pull(this.codes, nowMs);
    this.hasFrame = outcome !== 'idle' || this.#noiseLevel !== undefined;
    if (outcome === 'idle') {
      this.#mender.reset(this.codec.silence);
      if (this.#noiseLevel !== undefined) this.codes.set(comfortNoise(this.codec, this.#noiseLevel));
      return;
    }
    if (outcome === 'missing') this.concealed += 1;
    else if (this.jitter.isSpliced) this.#mender.join(this.codec);
    this.#mender.mend(this.codec, this.jitter.missingHalves);
  }

  /** Samples of this tick's frame. */
  samplesOfFrame(): Int16Array {
    if (!this.#areSamplesCurrent) {
      this.#frameSamples ??= new Int16Array(frameSamples);
      decodeG711(this.codec, this.codes, this.#frameSamples);
      this.#areSamplesCurrent = true;
    }
    return this.#frameSamples!;
  }

  /** A digit has begun and not ended. */
  get isDigitPending(): boolean {
    return this.#digitReceiver?.isPending === true || this.#inBandDigits?.isHearing === true;
  }

  expireDigit(nowMs: number): ReceivedDigit | undefined {
    return this.#digitReceiver?.expire(nowMs) ?? this.#inBandDigits?.expire(nowMs);
  }

  close(): void {
    this.transport.close();
    this.#edge?.close();
    this.#edge = undefined;
    this.format = undefined;
  }

  statistics(): LegStatistics {
    const { reception, far, transport } = this;
    const path = transport.path?.({
      packetsIn: reception.packets,
      packetsOut: this.packetsOut,
      octetsIn: reception.octets,
      octetsOut: this.octetsOut,
    });
    const statistics: { -readonly [Name in keyof LegStatistics]: LegStatistics[Name] } = {
      codec: this.#edge?.wire ?? this.codec.law,
      packetsIn: reception.packets,
      packetsOut: this.packetsOut,
      octetsIn: reception.octets,
      octetsOut: this.octetsOut,
      lost: reception.lost,
      concealed: this.concealed,
      jitterMs: hundredths(reception.jitterMs),
      foreign: this.foreign,
      refused: this.refused,
    };
    if (transport.srtp !== undefined) statistics.srtp = transport.srtp;
    if (far !== undefined) {
      statistics.farLost = far.lost;
      statistics.farJitterMs = hundredths(far.jitterMs);
    }
    if (this.roundTripMs !== undefined) statistics.roundTripMs = hundredths(this.roundTripMs);
    if (reception.packets > 0) statistics.mos = hundredths(this.#meanOpinion());
    if (path !== undefined) statistics.path = path;
    return statistics;
  }

  /** Of what came in: a frame that was late is as lost as one that never came. */
  #meanOpinion(): number {
    const { lost, expectedInAll, jitterMs } = this.reception;
    const lostShare = Math.min(1, Math.max(lost, this.concealed) / Math.max(1, expectedInAll));
    const bufferMs = Math.max(2 * frameMs, 2 * jitterMs);
    return meanOpinion({ lostShare, delayMs: (this.roundTripMs ?? 0) / 2 + frameMs + bufferMs });
  }
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}
