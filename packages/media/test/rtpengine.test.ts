/** A phone behind NAT whose sound goes through rtpengine, which protects it towards us by the SRTP of another house (libsrtp). */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { TestRtpPeer } from '@seatgrid/testkit/test-rtp-peer.ts';
import { findTones } from '@seatgrid/testkit/tone-finder.ts';
import { makeTone } from '@seatgrid/testkit/tone-maker.ts';
import { createMediaEngine } from '../src/call/create-media-engine.ts';
import type { MediaEngine, MediaRefusal } from '../src/call/media-engine.ts';
import { hasRtpengine, Rtpengine } from '@seatgrid/testkit/rtpengine.ts';

if (!hasRtpengine) console.warn('SKIPPED: rtpengine is not installed (Debian: rtpengine-daemon)');

const phoneHz = 400;
const agentHz = 650;
const frequenciesHz = [phoneHz, agentHz];

describe.skipIf(!hasRtpengine)('rtpengine in the path', () => {
  let engine: MediaEngine;
  let relay: Rtpengine;
  const opened: { close(): unknown }[] = [];

  beforeAll(async () => {
    relay = await Rtpengine.start({ control: 24_790, from: 24_800, to: 24_899 });
    engine = await createMediaEngine({
      workers: 1,
      bindAddress: '127.0.0.1',
      ports: { from: 24_740, to: 24_779 },
      webrtcPorts: { from: 24_780, to: 24_780 },
      listener: { onWorkerLost: ({ cause }) => expect.fail(cause) },
    });
  });

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((thing) => thing.close()));
  });

  afterAll(async () => {
    await engine?.close();
    await relay?.close();
  });

  function mustBeOpen<Thing extends { kind: string }>(thing: Thing | MediaRefusal): Thing {
    if (thing.kind === 'refused') throw new Error((thing as MediaRefusal).detail);
    return thing as Thing;
  }

  async function openPeer(hz: number): Promise<TestRtpPeer> {
    const peer = await TestRtpPeer.open({ eventPayloadType: 101 });
    opened.push(peer);
    peer.speak(makeTone({ frequencyHz: hz, durationMs: 1_000 }));
    return peer;
  }

  test.each([
    ['plain sound', undefined],
    ['counter mode', 'AES_CM_128_HMAC_SHA1_80'],
    ['a short tag', 'AES_CM_128_HMAC_SHA1_32'],
    ['GCM', 'AEAD_AES_128_GCM'],
    ['GCM and a long key', 'AEAD_AES_256_GCM'],
  ] as const)('with %s towards us, phone and agent hear each other', async (_how, suite) => {
    const call = mustBeOpen(
      engine.openCall('call', { onDigit: () => {}, onSilent: () => {}, onRecorded: () => {} }),
    );
    opened.push(call);
    const phone = await openPeer(phoneHz);
    const agent = await openPeer(agentHz);
    const dialog = { 'call-id': `call-${suite}`, 'from-tag': 'phone' };
    const offered = await relay.describe({
      ...dialog,
      command: 'offer',
      ICE: 'remove',
      sdp: phone.sdp('sendrecv', '10.9.8.7'),
      'transport-protocol': suite === undefined ? 'RTP/AVP' : 'RTP/SAVP',
      replace: ['origin', 'session-connection'],
    });
    // Of the keys it offers one is left, so that each suite has its turn.
    const lines = offered.split('\r\n');
    const shown = lines
      .filter((line) => !line.startsWith('a=crypto:') || line.includes(` ${suite} `))
      .join('\r\n');
    const leg = mustBeOpen(call.openRtpLeg({ key: 'phone' }));
    const answer = leg.answer(shown);
    if (!answer.ok) throw new Error(`${answer.refusal.detail}\n${offered}`);
    expect(answer.srtp).toBe(suite);
    const returned = await relay.describe({
      ...dialog,
      command: 'answer',
      'to-tag': 'agent',
      ICE: 'remove',
      sdp: answer.sdp,
      'transport-protocol': 'RTP/AVP',
      replace: ['origin', 'session-connection'],
    });
    phone.connect(returned);
    const agentLeg = mustBeOpen(call.openRtpLeg({ key: 'agent' }));
    const agentAnswer = agentLeg.answer(agent.sdp());
    if (!agentAnswer.ok) throw new Error(agentAnswer.refusal.detail);
    agent.connect(agentAnswer.sdp);
    call.setHears([
      { leg: 'phone', hears: ['agent'] },
      { leg: 'agent', hears: ['phone'] },
    ]);
    await Promise.all([phone.listen(100), agent.listen(100)]);
    const [atPhone, atAgent] = await Promise.all([phone.listen(400), agent.listen(400)]);
    expect(findTones(atPhone, { frequenciesHz })).toEqual([agentHz]);
    expect(findTones(atAgent, { frequenciesHz })).toEqual([phoneHz]);
    const { refused, foreign } = await leg.statistics();
    expect({ refused, foreign }).toEqual({ refused: 0, foreign: 0 });
    await relay.tell({ command: 'delete', ...dialog }, 3_000);
  });
});
