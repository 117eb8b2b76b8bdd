import { expect, test } from 'vitest';
import { EventWindow } from './event-window.ts';
import { eventsInFlightMax, eventsInFlightMin, eventsWaitMostMs } from './limits.ts';

/** A line that takes so many events a second, one after another, and answers after its way there and back. */
function runLine(
  window: EventWindow,
  { eventsPerSecond, wayMs, forMs }: { eventsPerSecond: number; wayMs: number; forMs: number },
): { readonly told: number; readonly waitsMs: number[] } {
  const inFlight: { sequence: number; sentAtMs: number; backAtMs: number }[] = [];
  const waitsMs: number[] = [];
  let [sequence, acknowledged, freeAtMs] = [0, 0, 0];
  for (let nowMs = 0; nowMs < forMs; nowMs++) {
    while (inFlight[0] && inFlight[0].backAtMs <= nowMs) {
      const { sequence: last, sentAtMs } = inFlight.shift()!;
      acknowledged = last;
      window.acknowledged(last, nowMs);
      waitsMs.push(nowMs - sentAtMs - wayMs);
    }
    while (sequence - acknowledged < window.events) {
      const events = Math.min(window.eventsPerMessage, window.events - (sequence - acknowledged));
      sequence += events;
      window.sent({ sequence, events, sentAtMs: nowMs });
      freeAtMs = Math.max(freeAtMs, nowMs) + (events / eventsPerSecond) * 1_000;
      inFlight.push({ sequence, sentAtMs: nowMs, backAtMs: freeAtMs + wayMs });
    }
  }
  return { told: acknowledged, waitsMs };
}

test('a thin line is used whole, and nothing waits long behind what was sent', () => {
  const window = new EventWindow();
  const { told, waitsMs } = runLine(window, { eventsPerSecond: 800, wayMs: 300, forMs: 60_000 });
  expect(told).toBeGreaterThan(0.8 * 800 * 60);
  const sorted = waitsMs.toSorted((a, b) => a - b);
  expect(sorted[Math.floor(sorted.length * 0.99)]).toBeLessThan(1.5 * eventsWaitMostMs);
});

test('a wide line is soon filled to the limit', () => {
  const window = new EventWindow();
  runLine(window, { eventsPerSecond: 100_000, wayMs: 20, forMs: 2_000 });
  expect(window.events).toBe(eventsInFlightMax);
});

test('a line that becomes thin is yielded to at once, once for each time around; a new line is learnt anew', () => {
  const window = new EventWindow();
  runLine(window, { eventsPerSecond: 100_000, wayMs: 20, forMs: 2_000 });
  window.forget();
  for (const sequence of [1, 2, 3]) window.sent({ sequence, events: 1, sentAtMs: 10_000 });
  window.acknowledged(2, 10_500);
  expect(window.events).toBe(eventsInFlightMax / 2);
  window.acknowledged(3, 10_501);
  expect(window.events).toBe(eventsInFlightMax / 2);
  window.reset();
  expect([window.events, window.eventsPerMessage]).toEqual([eventsInFlightMin, eventsInFlightMin / 4]);
});
