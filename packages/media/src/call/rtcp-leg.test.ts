import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { cleanup } from 'node-datachannel';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { TestBrowserPeer } from '@seatgrid/testkit/test-browser-peer.ts';
import { TestRtpPeer, type TestRtpPeerOptions } from '@seatgrid/testkit/test-rtp-peer.ts';
import { makeTone } from '@seatgrid/testkit/tone-maker.ts';
import { buildRtcp, readRtcp } from '../rtp/rtcp.ts';
import { readUint32 } from '../rtp/rtp-packet.ts';
import { createMediaEngine } from './create-media-engine.ts';
import type { LegStatistics, MediaEngine, MediaRefusal } from './media-engine.ts';

/** How long a peer keeps our report before it answers, and says it kept it not at all: so much the way is longer. */
const holdMs = 150;
const firstReportMsMax = 6_000;

let engine: MediaEngine;
const opened: { close(): unknown }[] = [];

beforeAll(async () => {
  engine = await createMediaEngine({
    workers: 1,
    bindAddress: '127.0.0.1',
    ports: { from: 24_470, to: 24_499 },
    webrtcPorts: { from: 24_500, to: 24_500 },
    listener: { onWorkerLost: ({ cause }) => expect.fail(cause) },
  });
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((thing) => thing.close()));
});

afterAll(async () => {
  await engine.close();
  cleanup();
});

function mustBeOpen<Thing extends { kind: string }>(thing: Thing | MediaRefusal): Thing {
  if (thing.kind === 'refused') throw new Error((thing as MediaRefusal).detail);
  return thing as Thing;
}

function openCall() {
  const closed = new Map<string, LegStatistics>();
  const call = mustBeOpen(
    engine.openCall('call', {
      onDigit: () => {},
      onSilent: () => {},
      onRecorded: () => {},
      onLegClosed: ({ leg, statistics }) => void closed.set(leg, statistics),
    }),
  );
  opened.push(call);
  return { call, closed };
}

async function openPeer(options: TestRtpPeerOptions): Promise<TestRtpPeer> {
  const peer = await TestRtpPeer.open(options);
  opened.push(peer);
  peer.speak(makeTone({ frequencyHz: 400, durationMs: 1_000 }));
  return peer;
}

/** The answer of a receiver that has lost seven packets, to our report. */
function answerTo(report: Uint8Array, ssrc: number): Uint8Array {
  const ours = readUint32(report, 4);
  const { senderReportTime } = readRtcp(report, ssrc)!;
  return buildRtcp({
    ssrc,
    cname: 'peer',
    sender: undefined,
    block: {
      ssrc: ours,
      fractionLost: 10,
      lost: 7,
      highestExtended: 500,
      jitterSamples: 40,
      lastReport: senderReportTime!,
      delaySinceLast: 0,
    },
    isLast: false,
  });
}

