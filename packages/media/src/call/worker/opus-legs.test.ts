/** Legs of Opus in virtual time: relayed among themselves, recoded with others, their clock, their losses, their digits. */
import { expect, test } from 'vitest';
import { OpusVoice, opusRateHz } from '@seatgrid/testkit/opus-voice.ts';
import { findTones, framesWithoutTone, toneAmplitude } from '@seatgrid/testkit/tone-finder.ts';
import { makeTone } from '@seatgrid/testkit/tone-maker.ts';
import { makeVoice } from '@seatgrid/testkit/voice-maker.ts';
import { codecOf, decodeG711, encodeG711 } from '../../audio/g711.ts';
import { OpusEdge } from '../../audio/opus/opus-edge.ts';
import { opusLibrary } from '../../audio/opus/opus-library.ts';
import { frameMs, frameSamples } from '../../frame.ts';
import { OutgoingStream } from '../../rtp/outgoing-stream.ts';
import { emptyRtpHeader, readRtpHeader, rtpHeaderOctets, writeRtpHeader } from '../../rtp/rtp-packet.ts';
import {
  DigitReceiver,
  eventDuration,
  eventOctets,
  writeEvent,
  type ReceivedDigit,
} from '../../rtp/telephone-event.ts';
import { CallMixer } from './call-mixer.ts';
import { MediaLeg, type LegFormat, type LegObserver } from './media-leg.ts';

const opusType = 111;
const eventType = 110;
const frameTicks = 960;
const opusHz = 600;
const otherHz = 1_000;
const terms = { takesCorrection: true, isConstantRate: false, bitRateMax: 24_000 };
const common = { isSendingAllowed: true, isReceptionExpected: true };

interface Sent {
  readonly payloadType: number;
  readonly timestamp: number;
  readonly payload: Uint8Array;
}

function addLeg(mixer: CallMixer, key: string, format: LegFormat) {
  const sent: Sent[] = [];
  const digits: ReceivedDigit[] = [];
  const header = emptyRtpHeader();
  const transport = {
    sendRtp(packet: Uint8Array) {
      expect(readRtpHeader(packet, header)).toBe(true);
      const { payloadType, timestamp, payloadStart, payloadEnd } = header;
      // A copy: the leg writes its next packet over this one.
      sent.push({
        payloadType,
        timestamp,
        payload: Uint8Array.from(packet.subarray(payloadStart, payloadEnd)),
      });
    },
    sendRtcp: () => {},
    close: () => {},
  };
  const observer: LegObserver = {
    onFirstPacket: () => {},
    onDigit(from, progress) {
      if (progress.ended !== undefined) digits.push(progress.ended);
      mixer.passOnDigit(from, progress);
    },
  };
  const stream = new OutgoingStream({ ssrc: 1, sequence: 0xfff0, timestamp: 0xffff_ff00 });
  const leg = new MediaLeg(key, transport, () => stream, observer);
  leg.setFormat(format);
  mixer.add(leg);
  return { leg, sent, digits };
}

function hearEachOther(mixer: CallMixer, a: string, b: string): void {
  mixer.setRow(a, { legs: [b], music: undefined });
  mixer.setRow(b, { legs: [a], music: undefined });
  mixer.route();
}

const opusFormat: LegFormat = {
  law: 'PCMU',
  edge: { codec: 'opus', terms },
  payloadType: opusType,
  receivePayloadType: opusType,
  eventPayloadType: eventType,
  receiveEventPayloadType: eventType,
  eventTicks: 6,
  ...common,
};

/** A phone of Opus: speaks into its leg, and hears what was sent to it. */
class OpusPhone {
  readonly leg: MediaLeg;
  readonly sent: Sent[];
  /** Keys it was understood to press. */
  readonly digits: ReceivedDigit[];
  readonly voice: OpusVoice;
  #sequence = 0xfff8;
  #timestamp = 0xffff_f000;

  constructor(mixer: CallMixer, key: string, options: { sound?: Int16Array; tellsOfLosses?: boolean } = {}) {
    const { leg, sent, digits } = addLeg(mixer, key, opusFormat);
    this.leg = leg;
    this.sent = sent;
    this.digits = digits;
    const tone = makeTone({ frequencyHz: opusHz, durationMs: 1_000, sampleRateHz: opusRateHz });
    this.voice = new OpusVoice(options.sound ?? tone, options);
  }

