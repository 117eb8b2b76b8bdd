import { expect, test } from 'vitest';
import { buildRtcp, compactNtp, readRtcp } from './rtcp.ts';
import { meanOpinion } from './mean-opinion.ts';
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
    isLast: false,
  });
  expect(packet.length % 4).toBe(0);
  expect(readRtcp(packet, 99)).toEqual({
    senderReportTime: compactNtp(nowMs),
    theirs: { fractionLost: 64, lost: 12, jitterSamples: 17, lastReport: 1, delaySinceLast: 2 },
  });
  expect(readRtcp(packet, 98)!.theirs).toBeUndefined();
});

test('a receiver report alone, a negative loss, and rubbish', () => {
  const report = buildRtcp({
    ssrc: 5,
    cname: '',
    sender: undefined,
    block: { ...block, lost: -3 },
    isLast: false,
  });
  expect(readRtcp(report, 99)).toMatchObject({ senderReportTime: undefined, theirs: { lost: -3 } });
  expect(readRtcp(new Uint8Array(7), 99)).toBeUndefined();
  expect(readRtcp(new Uint8Array(40).fill(0x81), 99)).toBeUndefined();
});

test('the last report says goodbye, and a goodbye alone is none (RFC 3550 §6.1)', () => {
  const packet = buildRtcp({ ssrc: 5, cname: 'leg', sender: undefined, block, isLast: true });
  expect(readRtcp(packet, 99)!.theirs).toMatchObject({ lost: 12 });
  expect([...packet.subarray(-8)]).toEqual([0x81, 203, 0, 1, 0, 0, 0, 5]);
  expect(readRtcp(packet.subarray(-8), 99)).toBeUndefined();
});

test('RFC 3550 §A.2: what does not add up is no compound packet, wherever it is cut', () => {
  const packet = buildRtcp({ ssrc: 5, cname: 'leg', sender: undefined, block, isLast: true });
  const whole = new Set([32, packet.length - 8, packet.length]);
  for (let octets = 0; octets <= packet.length; octets++)
    expect(readRtcp(packet.subarray(0, octets), 99) !== undefined, `${octets} octets`).toBe(
      whole.has(octets),
    );
  const padded = packet.slice();
  padded[0]! |= 0x20;
  expect(readRtcp(padded, 99)).toBeUndefined();
  const long = packet.slice();
  long[2] = 0xff;
  expect(readRtcp(long, 99)).toBeUndefined();
});

test('while a source speaks, one packet of another, or a leap, changes nothing; two in a row do', () => {
  const reception = new Reception();
  const header = emptyRtpHeader();
  const offer = (ssrc: number, sequence: number, atMs: number) => {
    const one = { ...header, ssrc, sequence, timestamp: sequence * 160 };
    const isAdmitted = reception.admits(one, atMs);
    if (isAdmitted) reception.note(one, 172, atMs);
    return isAdmitted;
  };
  expect([1, 2, 3].map((sequence) => offer(7, sequence, 20 * sequence))).toEqual([true, true, true]);
  // Slipped in: foreign sources, each once, and a leap of our own source's numbers.
  expect([offer(8, 4, 70), offer(9, 4, 71), offer(7, 30_000, 72), offer(8, 90, 73)]).toEqual([
    false,
    false,
    false,
    false,
  ]);
  expect([offer(7, 4, 80), reception.lost, reception.ssrc]).toEqual([true, 0, 7]);
  // The source itself begins anew.
  expect([offer(10, 500, 100), offer(10, 501, 120), offer(10, 502, 140)]).toEqual([false, true, true]);
  expect(offer(10, 40_000, 160)).toBe(false);
  expect(offer(10, 40_001, 180)).toBe(true);
  // After a pause anybody may.
  expect(offer(11, 1, 1_000)).toBe(true);
});

test('the opinion falls with loss and with delay (ITU-T G.107)', () => {
  const opinion = (lostShare: number, delayMs: number) => meanOpinion({ lostShare, delayMs });
  expect(opinion(0, 0)).toBeCloseTo(4.41, 2);
  expect(opinion(0, 150)).toBeGreaterThan(4.3);
  expect(opinion(0.01, 50)).toBeGreaterThan(4.2);
  expect(opinion(0.05, 50)).toBeLessThan(3.95);
  expect(opinion(0.05, 50)).toBeGreaterThan(3.5);
  expect(opinion(0, 600)).toBeLessThan(2.3);
  expect(opinion(1, 1_000)).toBe(1);
  for (let share = 0, before = 5; share <= 1; share += 0.01) {
    expect(opinion(share, 100)).toBeLessThanOrEqual(before);
    before = opinion(share, 100);
  }
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
