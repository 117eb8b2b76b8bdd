import { expect, test } from 'vitest';
import { VirtualClock } from '@seatgrid/testkit/virtual-clock.ts';
import { silentLog } from '../node-log.ts';
import { CallAdmission } from './call-admission.ts';
import { calmBelow, calmLookEveryMs, loadLookEveryMs } from './limits.ts';

const load = { main: 0, mainWaited: 0, media: 0, rtpPorts: 0, descriptors: 0, journal: 0, calls: 100 };

test.each([
  { of: 'a calm node', now: { ...load, main: calmBelow / 2 }, everyMs: calmLookEveryMs },
  { of: 'a busy node', now: { ...load, main: calmBelow }, everyMs: loadLookEveryMs },
  { of: 'a node that takes no calls', now: { ...load, media: 1 }, everyMs: loadLookEveryMs },
])('the load of $of is looked at every $everyMs ms, however many ask', ({ now, everyMs }) => {
  const clock = new VirtualClock(1_700_000_000_000);
  const looks: number[] = [];
  const measure = (nowMs: number) => {
    looks.push(nowMs);
    return now;
  };
  const admission = new CallAdmission({ clock, log: silentLog, measure });
  for (let ms = 0; ms <= 3 * everyMs; ms++) {
    expect(admission.isOpen).toBe(now.media < 1);
    clock.advance(1);
  }
  const [firstMs] = looks;
  expect(looks.map((atMs) => atMs - firstMs!)).toEqual([0, everyMs, 2 * everyMs, 3 * everyMs]);
});