  speak(nowMs: number, isLost = false): Uint8Array {
    const payload = this.voice.next();
    this.#send(opusType, payload, isLost ? undefined : nowMs);
    this.#timestamp = (this.#timestamp + frameTicks) >>> 0;
    return payload;
  }

  /** A key held down; `step` is the frame within it, of `steps`, and `ticks` what its segment has lasted. */
  press(event: number, at: { timestamp: number; ticks: number; isEnd: boolean }, nowMs: number): void {
    const payload = new Uint8Array(eventOctets);
    writeEvent(
      { event, isEnd: at.isEnd, duration: at.ticks, timestamp: at.timestamp, isMarked: false },
      payload,
      0,
    );
    this.#send(eventType, payload, nowMs, at.timestamp);
  }

  get timestamp(): number {
    return this.#timestamp;
  }

  pass(frames: number): void {
    this.#timestamp = (this.#timestamp + frames * frameTicks) >>> 0;
  }

  heard(): Int16Array {
    return this.voice.hear(
      this.sent.filter(({ payloadType }) => payloadType === opusType).map(({ payload }) => payload),
    );
  }

  #send(payloadType: number, payload: Uint8Array, nowMs: number | undefined, timestamp = this.#timestamp) {
    const packet = new Uint8Array(rtpHeaderOctets + payload.length);
    const { isMarked } = emptyRtpHeader();
    writeRtpHeader(packet, { isMarked, payloadType, sequence: this.#sequence, timestamp, ssrc: 7 });
    packet.set(payload, rtpHeaderOctets);
    this.#sequence = (this.#sequence + 1) & 0xffff;
    if (nowMs !== undefined) this.leg.receive(packet, nowMs);
  }
}

class PlainPhone {
  readonly leg: MediaLeg;
  readonly sent: Sent[];
  readonly #codec;
  readonly #tone = makeTone({ frequencyHz: otherHz, durationMs: 1_000 });
  readonly #stream = new OutgoingStream({ ssrc: 9, sequence: 1, timestamp: 1 });
  #at = 0;

  constructor(mixer: CallMixer, key: string, law: 'PCMU' | 'PCMA' = 'PCMU') {
    this.#codec = codecOf(law);
    const { payloadType } = this.#codec;
    const types = { payloadType, receivePayloadType: payloadType };
    const events = { eventPayloadType: 101, receiveEventPayloadType: 101 };
    const { leg, sent } = addLeg(mixer, key, { law, ...types, ...events, ...common });
    this.leg = leg;
    this.sent = sent;
  }