test.each([
  ['plain', undefined],
  ['protected', { suite: 'AES_CM_128_HMAC_SHA1_80', profile: 'RTP/SAVP' }],
] as const)(
  'reports among %s sound tell each side how it is heard, how far it is, and goodbye',
  async (_how, srtp) => {
    const { call, closed } = openCall();
    const drops = (count: number) => count % 10 === 0;
    const caller = await openPeer({ isRtcpMuxed: true, drops, ...(srtp ? { srtp } : {}) });
    const agent = await openPeer({});
    const leg = mustBeOpen(call.openRtpLeg({ key: 'caller' }));
    const answer = leg.answer(caller.sdp());
    if (!answer.ok) throw new Error(answer.refusal.detail);
    expect(answer.sdp).toContain('a=rtcp-mux');
    caller.connect(answer.sdp);
    const agentLeg = mustBeOpen(call.openRtpLeg({ key: 'agent' }));
    const agentAnswer = agentLeg.answer(agent.sdp());
    if (!agentAnswer.ok) throw new Error(agentAnswer.refusal.detail);
    agent.connect(agentAnswer.sdp);
    call.setHears([
      { leg: 'caller', hears: ['agent'] },
      { leg: 'agent', hears: ['caller'] },
    ]);
    await caller.until(() => caller.reports.length > 0, firstReportMsMax, 'a report');
    const report = caller.reports[0]!;
    const told = readRtcp(report, caller.ssrc)!;
    expect(told.theirs!.lost).toBeGreaterThan(2);
    expect(told.theirs!.fractionLost / 256).toBeCloseTo(0.1, 1);
    await pause(holdMs);
    caller.sendReport(answerTo(report, caller.ssrc));
    // What nobody of ours has sent is not quoted back at us.
    const forged = Buffer.from(answerTo(report, caller.ssrc));
    forged.writeUInt32BE(12_345, 24);
    caller.sendReport(forged);
    const before = caller.packets.length;
    await caller.until(() => caller.packets.length > before + 5, 3_000, 'sound after the report');
    const statistics = await leg.statistics();
    expect(statistics).toMatchObject({ farLost: 7, farJitterMs: 5, refused: 0 });
    expect(statistics.roundTripMs).toBeGreaterThanOrEqual(holdMs);
    expect(statistics.roundTripMs).toBeLessThan(5_000);
    expect(statistics.lost / (statistics.packetsIn + statistics.lost)).toBeCloseTo(0.1, 1);
    expect(statistics.mos).toBeLessThan(3.6);
    expect((await agentLeg.statistics()).mos).toBeGreaterThan(4);
    leg.close();
    await agent.until(() => closed.has('caller') && caller.reports.length > 1, 3_000, 'the goodbye');
    expect(caller.reports.at(-1)!.subarray(-8)[1]).toBe(203);
    expect(closed.get('caller')!.roundTripMs).toBe(statistics.roundTripMs);
  },
);

test('a phone whose reports have a port of their own gets them there', async () => {
  const { call } = openCall();
  const caller = await openPeer({});
  const reports = createSocket('udp4');
  opened.push(reports);
  reports.bind(0, '127.0.0.1');
  await once(reports, 'listening');
  const leg = mustBeOpen(call.openRtpLeg({ key: 'caller' }));
  const answer = leg.answer(
    caller.sdp().replace('a=sendrecv', `a=rtcp:${reports.address().port}\r\na=sendrecv`),
  );
  if (!answer.ok) throw new Error(answer.refusal.detail);
  caller.connect(answer.sdp);
  const [report, from] = (await once(reports, 'message')) as [Buffer, { port: number }];
  expect(from.port).toBe(leg.localPort + 1);
  expect(readRtcp(report, caller.ssrc)!.theirs).toMatchObject({ lost: 0 });
  // RFC 3550 §6.4: who has sent nothing reports as a receiver.
  expect(report[1]).toBe(201);
});

test('a browser is told how it is heard, and tells how far it is', async () => {
  const { call } = openCall();
  const browser = await TestBrowserPeer.open();
  opened.push(browser);
  const leg = mustBeOpen(await call.openWebrtcLeg(browser.offerSdp, { key: 'browser' }));
  browser.speak(makeTone({ frequencyHz: 650, durationMs: 1_000 }));
  await browser.accept(leg.answerSdp);
  call.tone('browser', 'ringback');
  const phone = await openPeer({});
  await phone.until(() => browser.reports.length > 0, firstReportMsMax, 'a report');
  const report = browser.reports[0]!;
  expect(report[1]).toBe(200);
  expect(readRtcp(report, 0xb0b)!.theirs).toMatchObject({ lost: 0 });
  await pause(holdMs);
  browser.sendReport(answerTo(report, 0xb0b));
  let statistics = await leg.statistics();
  for (let tries = 0; statistics.roundTripMs === undefined && tries < 100; tries++) {
    await pause(20);
    statistics = await leg.statistics();
  }
  expect(statistics.farLost).toBe(7);
  expect(statistics.roundTripMs).toBeGreaterThanOrEqual(holdMs);
});
