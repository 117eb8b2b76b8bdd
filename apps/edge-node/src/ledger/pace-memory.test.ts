/** F-25: what a node knows of the pace of its queues is known after a restart, but for what was not written yet. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { TenantId } from '@seatgrid/core/kernel/ids.ts';
import { ServicePace } from '@seatgrid/core/routing/service-pace.ts';
import { agentNamed, queueNamed } from '@seatgrid/testkit/routing-scene.ts';
import { VirtualClock } from '@seatgrid/testkit/virtual-clock.ts';
import { paceWriteMs } from './limits.ts';
import { PaceMemory } from './pace-memory.ts';

const tenantId = 'acme' as TenantId;
const [agent, queue] = [agentNamed('a'), queueNamed('q')];
const clock = new VirtualClock();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'seatgrid-pace-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const open = () => new PaceMemory({ path: join(folder, 'pace.sqlite'), clock });

function served(pace: ServicePace, times: number): void {
  for (let time = 0; time < times; time++) {
    pace.taken(agent, queue, 0);
    pace.free(agent, 90_000);
    pace.waitEnded(queue, 30_000, time % 3 === 0);
    pace.wasEstimated(queue, 1, 2);
  }
}

test('after a restart a wait is reckoned as before, without a call served since', () => {
  const before = new ServicePace();
  served(before, 12);
  const memory = open();
  expect(memory.recall(tenantId)).toBeUndefined();
  memory.changed(tenantId, before);
  memory.close();

  const again = open();
  const after = new ServicePace(again.recall(tenantId));
  expect(after.handleMs(agent, queue)).toBeCloseTo(90_000);
  expect(after.handleMs(agentNamed('another'), queue)).toBeCloseTo(90_000);
  expect(after.givingUpPerMs(queue)).toBeCloseTo(before.givingUpPerMs(queue), 7);
  expect(after.correction(queue)).toBe(before.correction(queue));
  expect(after.correction(queue)).toBeGreaterThan(1);
  again.close();
});

test('it is written by itself after a while, as it is then', () => {
  const memory = open();
  const pace = new ServicePace();
  served(pace, 1);
  memory.changed(tenantId, pace);
  served(pace, 4);
  expect(memory.recall(tenantId)).toBeUndefined();
  clock.advance(paceWriteMs);
  expect(memory.recall(tenantId)!.queues).toMatchObject([{ queueId: queue, handled: 5, waited: 5 }]);
  memory.close();
});
