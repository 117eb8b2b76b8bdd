/** The mixer in virtual time: packets in by hand, the clock turned by hand, every octet that leaves looked at. */
import { expect, test } from 'vitest';
import { findTones, framesWithoutTone, largestStep } from '@seatgrid/testkit/tone-finder.ts';
import { makeTone } from '@seatgrid/testkit/tone-maker.ts';
import { codecOf, decodeG711, encodeG711, type G711Law } from '../../audio/g711.ts';
import { G722Decoder } from '../../audio/g722/g722-decoder.ts';
import { G722Encoder } from '../../audio/g722/g722-encoder.ts';
import { digitTone } from '../../audio/tones.ts';
import { frameMs, frameSamples } from '../../frame.ts';
import { OutgoingStream } from '../../rtp/outgoing-stream.ts';
import { emptyRtpHeader, readRtpHeader, rtpHeaderOctets, writeRtpHeader } from '../../rtp/rtp-packet.ts';
import { DigitReceiver, DigitSender, eventOctets, writeEvent } from '../../rtp/telephone-event.ts';
import { CallMixer } from './call-mixer.ts';
import { MediaLeg } from './media-leg.ts';
import type { Recorder } from './recorder.ts';
import { LoopingSound, SoundSequence } from './sound-source.ts';

interface Sent {
  readonly sequence: number;
  readonly timestamp: number;
  readonly payloadType: number;
  readonly payload: Uint8Array;
}

/** The wideband phone's own codec, apart from the one under test but for the ITU's arithmetic. */
class WidePhone {
  readonly #encoder = new G722Encoder();
  readonly #tone: Int16Array;
  #at = 0;

  constructor(hz: number) {
    this.#tone = makeTone({ frequencyHz: hz, durationMs: 20_000, sampleRateHz: 16_000 });
  }

  next(packet: Uint8Array): void {
    this.#encoder.encode(this.#tone.subarray(this.#at, this.#at + 2 * frameSamples), packet, rtpHeaderOctets);
    this.#at += 2 * frameSamples;
  }

  static heard(payloads: readonly Uint8Array[]): Int16Array {
    const decoder = new G722Decoder();
    const samples = new Int16Array(payloads.length * 2 * frameSamples);
    payloads.forEach((payload, index) =>
      decoder.decode(payload, 0, payload.length, samples.subarray(2 * index * frameSamples)),
    );
    return samples.filter((_, index) => index % 2 === 0);
  }
}

/** One party: speaks a tone frame by frame, keeps what it is sent. */
class Party {
  readonly leg: MediaLeg;
  readonly sent: Sent[] = [];
  readonly law: G711Law;
  readonly #tone: Int16Array;
  readonly #wide: WidePhone | undefined;
  readonly #payloadType: number;
  readonly #digits = new DigitSender();
  readonly #stream: OutgoingStream;
  #frame = 0;

  constructor(
    mixer: CallMixer,
    key: string,
    options: { hz: number; law?: G711Law; isWide?: boolean; eventType?: number },
  ) {
    this.law = options.law ?? 'PCMU';
    if (options.isWide === true) this.#wide = new WidePhone(options.hz);
    this.#payloadType = options.isWide === true ? 9 : codecOf(this.law).payloadType;
    this.#tone = makeTone({ frequencyHz: options.hz, durationMs: 60_000 });
    this.#stream = new OutgoingStream({ ssrc: options.hz, sequence: 65_500, timestamp: 0xffff_f000 });
    const header = emptyRtpHeader();
    this.leg = new MediaLeg(
      key,
      {
        sendRtp: (packet) => {
          expect(readRtpHeader(packet, header)).toBe(true);
          // A copy: the leg writes its next packet over this one.
          const payload = Uint8Array.from(packet.subarray(header.payloadStart, header.payloadEnd));
          const { sequence, timestamp, payloadType } = header;
          this.sent.push({ sequence, timestamp, payloadType, payload });
        },
        sendRtcp: () => {},
        close: () => {},
      },
      () => new OutgoingStream({ ssrc: 1, sequence: 0xfff0, timestamp: 0xffff_ff00 }),
      { onFirstPacket: () => {}, onDigit: (leg, progress) => mixer.passOnDigit(leg, progress) },
    );
    this.leg.setFormat({
      law: this.law,
      ...(options.isWide === true ? { edge: { codec: 'G722' as const } } : {}),
      payloadType: this.#payloadType,
      receivePayloadType: this.#payloadType,
      eventPayloadType: options.eventType,
      receiveEventPayloadType: options.eventType,
      isSendingAllowed: true,
      isReceptionExpected: true,
    });
    mixer.add(this.leg);
  }

