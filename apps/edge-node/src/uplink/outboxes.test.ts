import { expect, test } from 'vitest';
import type { Floor } from '@seatgrid/contracts/realtime/floor.ts';
import type { TenantId } from '@seatgrid/core/kernel/ids.ts';
import { EventOutbox } from './event-outbox.ts';
import { FloorOutbox } from './floor-outbox.ts';
import * as limits from './limits.ts';

test('events go in order from the centre’s word on, in limited messages, and stop at the limit in flight', () => {
  const outbox = new EventOutbox(5_000);
  expect(outbox.next(0)).toBeNull();
  outbox.up(1_000, 0);
  let at = 1_000;
  const eventsMax = limits.eventsInFlightMin / 4;
  for (let part = outbox.next(0); part; part = outbox.next(0)) {
    expect(part).toEqual({ after: at, eventsMax });
    outbox.sent((at += part.eventsMax), 0);
  }
  expect(at).toBe(1_000 + limits.eventsInFlightMin);
  // Quickly acknowledged, the way becomes wider by half of what was.
  outbox.acknowledged(1_000 + eventsMax, 10);
  const room = eventsMax + Math.floor(eventsMax / 2);
  const part = outbox.next(10)!;
  outbox.sent(part.after + part.eventsMax, 10);
  expect([part.after, part.eventsMax + outbox.next(10)!.eventsMax]).toEqual([1_100, room]);
});

test('new events gather a moment, a full message does not wait', () => {
  const outbox = new EventOutbox(0);
  outbox.up(0, 0);
  expect(outbox.next(0)).toBeNull();
  outbox.committed(3, 1_000);
  expect([outbox.next(1_000), outbox.wakeAtMs]).toEqual([null, 1_000 + limits.eventsGatherMs]);
  outbox.committed(5, 1_050);
  expect(outbox.next(1_100)).toEqual({ after: 0, eventsMax: 5 });
  outbox.sent(5, 1_100);
  expect(outbox.next(1_100)).toBeNull();
  outbox.committed(5 + limits.eventsInFlightMin / 4, 1_101);
  expect(outbox.next(1_101)).toEqual({ after: 5, eventsMax: limits.eventsInFlightMin / 4 });
});

test('without acknowledgement the same is told again; after a loss of the link from what the centre has', () => {
  const outbox = new EventOutbox(10);
  outbox.up(0, 0);
  outbox.sent(outbox.next(0)!.eventsMax, 0);
  expect(outbox.next(limits.acknowledgeMaxMs - 1)).toBeNull();
  expect(outbox.wakeAtMs).toBe(limits.acknowledgeMaxMs);
  expect(outbox.next(limits.acknowledgeMaxMs)).toEqual({ after: 0, eventsMax: 10 });
  outbox.sent(10, limits.acknowledgeMaxMs);
  outbox.down();
  outbox.committed(12, 20_000);
  expect([outbox.next(20_000), outbox.wakeAtMs]).toEqual([null, null]);
  outbox.up(4, 30_000);
  expect(outbox.next(30_000)).toEqual({ after: 4, eventsMax: 8 });
});

const [a, b] = ['a', 'b'] as unknown as [TenantId, TenantId];
const floorAt = (atMs: number): Floor => ({ atMs, queues: [], agents: [], calls: [], notices: [] });

test('only the newest floor of a tenant goes, tenants take turns, one at a time on the line', () => {
  const outbox = new FloorOutbox();
  outbox.up(0);
  for (const atMs of [1, 2, 3]) for (const tenant of [a, b]) outbox.put(tenant, () => floorAt(atMs));
  expect(outbox.next(0)).toEqual({ tenantId: a, floor: floorAt(3) });
  outbox.put(a, () => floorAt(4));
  expect(outbox.next(0)).toBeNull();
  outbox.left(100, 0);
  expect(outbox.next(0)).toEqual({ tenantId: b, floor: floorAt(3) });
  outbox.left(100, 0);
  expect(outbox.next(0)).toEqual({ tenantId: a, floor: floorAt(4) });
  outbox.left(100, 0);
  expect([outbox.next(0), outbox.wakeAtMs]).toEqual([null, null]);
});

test('floors keep to their share of the line: big ones come more seldom', () => {
  const outbox = new FloorOutbox();
  outbox.up(0);
  let octets = 0;
  const minuteMs = 60_000;
  for (let nowMs = 0; nowMs < minuteMs; nowMs += 100) {
    outbox.put(a, () => floorAt(nowMs));
    if (outbox.next(nowMs) === null) continue;
    octets += 5_000;
    outbox.left(5_000, nowMs);
  }
  const perSecond = octets / (minuteMs / 1_000);
  expect(perSecond).toBeGreaterThan(0.9 * limits.floorOctetsPerSecondMax);
  expect(perSecond).toBeLessThan(1.2 * limits.floorOctetsPerSecondMax);
});
