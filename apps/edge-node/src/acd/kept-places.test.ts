import { expect, test } from 'vitest';
import { keptPlaceMs } from '@seatgrid/contracts/link/link-messages.ts';
import { createIdSource } from '@seatgrid/core/kernel/ids.ts';
import { createSeededRandom } from '@seatgrid/testkit/seeded-random.ts';
import { VirtualClock } from '@seatgrid/testkit/virtual-clock.ts';
import { nodesLostMax } from '../limits.ts';
import { KeptPlaces } from './kept-places.ts';

const clock = new VirtualClock();
const ids = createIdSource(clock, createSeededRandom(1));
const caller = { tenantId: ids.next<'tenant'>(), queueId: ids.next<'queue'>(), number: '13800138000' };

test('the old place is given to the same number in the same queue, once', () => {
  const places = new KeptPlaces(clock);
  const sinceMs = clock.nowMs() - 90_000;
  places.keep(ids.next<'node'>(), [{ ...caller, sinceMs }]);
  expect(places.take({ ...caller, number: '13800138001' })).toBeUndefined();
  expect(places.take({ ...caller, queueId: ids.next<'queue'>() })).toBeUndefined();
  expect(places.take({ ...caller, tenantId: ids.next<'tenant'>() })).toBeUndefined();
  expect(places.take(caller)).toBe(sinceMs);
  expect(places.take(caller)).toBeUndefined();
});

test('a node that is heard again keeps its callers itself', () => {
  const places = new KeptPlaces(clock);
  const nodeId = ids.next<'node'>();
  places.keep(nodeId, [{ ...caller, sinceMs: 1 }]);
  places.keep(nodeId, []);
  expect(places.take(caller)).toBeUndefined();
});

test('a place is kept for so long, and those of so many nodes', () => {
  const places = new KeptPlaces(clock);
  const first = { ...caller, sinceMs: clock.nowMs() };
  places.keep(ids.next<'node'>(), [first]);
  clock.advance(keptPlaceMs - 1);
  expect(places.take(caller)).toBe(first.sinceMs);
  places.keep(ids.next<'node'>(), [first]);
  clock.advance(keptPlaceMs);
  expect(places.take(caller)).toBeUndefined();

  places.keep(ids.next<'node'>(), [first]);
  for (let index = 0; index < nodesLostMax; index++)
    places.keep(ids.next<'node'>(), [{ ...caller, number: `1${index}`, sinceMs: 1 }]);
  expect(places.take(caller)).toBeUndefined();
});

test('nobody waits since tomorrow, whatever the clock of the lost node said', () => {
  const places = new KeptPlaces(clock);
  places.keep(ids.next<'node'>(), [{ ...caller, sinceMs: clock.nowMs() + 60_000 }]);
  expect(places.take(caller)).toBe(clock.nowMs());
});
