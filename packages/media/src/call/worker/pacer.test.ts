import { expect, test } from 'vitest';
import { VirtualClock } from '@seatgrid/core/kernel/virtual-clock.ts';
import { Pacer, slotsPerFrame } from './pacer.ts';

/** Timers as they are: of whole milliseconds, and up to one of them early, as theirs began at the last whole one. */
function roughClock() {
  const virtual = new VirtualClock(1_000.3);
  let wakings = 0;
  return {
    virtual,
    wakings: () => wakings,
    clock: {
      nowMs: () => virtual.nowMs(),
      after(delayMs: number, wake: () => void) {
        const beganMs = Math.floor(virtual.nowMs());
        return virtual.after(beganMs + Math.trunc(delayMs) - virtual.nowMs(), () => {
          wakings += 1;
          wake();
        });
      },
    },
  };
}

test('each slot is served once a frame for an hour, by one waking each, however rough the timers', () => {
  const { virtual, clock, wakings } = roughClock();
  const served = Array.from({ length: slotsPerFrame }, () => 0);
  let rounds = 0;
  const pacer = new Pacer(
    clock,
    (slot) => (served[slot]! += 1),
    () => (rounds += 1),
  );
  pacer.start();
  const frames = 180_000;
  virtual.advance(frames * 20);
  for (const count of served) expect(Math.abs(count - frames)).toBeLessThanOrEqual(1);
  expect(rounds).toBe(wakings());
  expect(wakings()).toBeLessThanOrEqual(frames * slotsPerFrame + 1);
  pacer.stop();
  expect(pacer.isRunning).toBe(false);
  virtual.advance(1_000);
  expect(rounds).toBe(wakings());
});

test('whoever stops it amid a frame is served no more, and told of that waking', () => {
  const { virtual, clock } = roughClock();
  const done: string[] = [];
  const pacer = new Pacer(
    clock,
    (slot) => {
      done.push(`slot ${slot}`);
      if (slot === 1) pacer.stop();
    },
    () => done.push('served'),
  );
  pacer.start();
  virtual.advance(100);
  expect(done).toEqual(['slot 0', 'served', 'slot 1', 'served']);
});

test('stopped and started again amid a waking it wakes as often as before', () => {
  const { virtual, clock, wakings } = roughClock();
  let isFirst = true;
  const pacer = new Pacer(clock, () => {
    if (!isFirst) return;
    isFirst = false;
    pacer.stop();
    pacer.start();
  });
  pacer.start();
  virtual.advance(1_000);
  expect(wakings()).toBeGreaterThan(190);
  expect(wakings()).toBeLessThanOrEqual((1_000 / 20) * slotsPerFrame + 1);
  pacer.stop();
});