  speak(nowMs: number): void {
    const packet = new Uint8Array(rtpHeaderOctets + frameSamples);
    writeRtpHeader(packet, this.#stream.own(this.#codec.payloadType, frameSamples, false));
    const sound = this.#tone.subarray(this.#at, this.#at + frameSamples);
    encodeG711(this.#codec, sound, packet.subarray(rtpHeaderOctets));
    this.#at = (this.#at + frameSamples) % this.#tone.length;
    this.leg.receive(packet, nowMs);
  }

  heard(): Int16Array {
    const sound = this.sent.filter(({ payloadType }) => payloadType === this.#codec.payloadType);
    const samples = new Int16Array(sound.length * frameSamples);
    sound.forEach(({ payload }, index) =>
      decodeG711(this.#codec, payload, samples.subarray(index * frameSamples)),
    );
    return samples;
  }

  digits(): string[] {
    const receiver = new DigitReceiver();
    return this.sent
      .filter(({ payloadType }) => payloadType === 101)
      .flatMap(({ timestamp, payload }) => {
        const { ended } = receiver.receive(timestamp, payload, 0, payload.length, 0);
        return ended === undefined ? [] : [ended.digit];
      });
  }
}

test('between two legs of Opus packets leave as they came, 960 ticks apart, and nobody decodes them', () => {
  const mixer = new CallMixer();
  const [caller, agent] = ['caller', 'agent'].map((key) => new OpusPhone(mixer, key)) as [
    OpusPhone,
    OpusPhone,
  ];
  hearEachOther(mixer, 'caller', 'agent');
  for (let frame = 0; frame < 20; frame++) {
    const said = caller.speak(frame * frameMs);
    agent.speak(frame * frameMs);
    expect(agent.sent[frame]).toMatchObject({ payloadType: opusType, payload: said });
    if (frame > 0)
      expect((agent.sent[frame]!.timestamp - agent.sent[frame - 1]!.timestamp) | 0).toBe(frameTicks);
  }
  expect(mixer.isPaced).toBe(false);
  expect(agent.leg.statistics()).toMatchObject({ codec: 'opus', lost: 0, jitterMs: 0 });
});

test.each(['PCMU', 'PCMA'] as const)('Opus and %s hear each other at the level that was spoken', (law) => {
  const mixer = new CallMixer();
  const phone = new OpusPhone(mixer, 'opus');
  const plain = new PlainPhone(mixer, 'plain', law);
  hearEachOther(mixer, 'opus', 'plain');
  for (let frame = 0, nowMs = 1_000; frame < 100; frame++, nowMs += frameMs) {
    phone.speak(nowMs);
    plain.speak(nowMs);
    mixer.tick(nowMs);
  }
  for (const [heard, hz, other] of [
    [plain.heard(), opusHz, otherHz],
    [phone.heard(), otherHz, opusHz],
  ] as const) {
    const settled = heard.subarray(20 * frameSamples);
    expect(findTones(settled, { frequenciesHz: [hz, other] })).toEqual([hz]);
    expect(framesWithoutTone(settled, hz, 0.18)).toEqual([]);
    // Spoken at a quarter of full scale.
    expect(toneAmplitude(settled, hz)).toBeGreaterThan(0.2);
    expect(toneAmplitude(settled, hz)).toBeLessThan(0.3);
  }
  phone.sent.forEach(({ timestamp }, at) => {
    if (at > 0) expect((timestamp - phone.sent[at - 1]!.timestamp) | 0).toBe(frameTicks);
  });
});

/** What a phone of G.711 hears of a voice that comes as Opus, now and then a packet of it lost. */
function voiceHeard(options: { readonly tellsOfLosses: boolean; readonly isLossy: boolean }) {
  const mixer = new CallMixer();
  const sound = makeVoice({ durationMs: 6_000, sampleRateHz: opusRateHz });
  const phone = new OpusPhone(mixer, 'opus', { sound, ...options });
  const plain = new PlainPhone(mixer, 'plain');
  hearEachOther(mixer, 'opus', 'plain');
  for (let frame = 0, nowMs = 1_000; frame < 300; frame++, nowMs += frameMs) {
    phone.speak(nowMs, options.isLossy && frame % 20 === 19);
    plain.speak(nowMs);
    mixer.tick(nowMs);
  }
  expect(phone.leg.statistics().lost).toBe(options.isLossy ? 14 : 0);
  return plain.heard();
}

function decibelsOfLoss(tellsOfLosses: boolean): number {
  const whole = voiceHeard({ tellsOfLosses, isLossy: false });
  const lossy = voiceHeard({ tellsOfLosses, isLossy: true });
  let sound = 0;
  let difference = 0;
  whole.forEach((sample, at) => {
    sound += sample ** 2;
    difference += (sample - (lossy[at] ?? 0)) ** 2;
  });
  return 10 * Math.log10(sound / difference);
}

test('a lost packet is told by the next where the far end sends correction, and made up where it does not', () => {
  const [told, madeUp] = [decibelsOfLoss(true), decibelsOfLoss(false)];
  console.log(
    `one packet in twenty lost: ${told.toFixed(1)} dB with correction, ${madeUp.toFixed(1)} dB without`,
  );
  expect(told).toBeGreaterThan(25);
  expect(told - madeUp).toBeGreaterThan(8);
  expect(madeUp).toBeGreaterThan(5);
});

test('a key held at a phone of 48 kHz is one key of its true length, at a phone of 8 kHz too', () => {
  const mixer = new CallMixer();
  const phone = new OpusPhone(mixer, 'opus');
  const plain = new PlainPhone(mixer, 'plain');
  hearEachOther(mixer, 'opus', 'plain');
  let nowMs = 1_000;
  const turn = () => {
    plain.speak(nowMs);
    mixer.tick(nowMs);
    nowMs += frameMs;
  };
  for (let frame = 0; frame < 10; frame++) {
    phone.speak(nowMs);
    turn();
  }
  // RFC 4733 §2.5.1.3: 65,520 ticks are all that one segment of whole frames can say.
  const framesOfSegment = 68;
  let timestamp = phone.timestamp;
  for (let frame = 1; frame <= 100; frame++) {
    const inSegment = ((frame - 1) % framesOfSegment) + 1;
    if (frame > 1 && inSegment === 1) timestamp = (timestamp + framesOfSegment * frameTicks) >>> 0;
    phone.press(5, { timestamp, ticks: inSegment * frameTicks, isEnd: frame === 100 }, nowMs);
    turn();
  }
  phone.pass(100);
  for (let frame = 0; frame < 150; frame++) {
    phone.speak(nowMs);
    turn();
  }
  expect(phone.digits).toEqual([{ digit: '5', durationMs: 2_000 }]);
  expect(plain.digits()).toEqual(['5']);
});

test('a digit of ours to a phone of 48 kHz counts in its clock', () => {
  const mixer = new CallMixer();
  const { leg, sent } = addLeg(mixer, 'opus', opusFormat);
  leg.digitSender.add({ digit: '9', durationMs: 100 });
  mixer.route();
  for (let frame = 0, nowMs = 1_000; frame < 12; frame++, nowMs += frameMs) mixer.tick(nowMs);
  const durations = sent.map(({ payload }) => eventDuration(payload, 0));
  expect(durations).toEqual([1, 2, 3, 4, 5, 5, 5].map((frames) => frames * frameTicks));
  expect(new Set(sent.map(({ timestamp }) => timestamp)).size).toBe(1);
});

test('what is no Opus is refused, and the sound goes on', () => {
  const mixer = new CallMixer();
  const phone = new OpusPhone(mixer, 'opus');
  const plain = new PlainPhone(mixer, 'plain');
  hearEachOther(mixer, 'opus', 'plain');
  const packet = new Uint8Array(200);
  for (let round = 0; round < 2_000; round++) {
    const payload = 12 + ((round * 7) % 188);
    for (let at = 12; at < payload; at++) packet[at] = (round * 31 + at * 17) ^ (round >> 3);
    const nowMs = 1_000 + round * frameMs;
    const timestamp = (round * frameTicks) >>> 0;
    const header = { isMarked: false, payloadType: opusType, sequence: round, timestamp, ssrc: 7 };
    writeRtpHeader(packet, header);
    phone.leg.receive(packet.slice(0, payload), nowMs);
    mixer.tick(nowMs);
  }
  expect(phone.leg.refused).toBeGreaterThan(100);
  expect(plain.sent.length).toBeGreaterThan(1_900);
});

test('the memory of legs that are gone serves those that come', () => {
  const { memory } = opusLibrary();
  const rounds = 50;
  const open = () => Array.from({ length: 200 }, () => new OpusEdge(terms));
  open().forEach((edge) => edge.close());
  const before = memory.buffer.byteLength;
  for (let round = 0; round < rounds; round++) open().forEach((edge) => edge.close());
  expect(memory.buffer.byteLength).toBe(before);
});

test('a heap that grows while legs are open leaves their sound whole', () => {
  const codes = new Uint8Array(frameSamples);
  const packet = new Uint8Array(rtpHeaderOctets + frameSamples);
  const first = new OpusEdge(terms);
  const before = opusLibrary().memory.buffer.byteLength;
  const others: OpusEdge[] = [];
  while (opusLibrary().memory.buffer.byteLength === before) others.push(new OpusEdge(terms));
  const tone = makeTone({ frequencyHz: otherHz, durationMs: 1_000 });
  const heard = new Int16Array(40 * frameSamples);
  const law = codecOf('PCMU');
  for (let frame = 0; frame < 40; frame++) {
    encodeG711(law, tone.subarray(frame * frameSamples, (frame + 1) * frameSamples), packet.subarray(12));
    const to = rtpHeaderOctets + first.encode(packet, rtpHeaderOctets);
    first.decode(packet, { from: rtpHeaderOctets, to }, codes);
    decodeG711(law, codes, heard.subarray(frame * frameSamples));
  }
  expect(toneAmplitude(heard.subarray(10 * frameSamples), otherHz)).toBeGreaterThan(0.2);
  for (const edge of [first, ...others]) edge.close();
});
