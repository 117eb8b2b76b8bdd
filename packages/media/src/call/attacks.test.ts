/** What others have done to RTP, each once, against two parties who talk: it is counted, and nobody hears or sends otherwise. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { TestRtpPeer, type TestRtpPeerOptions } from '@seatgrid/testkit/test-rtp-peer.ts';
import { findTones, framesWithoutTone } from '@seatgrid/testkit/tone-finder.ts';
import { makeTone } from '@seatgrid/testkit/tone-maker.ts';
import { buildRtcp } from '../rtp/rtcp.ts';
import { emptyRtpHeader, rtpHeaderOctets, writeRtpHeader } from '../rtp/rtp-packet.ts';
import { eventOctets, writeEvent } from '../rtp/telephone-event.ts';
import { createMediaEngine } from './create-media-engine.ts';
import type { MediaCall, MediaEngine, MediaRefusal, RtpLeg } from './media-engine.ts';

const callerHz = 400;
const agentHz = 650;
const attackerHz = 1_000;
const frequenciesHz = [callerHz, agentHz, attackerHz];
const eventType = 101;

let engine: MediaEngine;
const opened: { close(): unknown }[] = [];

beforeAll(async () => {
  engine = await createMediaEngine({
    workers: 1,
    bindAddress: '0.0.0.0',
    advertisedAddress: '127.0.0.1',
    ports: { from: 24_510, to: 24_549 },
    webrtcPorts: { from: 24_550, to: 24_550 },
    listener: { onWorkerLost: ({ cause }) => expect.fail(cause) },
  });
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((thing) => thing.close()));
});

afterAll(() => engine.close());

function mustBeOpen<Thing extends { kind: string }>(thing: Thing | MediaRefusal): Thing {
  if (thing.kind === 'refused') throw new Error((thing as MediaRefusal).detail);
  return thing as Thing;
}

async function openPeer(hz: number, options: TestRtpPeerOptions = {}): Promise<TestRtpPeer> {
  const peer = await TestRtpPeer.open({ eventPayloadType: eventType, ...options });
  opened.push(peer);
  peer.speak(makeTone({ frequencyHz: hz, durationMs: 1_000 }));
  return peer;
}

function describeLeg(call: MediaCall, key: string, peer: TestRtpPeer): { leg: RtpLeg; sdp: string } {
  const leg = mustBeOpen(call.openRtpLeg({ key }));
  const answer = leg.answer(peer.sdp());
  if (!answer.ok) throw new Error(answer.refusal.detail);
  return { leg, sdp: answer.sdp };
}

/** Caller and agent who hear each other; the caller has not spoken yet. */
async function arrange() {
  const told: string[] = [];
  const call = mustBeOpen(
    engine.openCall('call', {
      onDigit: ({ leg, digit }) => void told.push(`${leg} pressed ${digit}`),
      onSilent: ({ leg }) => void told.push(`${leg} silent`),
      onFailed: ({ cause }) => void told.push(cause),
      onRecorded: () => {},
    }),
  );
  opened.push(call);
  const caller = await openPeer(callerHz);
  const agent = await openPeer(agentHz);
  const callerSide = describeLeg(call, 'caller', caller);
  const agentSide = describeLeg(call, 'agent', agent);
  agent.connect(agentSide.sdp);
  call.setHears([
    { leg: 'caller', hears: ['agent'] },
    { leg: 'agent', hears: ['caller'] },
  ]);
  return { call, told, caller, agent, callerLeg: callerSide.leg, callerSdp: callerSide.sdp };
}

async function expectTheyTalk(parties: { caller: TestRtpPeer; agent: TestRtpPeer }): Promise<void> {
  const { caller, agent } = parties;
  const [atCaller, atAgent] = await Promise.all([caller.listen(500), agent.listen(500)]);
  expect(findTones(atCaller, { frequenciesHz })).toEqual([agentHz]);
  expect(findTones(atAgent, { frequenciesHz })).toEqual([callerHz]);
  expect(framesWithoutTone(atCaller, agentHz).length).toBeLessThan(4);
  expect(framesWithoutTone(atAgent, callerHz).length).toBeLessThan(4);
}

function rtp(
  fields: { payloadType?: number; sequence: number; timestamp?: number; ssrc: number },
  octets = 160,
): Buffer {
  const packet = Buffer.alloc(rtpHeaderOctets + octets, 0x2a);
  writeRtpHeader(packet, { ...emptyRtpHeader(), ...fields });
  return packet;
}

async function untilForeign(leg: RtpLeg, packets: number): Promise<void> {
  const endsAtMs = performance.now() + 5_000;
  while ((await leg.statistics()).foreign < packets) {
    if (performance.now() > endsAtMs) throw new Error(`fewer than ${packets} foreign packets came`);
    await new Promise((wake) => setTimeout(wake, 20));
  }
}

