import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { TestRtpPeer, type TestRtpPeerOptions } from '@seatgrid/testkit/test-rtp-peer.ts';
import { findTones, framesWithoutTone } from '@seatgrid/testkit/tone-finder.ts';
import { makeTone } from '@seatgrid/testkit/tone-maker.ts';
import { createMediaEngine } from './create-media-engine.ts';
import type { MediaCall, MediaEngine, MediaRefusal, RtpLeg, RtpLegOptions } from './media-engine.ts';

const callerHz = 400;
const agentHz = 650;
const frequenciesHz = [callerHz, agentHz];

let engine: MediaEngine;
const opened: { close(): unknown }[] = [];

beforeAll(async () => {
  engine = await createMediaEngine({
    workers: 1,
    bindAddress: '127.0.0.1',
    ports: { from: 24_560, to: 24_619 },
    webrtcPorts: { from: 24_620, to: 24_620 },
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

async function openPeer(options: TestRtpPeerOptions, hz: number): Promise<TestRtpPeer> {
  const peer = await TestRtpPeer.open({ eventPayloadType: 101, ...options });
  opened.push(peer);
  peer.speak(makeTone({ frequencyHz: hz, durationMs: 1_000 }));
  return peer;
}

function openLeg(call: MediaCall, options: RtpLegOptions): RtpLeg {
  return mustBeOpen(call.openRtpLeg(options));
}

function settled(outcome: ReturnType<RtpLeg['answer']>) {
  if (!outcome.ok) throw new Error(outcome.refusal.detail);
  return outcome;
}

/** A protected phone that called, and a plain one that was called. */
async function joinTwo(srtp: NonNullable<TestRtpPeerOptions['srtp']>) {
  const digits: string[] = [];
  const call = mustBeOpen(
    engine.openCall('call', {
      onDigit: ({ leg, digit }) => void digits.push(`${leg}:${digit}`),
      onSilent: () => {},
      onRecorded: () => {},
    }),
  );
  opened.push(call);
  const caller = await openPeer({ srtp }, callerHz);
  const agent = await openPeer({}, agentHz);
  const callerLeg = openLeg(call, { key: 'caller' });
  const agentLeg = openLeg(call, { key: 'agent' });
  const answer = settled(callerLeg.answer(caller.sdp()));
  caller.connect(answer.sdp);
  const offer = agentLeg.offer();
  agent.connect(offer);
  settled(agentLeg.accept(agent.sdp()));
  call.setHears([
    { leg: 'caller', hears: ['agent'] },
    { leg: 'agent', hears: ['caller'] },
  ]);
  return { call, digits, caller, agent, callerLeg, agentLeg, answer };
}

test.each([
  ['AES_CM_128_HMAC_SHA1_80', 'RTP/SAVP'],
  ['AES_CM_128_HMAC_SHA1_32', 'RTP/AVP'],
  ['AEAD_AES_128_GCM', 'RTP/AVP'],
  ['AEAD_AES_256_GCM', 'RTP/SAVP'],
] as const)(
  '%s in %s: a protected phone and a plain one hear each other and their digits',
  async (suite, profile) => {
    const { caller, agent, callerLeg, answer, digits } = await joinTwo({ suite, profile });
    expect(answer.srtp).toBe(suite);
    await Promise.all([caller.listen(100), agent.listen(100)]);
    const [atCaller, atAgent] = await Promise.all([caller.listen(400), agent.listen(400)]);
    expect(findTones(atCaller, { frequenciesHz })).toEqual([agentHz]);
    expect(findTones(atAgent, { frequenciesHz })).toEqual([callerHz]);
    caller.sendDigits('5');
    await agent.until(() => digits.includes('caller:5') && agent.digits.includes('5'), 3_000, 'the digit');
    const { srtp, refused, foreign } = await callerLeg.statistics();
    expect({ srtp, refused, foreign, atCaller: caller.refused }).toEqual({
      srtp: suite,
      refused: 0,
      foreign: 0,
      atCaller: 0,
    });
  },
);

test('another key by re-INVITE: the sound goes on, and the old key is worth nothing', async () => {
  const { caller, agent, callerLeg } = await joinTwo({
    suite: 'AES_CM_128_HMAC_SHA1_80',
    profile: 'RTP/SAVP',
  });
  await Promise.all([caller.listen(200), agent.listen(200)]);
  const keys = new Set<string>();
  for (let turn = 0; turn < 3; turn++) {
    caller.changeKey();
    const again = settled(callerLeg.answer(caller.sdp()));
    keys.add(/inline:\S+/.exec(again.sdp)![0]);
    agent.startListening();
    caller.connect(again.sdp);
    const [atCaller, atAgent] = await Promise.all([caller.listen(400), agent.listen(400)]);
    expect(findTones(atCaller.subarray(800), { frequenciesHz })).toEqual([agentHz]);
    expect(framesWithoutTone(atAgent.subarray(800), callerHz).length).toBeLessThan(3);
  }
  expect(keys.size).toBe(3);
  // The same description again changes nothing.
  expect(/inline:\S+/.exec(settled(callerLeg.answer(caller.sdp())).sdp)![0]).toBe([...keys].at(-1));
});

test('a phone called with keys may take them, or not where they are only offered', async () => {
  const call = mustBeOpen(
    engine.openCall('offer', { onDigit: () => {}, onSilent: () => {}, onRecorded: () => {} }),
  );
  opened.push(call);
  const secure = await openPeer({ srtp: { suite: 'AEAD_AES_256_GCM', profile: 'RTP/AVP' } }, callerHz);
  const plain = await openPeer({}, agentHz);
  for (const [key, peer] of [
    ['secure', secure],
    ['plain', plain],
  ] as const) {
    const leg = openLeg(call, { key, srtp: 'offer' });
    const offer = leg.offer();
    // A peer answers with the tag of the line it takes.
    const tag = /a=crypto:(\d) AEAD_AES_256_GCM/.exec(offer)![1];
    settled(leg.accept(peer.sdp().replace('a=crypto:1 ', `a=crypto:${tag} `)));
    peer.connect(offer);
  }
  call.setHears([
    { leg: 'secure', hears: ['plain'] },
    { leg: 'plain', hears: ['secure'] },
  ]);
  await Promise.all([secure.listen(100), plain.listen(100)]);
  const [atSecure, atPlain] = await Promise.all([secure.listen(300), plain.listen(300)]);
  expect(findTones(atSecure, { frequenciesHz })).toEqual([agentHz]);
  expect(findTones(atPlain, { frequenciesHz })).toEqual([callerHz]);
  const strict = openLeg(call, { key: 'strict', srtp: 'require' });
  const refusal = strict.answer(plain.sdp());
  expect(refusal.ok).toBe(false);
});

test('a hundred forged packets from the right place are refused, counted, and heard by nobody', async () => {
  const { caller, agent, callerLeg } = await joinTwo({
    suite: 'AES_CM_128_HMAC_SHA1_80',
    profile: 'RTP/SAVP',
  });
  await Promise.all([caller.listen(200), agent.listen(200)]);
  agent.startListening();
  for (let forged = 0; forged < 100; forged++) {
    const packet = Buffer.alloc(182, forged);
    packet[0] = 0x80;
    packet[1] = 0;
    packet.writeUInt16BE(forged * 600, 2);
    packet.writeUInt32BE(forged % 3 === 0 ? forged : 0x5eed, 8);
    caller.sendRaw(packet);
  }
  await agent.until(() => agent.heard().length >= 4_800, 4_000, '600 ms of sound');
  expect(framesWithoutTone(agent.heard(), callerHz).length).toBeLessThan(3);
  const { refused, lost } = await callerLeg.statistics();
  expect(refused).toBe(100);
  expect(lost).toBe(0);
});
