import { expect, test } from 'vitest';
import type { WebButton } from '@seatgrid/core/numbers/web-button.ts';
import { visitorCallsAtOnceMax, visitorCallsPerMinuteMax, visitorPagesPerMinuteMax } from './limits.ts';
import { hostOf, VisitorGate } from './visitor-gate.ts';

const button = (over: Partial<WebButton> = {}) =>
  ({ id: 'b', callsAtOnceMax: 100, callsPerMinuteMax: 100, ...over }) as WebButton;
const minuteMs = 60_000;

test('an address loads so many pages in a minute, and again in the next; another address is not concerned', () => {
  const gate = new VisitorGate();
  const loads = (address: string, nowMs: number) =>
    Array.from({ length: visitorPagesPerMinuteMax + 5 }, () => gate.mayLoad(address, nowMs)).filter(Boolean);
  expect(loads('192.0.2.7', 0)).toHaveLength(visitorPagesPerMinuteMax);
  expect(loads('192.0.2.8', 0)).toHaveLength(visitorPagesPerMinuteMax);
  expect(gate.mayLoad('192.0.2.7', minuteMs - 1)).toBe(false);
  expect(gate.mayLoad('192.0.2.7', minuteMs)).toBe(true);
});

test('an address has so many calls at once; one that is over makes room for one, however often it is told', () => {
  const gate = new VisitorGate();
  const running = Array.from({ length: visitorCallsAtOnceMax }, () => gate.begin('192.0.2.7', button(), 0));
  expect(running.every((one) => one !== null)).toBe(true);
  expect(gate.begin('192.0.2.7', button(), 0)).toBeNull();
  expect(gate.begin('192.0.2.8', button(), 0)).not.toBeNull();
  running[0]!();
  running[0]!();
  expect(gate.begin('192.0.2.7', button(), 0)).not.toBeNull();
  expect(gate.begin('192.0.2.7', button(), 0)).toBeNull();
});

test('an address makes so many calls in a minute, and does not use up the button’s measure beyond it', () => {
  const gate = new VisitorGate();
  const once = (address: string, of: WebButton) => {
    const end = gate.begin(address, of, 0);
    end?.();
    return end !== null;
  };
  const narrow = button({ callsPerMinuteMax: visitorCallsPerMinuteMax + 1 });
  const made = Array.from({ length: 30 }, () => once('192.0.2.7', narrow)).filter(Boolean);
  expect(made).toHaveLength(visitorCallsPerMinuteMax);
  expect(once('192.0.2.8', narrow)).toBe(true);
  expect(once('192.0.2.9', narrow)).toBe(false);
  expect(once('192.0.2.9', button({ id: 'other' as never }))).toBe(true);
});

test('a button has so many calls at once, wherever they come from', () => {
  const gate = new VisitorGate();
  const single = button({ callsAtOnceMax: 1 });
  const end = gate.begin('192.0.2.7', single, 0);
  expect(gate.begin('192.0.2.8', single, 0)).toBeNull();
  end!();
  expect(gate.begin('192.0.2.8', single, 0)).not.toBeNull();
});

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2::9', '20010db800010002'],
  ['2001:db8:1:2:3:4:5:6', '20010db800010002'],
  ['::1', '0000000000000000'],
])('%s counts as %s', (address, host) => {
  expect(hostOf(address)).toBe(host);
});
