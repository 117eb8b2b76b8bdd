/** What a leg is sent when nobody speaks, and what an address is spared that never answers; by a clock that moves when told. */
import { expect, test } from 'vitest';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import { VirtualClock } from '@seatgrid/testkit/virtual-clock.ts';
import { muLaw } from '../../audio/g711.ts';
import { frameSamples } from '../../frame.ts';
import { keepAliveMs, unansweredSoundMsMax } from '../../limits.ts';
import { OutgoingStream } from '../../rtp/outgoing-stream.ts';
import {
  emptyRtpHeader,
  readRtpHeader,
  rtpHeaderOctets,
  writeRtpHeader,
  type RtpHeader,
} from '../../rtp/rtp-packet.ts';
import { MediaCall } from './media-call.ts';
import { MediaLeg } from './media-leg.ts';
import { PromptStore } from './prompt-store.ts';
import { RtpLegTransport } from './rtp-leg-transport.ts';
import type { UdpPort } from './udp-ports.ts';

const format = {
  law: 'PCMU',
  payloadType: 0,
  receivePayloadType: 0,
  eventPayloadType: undefined,
  receiveEventPayloadType: undefined,
  isSendingAllowed: true,
  isReceptionExpected: true,
} as const;

function arrange() {
  const clock = new VirtualClock();
  const heardAtMs: number[] = [];
  const random = createSeededRandom(4);
  const call = new MediaCall(1, {
    prompts: new PromptStore(() => 0),
    random,
    silenceMs: 30_000,
    nowMs: () => clock.nowMs(),
    tell: () => {},
    onHeard: (nowMs) => heardAtMs.push(nowMs),
    after: (delayMs, wake) => void clock.after(delayMs, wake),
    onChanged: (changed) => changed.settle(),
    onPacingChanged: (paced) => (paced.slot = paced.slot === -1 ? 0 : -1),
  });
  const seconds = (count: number, each: () => void = () => {}) => {
    for (let second = 0; second < count; second++) {
      clock.advance(1_000);
      each();
      call.keepHouse(clock.nowMs());
    }
  };
  return {
    clock,
    call,
    heardAtMs,
    seconds,
    open: (key: string, isThirdParty: boolean) => openLeg({ call, clock, key, isThirdParty }),
  };
}

function openLeg(wanted: { call: MediaCall; clock: VirtualClock; key: string; isThirdParty: boolean }) {
  const { call, clock, key, isThirdParty } = wanted;
  const sent: RtpHeader[] = [];
  const sounds: Uint8Array[] = [];
  const socket = {
    send: (packet: Uint8Array) => {
      const header = emptyRtpHeader();
      readRtpHeader(packet, header);
      sent.push(header);
      sounds.push(packet.slice(rtpHeaderOctets));
    },
  };
  const port = {
    port: 4_000,
    rtp: socket,
    rtcp: undefined,
  } as unknown as UdpPort;
  const transport: RtpLegTransport = new RtpLegTransport(
    port,
    {
      onRtp: (packet, nowMs) => leg.receive(packet, nowMs),
      onRtcp: () => {},
      onForeign: () => {},
      onRefused: () => {},
    },
    { nowMs: () => clock.nowMs(), onClose: () => {}, local: '127.0.0.1:4000' },
  );
  const stream = new OutgoingStream({ ssrc: key.charCodeAt(0), sequence: 1, timestamp: 1 });
  const leg: MediaLeg = new MediaLeg(key, transport, () => stream, call);
  call.addLeg(leg, 'rtp');
  const describe = (address: string) => {
    leg.setFormat(format);
    const farEnd = {
      address,
      port: 9,
      rtcpPort: 10,
      believedAddresses: [address],
      security: undefined,
      isThirdParty,
    };
    transport.setFarEnd(farEnd);
    call.refreshLeg(key);
  };
  describe('192.0.2.1');
  let sequence = 0;
  const speak = (address = '192.0.2.1') => {
    const packet = Buffer.alloc(rtpHeaderOctets + frameSamples, 1);
    sequence += 1;
    writeRtpHeader(packet, { ...emptyRtpHeader(), ssrc: 1, sequence, timestamp: sequence * frameSamples });
    port.rtp.onPacket!(packet, { address, port: 9 });
  };
  return { leg, sent, sounds, describe, speak };
}