  /** Presses keys on a telephone that sends their sound. */
  pressInBand(digits: string): void {
    let at = this.#frame * frameSamples;
    for (const digit of digits) {
      const sound = digitTone(digit, 80, 80)!;
      this.#tone.set(sound, at);
      at += sound.length;
    }
  }

  press(digits: string): void {
    for (const digit of digits) this.#digits.add({ digit, durationMs: 60 });
  }

  /** Speaks one frame, or lets it be lost on the way. */
  speak(nowMs: number, isLost = false): void {
    const codec = codecOf(this.law);
    if (this.#digits.isBusy) {
      if (this.#digits.next(this.#stream.nextTimestamp)) {
        const packet = new Uint8Array(rtpHeaderOctets + eventOctets);
        const { event, isEnd, duration, isMarked, timestamp } = this.#digits.packet;
        writeEvent({ event, isEnd, duration, isMarked, timestamp }, packet, rtpHeaderOctets);
        writeRtpHeader(
          packet,
          this.#stream.ownAt(this.leg.format!.receiveEventPayloadType!, timestamp, isMarked),
        );
        this.leg.receive(packet, nowMs);
      }
      this.#stream.skip(frameSamples);
      return;
    }
    const packet = new Uint8Array(rtpHeaderOctets + frameSamples);
    writeRtpHeader(packet, this.#stream.own(this.#payloadType, frameSamples, false));
    const from = this.#frame++ * frameSamples;
    encodeG711(codec, this.#tone.subarray(from, from + frameSamples), packet.subarray(rtpHeaderOctets));
    this.#wide?.next(packet);
    if (!isLost) this.leg.receive(packet, nowMs);
  }

  /** All sound it was sent, one packet after the other. */
  heard(): Int16Array {
    const codec = codecOf(this.law);
    const packets = this.sent.filter(({ payloadType }) => payloadType === this.#payloadType);
    if (this.#wide !== undefined) return WidePhone.heard(packets.map(({ payload }) => payload));
    const samples = new Int16Array(packets.length * frameSamples);
    packets.forEach(({ payload }, index) =>
      decodeG711(codec, payload, samples.subarray(index * frameSamples)),
    );
    return samples;
  }

  digitsHeard(): string[] {
    const receiver = new DigitReceiver();
    return this.sent
      .filter(({ payloadType }) => payloadType === this.leg.format!.eventPayloadType)
      .flatMap(({ timestamp, payload }) => {
        const { ended } = receiver.receive(timestamp, payload, 0, payload.length, 0);
        return ended === undefined ? [] : [ended.digit];
      });
  }

  /** Every sequence number follows the last; so does every timestamp of sound. */
  expectUnbroken(): void {
    this.sent.forEach(({ sequence }, at) => {
      if (at > 0) expect(sequence).toBe((this.sent[at - 1]!.sequence + 1) & 0xffff);
    });
  }

  expectContiguous(): void {
    this.expectUnbroken();
    this.sent.forEach(({ timestamp }, at) => {
      if (at > 0) expect((timestamp - this.sent[at - 1]!.timestamp) | 0).toBe(frameSamples);
    });
  }
}

const callerHz = 400;
const agentHz = 650;
const thirdHz = 1_000;

function twoParties(
  options: { agentLaw?: G711Law; agentEvents?: number; callerEvents?: number | undefined } = {
    callerEvents: 101,
  },
) {
  const mixer = new CallMixer();
  const caller = new Party(mixer, 'caller', {
    hz: callerHz,
    ...('callerEvents' in options && options.callerEvents === undefined ? {} : { eventType: 101 }),
  });
  const agent = new Party(mixer, 'agent', {
    hz: agentHz,
    law: options.agentLaw ?? 'PCMU',
    ...(options.agentEvents === undefined ? {} : { eventType: options.agentEvents }),
  });
  mixer.setRow('caller', { legs: ['agent'], music: undefined });
  mixer.setRow('agent', { legs: ['caller'], music: undefined });
  mixer.route();
  let nowMs = 1_000;
  const parties = [caller, agent];
  const run = (frames: number, isLost: (frame: number) => boolean = () => false) => {
    for (let frame = 0; frame < frames; frame++) {
      nowMs += frameMs;
      for (const party of parties) party.speak(nowMs, party === caller && isLost(frame));
      mixer.tick(nowMs);
    }
  };
  return { mixer, caller, agent, parties, run };
}

function cleanStep(hz: number): number {
  return largestStep(makeTone({ frequencyHz: hz, durationMs: 200 }));
}

test.each(['PCMU', 'PCMA'] as const)(
  'a relayed packet leaves as it comes, in the listener’s law: %s',
  (agentLaw) => {
    const { agent, caller, mixer, run } = twoParties({ agentLaw });
    run(50);
    expect(mixer.isPaced).toBe(false);
    expect(agent.sent.length).toBe(50);
    agent.expectContiguous();
    expect(framesWithoutTone(agent.heard(), callerHz)).toEqual([]);
    expect(findTones(caller.heard(), { frequenciesHz: [callerHz, agentHz] })).toEqual([agentHz]);
  },
);

test.each([false, true])(
  'passing between relay and clock, again and again, neither loses, repeats nor clicks (recorded: %s)',
  (isRecorded) => {
    const { agent, mixer, run } = twoParties();
    if (isRecorded) {
      const recorder: Pick<Recorder, 'write'> = { write: () => {} };
      mixer.setRecording({
        recorder: recorder as Recorder,
        left: new Set(['caller']),
        right: undefined,
        told: 'caller',
      });
    }
    run(20);
    for (let turn = 0; turn < 5; turn++) {
      // Silence mixed in: the clock must serve, and what is heard is the caller alone.
      mixer.setPlayer('agent', {
        source: new LoopingSound(new Int16Array(frameSamples)),
        isMixed: true,
        isInterruptible: false,
        isSaid: true,
        onOver: () => {},
      });
      run(20 + turn);
      mixer.setPlayer('agent', undefined);
      run(10);
    }
    agent.expectContiguous();
    const heard = agent.heard();
    expect(heard.length / frameSamples).toBeGreaterThanOrEqual(20 + 5 * 30 + 10 - 1);
    expect(largestStep(heard)).toBeLessThan(cleanStep(callerHz) * 1.1);
    expect(framesWithoutTone(heard, callerHz)).toEqual([]);
  },
);

test('a prompt in place of the row, and back, leaves no click of old sound', () => {
  const { caller, mixer, run } = twoParties();
  run(20);
  const ends: string[] = [];
  mixer.setPlayer('caller', {
    source: new SoundSequence([makeTone({ frequencyHz: thirdHz, durationMs: 200 })]),
    isMixed: false,
    isInterruptible: false,
    isSaid: true,
    onOver: (cause) => void ends.push(cause),
  });
  run(30);
  expect(ends).toEqual(['completed']);
  caller.expectContiguous();
  const heard = caller.heard();
  expect(framesWithoutTone(heard.subarray(20 * frameSamples, 30 * frameSamples), thirdHz)).toEqual([]);
  expect(findTones(heard.subarray(-10 * frameSamples), { frequenciesHz: [agentHz, thirdHz] })).toEqual([
    agentHz,
  ]);
});

test('single lost packets are concealed without a hole in a mix', () => {
  const { agent, caller, mixer, parties, run } = twoParties();
  const third = new Party(mixer, 'third', { hz: thirdHz });
  parties.push(third);
  mixer.setRow('agent', { legs: ['caller', 'third'], music: undefined });
  mixer.route();
  run(200, (frame) => frame % 10 === 9);
  const heard = agent.heard().subarray(10 * frameSamples);
  expect(framesWithoutTone(heard, callerHz, 0.05)).toEqual([]);
  expect(framesWithoutTone(heard, thirdHz, 0.05)).toEqual([]);
  expect(caller.leg.concealed).toBeGreaterThanOrEqual(18);
  expect(caller.leg.statistics().lost).toBeGreaterThanOrEqual(18);
});

test('digits reach a listener that takes events, relayed or by the clock, under its own payload type', () => {
  const { agent, caller, mixer, run } = twoParties({ agentEvents: 96 });
  run(10);
  caller.press('12');
  run(40);
  mixer.setPlayer('agent', {
    source: new LoopingSound(new Int16Array(frameSamples)),
    isMixed: true,
    isInterruptible: false,
    isSaid: true,
    onOver: () => {},
  });
  run(10);
  caller.press('3');
  run(40);
  expect(agent.digitsHeard()).toEqual(['1', '2', '3']);
  agent.expectUnbroken();
});

test('digits reach a listener that takes no events as what they sound like', () => {
  const { agent, caller, run } = twoParties();
  run(10);
  caller.press('12');
  run(60);
  expect(new Set(agent.sent.map(({ payloadType }) => payloadType))).toEqual(new Set([0]));
  agent.expectUnbroken();
  const heard = agent.heard();
  for (const hz of [697, 1_209, 1_336])
    expect(heard.length / frameSamples - framesWithoutTone(heard, hz, 0.05).length).toBeGreaterThanOrEqual(3);
  expect(findTones(heard.subarray(-10 * frameSamples), { frequenciesHz: [callerHz, 697] })).toEqual([
    callerHz,
  ]);
});

test.each([false, true])(
  'digits pressed as sound reach a listener that takes events as such, and cease to sound (by the clock: %s)',
  (isPaced) => {
    const { agent, caller, mixer, run } = twoParties({ agentEvents: 96, callerEvents: undefined });
    if (isPaced)
      mixer.setPlayer('agent', {
        source: new LoopingSound(new Int16Array(frameSamples)),
        isMixed: true,
        isInterruptible: false,
        isSaid: true,
        onOver: () => {},
      });
    run(10);
    caller.pressInBand('7');
    run(30);
    caller.pressInBand('3#');
    run(60);
    expect(agent.digitsHeard()).toEqual(['7', '3', '#']);
    agent.expectUnbroken();
    // 852 Hz is the row of the 7: heard for the 40 ms it takes to know it, and no longer.
    const heard = agent.heard();
    const withTone = heard.length / frameSamples - framesWithoutTone(heard, 852, 0.05).length;
    expect(withTone).toBeGreaterThan(0);
    expect(withTone).toBeLessThanOrEqual(4);
  },
);

test('digits pressed as sound go on as sound to a listener that takes no events', () => {
  const { agent, caller, run } = twoParties({ callerEvents: undefined });
  run(10);
  caller.pressInBand('7');
  run(30);
  expect(caller.leg.sendsDigitsInBand).toBe(true);
  const heard = agent.heard();
  expect(heard.length / frameSamples - framesWithoutTone(heard, 852, 0.05).length).toBeGreaterThanOrEqual(4);
  agent.expectContiguous();
});

test('between two legs of G.722 packets leave as they came', () => {
  const mixer = new CallMixer();
  const parties = [callerHz, agentHz].map(
    (hz) => new Party(mixer, String(hz), { hz, isWide: true, eventType: 101 }),
  );
  const [caller, agent] = parties as [Party, Party];
  mixer.setRow(caller.leg.key, { legs: [agent.leg.key], music: undefined });
  mixer.setRow(agent.leg.key, { legs: [caller.leg.key], music: undefined });
  mixer.route();
  const phone = new WidePhone(callerHz);
  const packet = new Uint8Array(rtpHeaderOctets + frameSamples);
  for (let frame = 0; frame < 50; frame++) {
    for (const party of parties) party.speak(frame * frameMs);
    phone.next(packet);
    expect(agent.sent[frame]!.payload).toEqual(packet.subarray(rtpHeaderOctets));
  }
  expect(mixer.isPaced).toBe(false);
  agent.expectContiguous();
  expect(agent.leg.statistics().codec).toBe('G722');
});

test.each(['PCMU', 'PCMA'] as const)(
  'G.722 and %s hear each other, a lost packet mended between them',
  (law) => {
    const mixer = new CallMixer();
    const caller = new Party(mixer, 'caller', { hz: callerHz, isWide: true, eventType: 101 });
    const agent = new Party(mixer, 'agent', { hz: agentHz, law, eventType: 101 });
    mixer.setRow('caller', { legs: ['agent'], music: undefined });
    mixer.setRow('agent', { legs: ['caller'], music: undefined });
    mixer.route();
    for (let frame = 0, nowMs = 1_000; frame < 100; frame++, nowMs += frameMs) {
      caller.speak(nowMs, frame % 20 === 10);
      agent.speak(nowMs);
      mixer.tick(nowMs);
    }
    for (const [listener, hz, other] of [
      [agent, callerHz, agentHz],
      [caller, agentHz, callerHz],
    ] as const) {
      listener.expectContiguous();
      const heard = listener.heard().subarray(10 * frameSamples);
      expect(findTones(heard, { frequenciesHz: [hz, other] })).toEqual([hz]);
      expect(framesWithoutTone(heard, hz, 0.1)).toEqual([]);
    }
    expect(caller.leg.concealed).toBeGreaterThanOrEqual(4);
  },
);

test('a far end that falls silent with comfort noise is heard as noise of that level, not as a hole', () => {
  const { agent, caller, mixer, parties, run } = twoParties();
  mixer.setPlayer('agent', {
    source: new LoopingSound(new Int16Array(frameSamples)),
    isMixed: true,
    isInterruptible: false,
    isSaid: true,
    onOver: () => {},
  });
  run(20);
  parties.splice(parties.indexOf(caller), 1);
  const packet = new Uint8Array(rtpHeaderOctets + 1);
  writeRtpHeader(packet, { ...emptyRtpHeader(), payloadType: 13, ssrc: callerHz, sequence: 65_520 });
  packet[rtpHeaderOctets] = 40;
  caller.leg.receive(packet, 1_400);
  run(40);
  const noise = agent.heard().subarray(-20 * frameSamples);
  const power = noise.reduce((total, sample) => total + sample * sample, 0) / noise.length;
  expect(-10 * Math.log10(power / 0x8000 ** 2)).toBeCloseTo(40, -1);
  expect(caller.leg.refused).toBe(0);
  agent.expectContiguous();
});

/** The situations of a call, as rows of its matrix: a supervisor S listens to agent A, a third party B joins them. */
const situations: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  alone: { caller: ['agent'], agent: ['caller'], supervisor: [], third: [] },
  monitored: { caller: ['agent'], agent: ['caller'], supervisor: ['caller', 'agent'], third: [] },
  whispered: {
    caller: ['agent'],
    agent: ['caller', 'supervisor'],
    supervisor: ['caller', 'agent'],
    third: [],
  },
  bargedIn: {
    caller: ['agent', 'supervisor'],
    agent: ['caller', 'supervisor'],
    supervisor: ['caller', 'agent'],
    third: [],
  },
  threeWay: {
    caller: ['agent', 'third'],
    agent: ['caller', 'third'],
    supervisor: [],
    third: ['caller', 'agent'],
  },
};
const hzOf = { caller: callerHz, agent: agentHz, supervisor: 1_450, third: thirdHz };

function matrix(options: { agentLaw?: G711Law } = {}) {
  const world = twoParties(options);
  const parties = {
    caller: world.caller,
    agent: world.agent,
    supervisor: new Party(world.mixer, 'supervisor', { hz: hzOf.supervisor }),
    third: new Party(world.mixer, 'third', { hz: hzOf.third }),
  };
  world.parties.push(parties.supervisor, parties.third);
  const situate = (name: string) => {
    for (const [key, legs] of Object.entries(situations[name]!))
      world.mixer.setRow(key, { legs, music: undefined });
    world.mixer.route();
  };
  return { ...world, all: parties, situate };
}

const names = Object.keys(situations);
const switches = names.flatMap((from) => names.filter((to) => to !== from).map((to) => [from, to] as const));

test.each(switches)(
  'from %s to %s and back ten times: whoever is heard throughout loses no frame and makes no click',
  (from, to) => {
    const { all, run, situate } = matrix();
    situate(from);
    run(20);
    const begun = Object.fromEntries(Object.entries(all).map(([key, party]) => [key, party.sent.length]));
    for (let turn = 0; turn < 10; turn++) {
      situate(to);
      run(7 + turn);
      situate(from);
      run(7 + turn);
    }
    for (const [key, party] of Object.entries(all)) {
      const always = situations[from]![key]!.filter((heard) => situations[to]![key]!.includes(heard));
      if (always.length === 0) continue;
      party.expectContiguous();
      const heard = party.heard().subarray(begun[key]! * frameSamples);
      for (const speaker of always)
        expect(
          framesWithoutTone(heard, hzOf[speaker as keyof typeof hzOf], 0.1),
          `${speaker} at ${key}`,
        ).toEqual([]);
      // 230 frames were spoken: those that wait in a buffer at the end are the only ones not heard yet.
      expect(heard.length / frameSamples).toBeGreaterThanOrEqual(230 - 8);
      expect(largestStep(heard), `clicks at ${key}`).toBeLessThan(steepest * 1.15);
    }
  },
);
/** All four at once, which is steeper than whoever is heard together. */
const steepest = Object.values(hzOf).reduce((sum, hz) => sum + cleanStep(hz), 0);

test('monitored, customer and agent get the very packets they would have got without (H-17)', () => {
  const sentTo = (isMonitored: boolean) => {
    const { all, run, situate } = matrix();
    situate('alone');
    run(20);
    for (let turn = 0; turn < 5; turn++) {
      if (isMonitored) situate('monitored');
      run(20);
      situate('alone');
      run(5);
    }
    return { caller: all.caller.sent, agent: all.agent.sent };
  };
  expect(sentTo(true)).toEqual(sentTo(false));
});

test('the recording hears whom it is told to: a whisper is not on it, and its level is as without (H-17, H-18)', () => {
  const written: { left: Uint8Array | undefined; right: Uint8Array | undefined }[] = [];
  const recorder: Pick<Recorder, 'write'> = {
    write: (left, right) => void written.push({ left: left?.slice(), right: right?.slice() }),
  };
  const recorded = (situation: string) => {
    const { mixer, run, situate } = matrix();
    situate('alone');
    mixer.setRecording({
      recorder: recorder as Recorder,
      left: new Set(['caller']),
      right: undefined,
      told: 'caller',
    });
    mixer.setRecorded({ left: ['caller'], right: ['agent'] });
    run(20);
    situate(situation);
    written.length = 0;
    run(50);
    return written.map(({ left, right }) => [left, right]);
  };
  const plain = recorded('alone');
  expect(plain.at(-1)![1]).toBeDefined();
  expect(recorded('monitored')).toEqual(plain);
  expect(recorded('whispered')).toEqual(plain);
});

test.each([
  ['over the agent, whom it hears too', true],
  ['instead of the agent, who is not told to it', false],
])(
  'H-01: what is said to the recorded party %s is on the right of the recording, to the sample when it hears it',
  (_what, isMixed) => {
    const { mixer, caller, run } = twoParties();
    const right: Uint8Array[] = [];
    const recorder: Pick<Recorder, 'write'> = {
      write: (_left, said) => void right.push(said?.slice() ?? new Uint8Array()),
    };
    mixer.setRecording({
      recorder: recorder as Recorder,
      left: new Set(['caller']),
      right: undefined,
      told: 'caller',
    });
    mixer.setRecorded({ left: ['caller'], right: isMixed ? ['agent'] : [] });
    run(20);
    right.length = caller.sent.length = 0;
    const said = makeTone({ frequencyHz: thirdHz, durationMs: 510 });
    mixer.setPlayer('caller', {
      source: new SoundSequence([said]),
      isMixed,
      isInterruptible: false,
      isSaid: true,
      onOver: () => {},
    });
    run(25);
    const heard = caller.sent.map(({ payload }) => payload);
    // The first may wait for what was relayed last.
    expect(heard.length).toBeGreaterThanOrEqual(24);
    expect(right.slice(-heard.length).map((codes) => Buffer.from(codes).toString('hex'))).toEqual(
      heard.map((codes) => Buffer.from(codes).toString('hex')),
    );
    expect(findTones(caller.heard(), { frequenciesHz: [agentHz, thirdHz] })).toEqual(
      isMixed ? [agentHz, thirdHz] : [thirdHz],
    );
  },
);

test('a tone of ours is a state of the line and no words: it is not recorded', () => {
  const { mixer, run } = twoParties();
  const right: (Uint8Array | undefined)[] = [];
  const recorder: Pick<Recorder, 'write'> = { write: (_left, said) => void right.push(said) };
  mixer.setRecording({
    recorder: recorder as Recorder,
    left: new Set(['caller']),
    right: undefined,
    told: 'caller',
  });
  mixer.setRecorded({ left: ['caller'], right: [] });
  const source = new LoopingSound(makeTone({ frequencyHz: thirdHz, durationMs: 1_000 }));
  mixer.setPlayer('caller', {
    source,
    isMixed: false,
    isInterruptible: false,
    isSaid: false,
    onOver: () => {},
  });
  run(20);
  expect(right.every((said) => said === undefined)).toBe(true);
});
