import { expect, test } from 'vitest';
import { latchHoldMs } from '../../limits.ts';
import { SymmetricLatch } from './symmetric-latch.ts';

const phone = '192.0.2.7';
const nat = '198.51.100.9';

function latchOn(port: number, believed = [phone]): SymmetricLatch {
  const latch = new SymmetricLatch();
  latch.signal({ address: phone, port, believed, nowMs: 0 });
  return latch;
}

/** As a transport does with a sound packet: true when it is the leg's. */
function hear(latch: SymmetricLatch, address: string, port: number, nowMs: number): boolean {
  if (latch.holds(address, port, nowMs) || latch.isFormer(address, port, nowMs)) return true;
  if (!latch.couldTake(address, port, nowMs)) return false;
  latch.take(address, port, nowMs);
  return true;
}

test('the first packet from a believed address tells the true port, and no other address does', () => {
  const latch = latchOn(4_000, [phone, nat]);
  expect(hear(latch, '203.0.113.1', 4_000, 1)).toBe(false);
  expect([latch.address, latch.port]).toEqual([phone, 4_000]);
  expect(hear(latch, nat, 61_000, 2)).toBe(true);
  expect([latch.address, latch.port]).toEqual([nat, 61_000]);
});

test('another port is believed only after the old one has been quiet, the signalled one at once', () => {
  const latch = latchOn(4_000);
  expect(hear(latch, phone, 5_000, 0)).toBe(true);
  expect(hear(latch, phone, 5_002, latchHoldMs - 1)).toBe(false);
  expect(hear(latch, phone, 5_002, latchHoldMs)).toBe(true);
  expect(hear(latch, phone, 4_000, latchHoldMs + 1)).toBe(true);
  expect(latch.port).toBe(4_000);
});

test('who moves is heard from the old place a while, and sent to the new one from the start', () => {
  const latch = latchOn(4_000);
  hear(latch, phone, 4_000, 0);
  latch.signal({ address: phone, port: 4_100, believed: [phone], nowMs: 100 });
  expect(hear(latch, phone, 4_000, 120)).toBe(true);
  expect(latch.port).toBe(4_100);
  expect(hear(latch, phone, 4_100, 140)).toBe(true);
  expect(hear(latch, phone, 4_000, 160)).toBe(false);
  expect(latch.port).toBe(4_100);
});

test('who only said so, and stayed behind its NAT, is found again', () => {
  const latch = latchOn(4_000, [phone, nat]);
  hear(latch, nat, 61_000, 0);
  latch.signal({ address: phone, port: 4_100, believed: [phone, nat], nowMs: 100 });
  expect(hear(latch, nat, 61_000, 200)).toBe(true);
  expect(latch.address).toBe(phone);
  expect(hear(latch, nat, 61_000, 100 + latchHoldMs)).toBe(true);
  expect([latch.address, latch.port]).toEqual([nat, 61_000]);
});

test('the same description again changes nothing', () => {
  const latch = latchOn(4_000, [phone, nat]);
  hear(latch, nat, 61_000, 0);
  latch.signal({ address: phone, port: 4_000, believed: [phone, nat], nowMs: 50 });
  expect([latch.address, latch.port, latch.isTaken]).toEqual([nat, 61_000, true]);
});