const talk = [
  { leg: 'a', hears: ['b'] },
  { leg: 'b', hears: ['a'] },
];

test('who hears somebody that says nothing is sent one frame of silence a second, in one unbroken stream', () => {
  const { call, seconds, open } = arrange();
  const a = open('a', false);
  open('b', false);
  seconds(5);
  // Before anybody hears anybody, nothing is sent: it would pass for early sound.
  expect(a.sent).toEqual([]);
  call.setHears(talk);
  seconds(1);
  // It had its second in which to say something.
  expect(a.sent).toEqual([]);
  seconds(20);
  expect(a.sent).toHaveLength(20);
  expect(
    a.sounds.every((sound) => sound.length === frameSamples && sound.every((code) => code === muLaw.silence)),
  ).toBe(true);
  for (const [at, header] of a.sent.entries()) {
    const before = a.sent[at - 1];
    if (before === undefined) continue;
    expect(header.sequence).toBe(before.sequence + 1);
    expect(header.timestamp - before.timestamp).toBe(keepAliveMs * 8);
  }
});

test('who is spoken to is sent nothing besides', () => {
  const { call, clock, seconds, open } = arrange();
  const a = open('a', false);
  const b = open('b', false);
  call.setHears(talk);
  seconds(10, () => {
    for (let frame = 0; frame < 50; frame++) {
      clock.advance(20);
      b.speak();
    }
  });
  expect(a.sent).toHaveLength(500);
});

test('who speaks on and is heard must not wait; a packet now and then, and who speaks to nobody, may', () => {
  const { call, clock, heardAtMs, open } = arrange();
  open('a', false);
  const b = open('b', false);
  const speakEvery = (ms: number) => {
    for (let packet = 0; packet < 10; packet++) {
      clock.advance(ms);
      b.speak();
    }
  };
  speakEvery(20);
  expect(heardAtMs).toEqual([]);
  call.setHears(talk);
  speakEvery(keepAliveMs);
  expect(heardAtMs).toEqual([]);
  clock.advance(keepAliveMs);
  const sinceMs = clock.nowMs();
  speakEvery(20);
  expect(heardAtMs).toEqual(Array.from({ length: 9 }, (_, packet) => sinceMs + 40 + 20 * packet));
});

test('an address that others named and that never answers is left alone, until it does', () => {
  const { call, clock, seconds, open } = arrange();
  const named = open('a', true);
  const known = open('b', false);
  call.setHears(talk);
  const speakOn = () => {
    named.speak('192.0.2.66');
    known.speak();
    clock.advance(20);
  };
  seconds(unansweredSoundMsMax / 1_000 + 2, speakOn);
  const before = named.sent.length;
  expect(before).toBeGreaterThan(unansweredSoundMsMax / 1_000 - 2);
  seconds(30, speakOn);
  expect(named.sent.length).toBe(before);
  // The one the signalling comes from is not held to that.
  expect(known.sent.length).toBeGreaterThan(60);
  named.speak();
  seconds(3, speakOn);
  expect(named.sent.length).toBeGreaterThan(before);
  // And what has answered once may fall silent.
  seconds(60, () => known.speak());
  const later = named.sent.length;
  seconds(2, () => known.speak());
  expect(named.sent.length).toBeGreaterThan(later);
  // Until it is described as another: having answered before is no leave to flood elsewhere.
  named.describe('198.51.100.7');
  seconds(unansweredSoundMsMax / 1_000 + 3, () => known.speak());
  const moved = named.sent.length;
  seconds(10, () => known.speak());
  expect(named.sent.length).toBe(moved);
});

test('a call that ends while somebody is still expected to speak needs its clock no more', () => {
  const { call, open } = arrange();
  open('caller', false);
  call.hear({ kind: 'hear', call: 1, leg: 'caller', hearing: 2, quietMs: 5_000 });
  expect(call.slot).toBe(0);
  call.close();
  expect(call.slot).toBe(-1);
});
