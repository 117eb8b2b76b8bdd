import { expect, test } from 'vitest';
import { LineShare } from './line-share.ts';
import {
  recordingBurstOctets,
  recordingOctetsPerSecondMax,
  recordingOctetsPerSecondMin,
  recordingPingEveryMs,
  recordingsWaitMostMs,
} from './limits.ts';

interface Line {
  readonly octetsPerSecond: number;
  readonly wayMs: number;
  readonly forMs: number;
  /** Octets of others that are put on the line at this moment. */
  readonly others?: (atMs: number) => number;
}

/** A line with a queue in front, on which recordings are always waiting; says what got through and what a ping waited. */
function runLine(share: LineShare, { octetsPerSecond, wayMs, forMs, others = () => 0 }: Line, fromMs = 0) {
  let [carried, freeAtMs, askAtMs, backAtMs] = [0, fromMs, fromMs, Infinity];
  const waitsMs: number[] = [];
  const put = (octets: number, atMs: number) =>
    (freeAtMs = Math.max(freeAtMs, atMs) + (octets / octetsPerSecond) * 1_000);
  for (let atMs = fromMs; atMs < fromMs + forMs; atMs++) {
    put(others(atMs), atMs);
    if (backAtMs <= atMs) {
      share.answered(atMs);
      backAtMs = Infinity;
      askAtMs = atMs + recordingPingEveryMs;
    }
    if (askAtMs <= atMs && backAtMs === Infinity) {
      share.asked(atMs);
      waitsMs.push(Math.max(0, freeAtMs - atMs));
      backAtMs = Math.max(freeAtMs, atMs) + wayMs;
    }
    for (let octets = share.pieceOctets; share.take(octets, atMs) === 0; octets = share.pieceOctets) {
      put(octets, atMs);
      carried += octets;
    }
  }
  return { octetsPerSecond: (carried / forMs) * 1_000, waitsMs: waitsMs.toSorted((a, b) => a - b) };
}

test('a thin line is used, and the link waits a moment at most for what is on it', () => {
  const { octetsPerSecond, waitsMs } = runLine(new LineShare(), { octetsPerSecond: 64_000, wayMs: 60, forMs: 60_000 }); // prettier-ignore
  expect(octetsPerSecond).toBeGreaterThan(0.6 * 64_000);
  expect(waitsMs[Math.floor(waitsMs.length / 2)]).toBeLessThan(recordingsWaitMostMs);
  expect(waitsMs[Math.floor(waitsMs.length * 0.99)]).toBeLessThan(3 * recordingsWaitMostMs);
});

test('a wide line is soon used', () => {
  const share = new LineShare();
  runLine(share, { octetsPerSecond: 12_500_000, wayMs: 5, forMs: 2_000 });
  expect(share.octetsPerSecond).toBeGreaterThan(5_000_000);
  expect(share.octetsPerSecond).toBeLessThan(recordingOctetsPerSecondMax);
});

test('where others fill the line little is taken, and never nothing; when they have gone it is taken again', () => {
  const share = new LineShare();
  const line = { octetsPerSecond: 64_000, wayMs: 60 };
  runLine(share, { ...line, forMs: 20_000 });
  const beside = runLine(share, { ...line, forMs: 20_000, others: () => 63 }, 20_000);
  expect(beside.octetsPerSecond).toBeLessThan(2 * recordingOctetsPerSecondMin);
  expect(beside.octetsPerSecond).toBeGreaterThan(0.9 * recordingOctetsPerSecondMin);
  const alone = runLine(share, { ...line, forMs: 60_000 }, 60_000);
  expect(alone.octetsPerSecond).toBeGreaterThan(0.5 * 64_000);
});

test('whoever asks first hears at once; while the link does not answer only the least is taken', () => {
  const share = new LineShare();
  expect(share.take(recordingBurstOctets, 0)).toBe(0);
  expect(share.take(1_400, 0)).toBeGreaterThan(0);
  share.asked(0);
  share.answered(20);
  share.asked(100);
  const waits = (atMs: number) => share.take(recordingBurstOctets, atMs);
  expect(share.take(recordingBurstOctets, 10_000)).toBe(0);
  expect(waits(10_000)).toBe((recordingBurstOctets / recordingOctetsPerSecondMin) * 1_000);
});

test('a longer way is believed after a while, a new line at once', () => {
  const share = new LineShare();
  runLine(share, { octetsPerSecond: 64_000, wayMs: 20, forMs: 10_000 });
  const longer = { octetsPerSecond: 64_000, wayMs: 300 };
  runLine(share, { ...longer, forMs: 60_000 }, 10_000);
  expect(share.octetsPerSecond).toBe(recordingOctetsPerSecondMin);
  runLine(share, { ...longer, forMs: 900_000 }, 70_000);
  expect(share.octetsPerSecond).toBeGreaterThan(2 * recordingOctetsPerSecondMin);
  share.reset();
  const { octetsPerSecond } = runLine(share, { ...longer, forMs: 60_000 }, 1_000_000);
  expect(octetsPerSecond).toBeGreaterThan(0.4 * 64_000);
});
