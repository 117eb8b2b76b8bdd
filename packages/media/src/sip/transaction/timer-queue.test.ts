/** What lingers after its end is forgotten with others of its time; what somebody waits for comes when it should. */
import { expect, test } from 'vitest';
import { VirtualClock } from '@seatgrid/testkit/virtual-clock.ts';
import { sipLingerStepMs } from '../../limits.ts';
import { TimerQueue } from './timer-queue.ts';

test('ends that nobody waits for come together, never early and less than a step late; others at their time', () => {
  const clock = new VirtualClock(1_000_001);
  const timers = new TimerQueue(clock);
  const startMs = clock.nowMs();
  const ended: number[] = [];
  timers.linger(5_000, { terminate: () => ended.push(clock.nowMs()) });
  clock.advance(7);
  timers.linger(5_000, { terminate: () => ended.push(clock.nowMs()) });
  let waited = 0;
  timers.set(5_000, () => (waited = clock.nowMs()));
  clock.advance(6_000);
  expect(waited).toBe(startMs + 7 + 5_000);
  expect(ended).toHaveLength(2);
  expect(ended[0]).toBe(ended[1]);
  expect(ended[0]).toBeGreaterThanOrEqual(startMs + 7 + 5_000);
  expect(ended[0]).toBeLessThan(startMs + 5_000 + sipLingerStepMs);
  expect(timers.size).toBe(0);
});

test('what is cleared away never ends, and what lingers after that does', () => {
  const clock = new VirtualClock(1_000_001);
  const timers = new TimerQueue(clock);
  const ended: string[] = [];
  timers.linger(5_000, { terminate: () => ended.push('before') });
  timers.clear();
  timers.linger(5_000, { terminate: () => ended.push('after') });
  clock.advance(6_000);
  expect(ended).toEqual(['after']);
  expect([timers.size, clock.timersPending]).toEqual([0, 0]);
});