test('RTP bleed: whoever sends to a leg first, last or most from elsewhere is sent nothing and heard by nobody', async () => {
  const { told, caller, agent, callerLeg, callerSdp } = await arrange();
  const attacker = await openPeer(attackerHz, { address: '127.0.0.66' });
  attacker.connectTo('127.0.0.1', callerLeg.localPort);
  await untilForeign(callerLeg, 10);
  // A frame of silence may have come, to keep the line alive.
  expect(findTones(agent.heard(), { frequenciesHz })).toEqual([]);
  caller.connect(callerSdp);
  await Promise.all([caller.listen(100), agent.listen(100)]);
  await expectTheyTalk({ caller, agent });
  expect(attacker.packets).toEqual([]);
  const { foreign, refused } = await callerLeg.statistics();
  expect(foreign).toBeGreaterThan(20);
  expect(refused).toBe(0);
  expect(told).toEqual([]);
});

test('RTP injection: single packets of other sources, kinds and numbers from the right port disturb nothing', async () => {
  const { told, caller, agent, callerLeg, callerSdp } = await arrange();
  caller.connect(callerSdp);
  await Promise.all([caller.listen(100), agent.listen(100)]);
  const heard = expectTheyTalk({ caller, agent });
  const leaps = [5_000, 20_000, 40_000, 60_000];
  for (let round = 0; round < 50; round++) {
    caller.sendRaw(rtp({ sequence: round * 977, ssrc: 0xbad0 + round }));
    caller.sendRaw(
      rtp({ sequence: (100 + leaps[round % 4]!) & 0xffff, ssrc: caller.ssrc, timestamp: round }),
    );
    caller.sendRaw(rtp({ payloadType: 77, sequence: round * 31, ssrc: 0xbad0 }));
  }
  await heard;
  const { lost, refused } = await callerLeg.statistics();
  expect(lost).toBe(0);
  expect(refused).toBeGreaterThan(140);
  expect(told).toEqual([]);
});

test('octets that are no RTP, from none to as many as a datagram holds, disturb nothing', async () => {
  const { told, caller, agent, callerLeg, callerSdp } = await arrange();
  caller.connect(callerSdp);
  await Promise.all([caller.listen(100), agent.listen(100)]);
  const heard = expectTheyTalk({ caller, agent });
  for (const octets of [0, 1, 7, 8, 11, 12, 13, 1_500, 2_049, 9_000, 60_000])
    for (const fill of [0x00, 0x80, 0x9f, 0xbf, 0xc8, 0xff]) caller.sendRaw(Buffer.alloc(octets, fill));
  // A header that promises more sources, extension or padding than there is.
  for (const first of [0x8f, 0x90, 0xa0, 0xbf])
    caller.sendRaw(Buffer.from([first, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9, 0xff]));
  await heard;
  expect((await callerLeg.statistics()).refused).toBeGreaterThan(50);
  expect(told).toEqual([]);
});

test('RTCP injection: a goodbye ends no call, and a report from elsewhere is not read', async () => {
  const { told, caller, agent, callerLeg, callerSdp } = await arrange();
  caller.connect(callerSdp);
  await Promise.all([caller.listen(100), agent.listen(100)]);
  const attacker = await openPeer(attackerHz, { address: '127.0.0.66' });
  const { ssrc } = caller.packets[0]!;
  const lie = buildRtcp({
    ssrc: caller.ssrc,
    cname: 'liar',
    sender: undefined,
    block: {
      ssrc,
      fractionLost: 255,
      lost: 0x7f_ffff,
      highestExtended: 1,
      jitterSamples: 0xffff_ffff,
      lastReport: 1,
      delaySinceLast: 0xffff_ffff,
    },
    isLast: true,
  });
  attacker.speak(undefined);
  for (const port of [callerLeg.localPort, callerLeg.localPort + 1]) {
    attacker.connectTo('127.0.0.1', port);
    for (let round = 0; round < 20; round++) attacker.sendRaw(lie);
  }
  await expectTheyTalk({ caller, agent });
  expect((await callerLeg.statistics()).farLost).toBeUndefined();
  // From the right place it is read for what it can mean, and the call goes on.
  caller.sendReport(lie);
  await expectTheyTalk({ caller, agent });
  const { farLost, packetsOut, roundTripMs } = await callerLeg.statistics();
  expect(farLost).toBeLessThanOrEqual(packetsOut);
  expect(roundTripMs).toBeUndefined();
  expect(told).toEqual([]);
});

test('DTMF injection: a key pressed from elsewhere, or slipped in once, is no key', async () => {
  const { told, caller, agent, callerLeg, callerSdp } = await arrange();
  caller.connect(callerSdp);
  await Promise.all([caller.listen(100), agent.listen(100)]);
  const attacker = await openPeer(attackerHz, { address: '127.0.0.66' });
  attacker.connectTo('127.0.0.1', callerLeg.localPort);
  attacker.sendDigits('9');
  const event = rtp({ payloadType: eventType, sequence: 7, timestamp: 5, ssrc: 0xbad0 }, eventOctets);
  writeEvent({ event: 8, isEnd: true, duration: 800, timestamp: 5, isMarked: true }, event, rtpHeaderOctets);
  caller.sendRaw(event);
  await expectTheyTalk({ caller, agent });
  caller.sendDigits('1');
  await agent.until(() => told.length > 0, 3_000, 'the true key');
  expect(told).toEqual(['caller pressed 1']);
  expect(agent.digits).toEqual(['1']);
});
