import { expect, test } from 'vitest';
import { buildRtcp, compactNtp, readRtcp } from './rtcp.ts';
import { Reception } from './reception.ts';
import { emptyRtpHeader } from './rtp-packet.ts';

const block = {
  ssrc: 99,
  fractionLost: 64,
  lost: 12,
  highestExtended: 70_000,
  jitterSamples: 17,
  lastReport: 1,
  delaySinceLast: 2,
};

test('a sender report tells its time and what it thinks of us', () => {
  const nowMs = 1_700_000_000_123;
  const packet = buildRtcp({
    ssrc: 5,
    cname: 'leg',
    sender: { nowMs, timestamp: 1_600, packets: 10, octets: 1_720 },
    block,
  });
  expect(packet.length % 4).toBe(0);
  expect(readRtcp(packet, 99)).toEqual({
    senderReportTime: compactNtp(nowMs),
    theirs: { fractionLost: 64, lost: 12, jitterSamples: 17 },
    hasBye: false,
  });
  expect(readRtcp(packet, 98)!.theirs).toBeUndefined();
});

test('a receiver report alone, a negative loss, and rubbish', () => {
  const report = buildRtcp({ ssrc: 5, cname: '', sender: undefined, block: { ...block, lost: -3 } });
  expect(readRtcp(report, 99)).toMatchObject({ senderReportTime: undefined, theirs: { lost: -3 } });
  expect(readRtcp(new Uint8Array(7), 99)).toBeUndefined();
  expect(readRtcp(new Uint8Array(40).fill(0x81), 99)).toEqual({
    senderReportTime: undefined,
    theirs: undefined,
    hasBye: false,
  });
});

test('a receiver counts loss across a wrap, forgets it not when the source changes, and measures jitter', () => {
  const reception = new Reception();
  const header = emptyRtpHeader();
  const note = (ssrc: number, sequence: number, atMs: number, sentMs = atMs) =>
    reception.note({ ...header, ssrc, sequence, timestamp: sentMs * 8 }, 172, atMs);
  for (const [at, sequence] of [65_533, 65_534, 65_535, 1, 2, 4].entries())
    note(1, sequence, 1_000 + 20 * at);
  expect(reception.lost).toBe(2);
  expect(reception.highestExtended).toBe(65_536 + 4);
  note(2, 500, 2_000);
  note(2, 502, 2_040);
  expect(reception.lost).toBe(3);
  const before = reception.jitterMs;
  for (let packet = 0; packet < 200; packet++)
    note(2, 503 + packet, 2_060 + 20 * packet + (packet % 2) * 10, 2_060 + 20 * packet);
  expect(before).toBeLessThan(2);
  expect(reception.jitterMs).toBeGreaterThan(8);
  expect(reception.jitterMs).toBeLessThan(11);
});
