/** F-25: what several nodes tell of the pace of one queue, put together: each call once, in whatever order and however often it is told. */
import { expect, test } from 'vitest';
import { queueNamed } from '@seatgrid/testkit/routing-scene.ts';
import type { NodeId } from '../kernel/ids.ts';
import { arrivalsMemoryMs, queueCallsRemembered } from '../routing/limits.ts';
import { QueuePace } from '../routing/queue-pace.ts';
import { PaceEverywhere } from './pace-everywhere.ts';

const [A, B, C] = ['A', 'B', 'C'] as readonly string[] as readonly [NodeId, NodeId, NodeId];
const queueId = queueNamed('q');

class Scene {
  all = new PaceEverywhere();
  nowMs = 0;
  readonly #paces = new Map<NodeId, QueuePace>();

  pace(nodeId: NodeId): QueuePace {
    const pace = this.#paces.get(nodeId) ?? new QueuePace();
    this.#paces.set(nodeId, pace);
    return pace;
  }

  /** Each call took so long. */
  serves(nodeId: NodeId, calls: number, handleMs: number): void {
    for (let call = 0; call < calls; call++) this.pace(nodeId).handled(handleMs);
  }

  tells(...nodeIds: NodeId[]): void {
    for (const nodeId of nodeIds)
      this.all.note(nodeId, [this.pace(nodeId).served(queueId, this.nowMs)], this.nowMs);
  }

  told(nodeId: NodeId) {
    return [...this.all.toldTo(nodeId, this.nowMs)][0];
  }

  /** It hears what it is told. */
  hears(nodeId: NodeId): void {
    const { queueId: _, ...told } = this.told(nodeId)!.fact;
    this.pace(nodeId).told(told, this.nowMs);
  }
}

test('what is new of a node is added, and what is told again is not', () => {
  const scene = new Scene();
  scene.tells(A, B);
  scene.serves(A, 10, 100_000);
  scene.tells(A);
  scene.serves(B, 10, 200_000);
  scene.tells(B, A);
  const { fact, version } = scene.told(A)!;
  expect(fact).toMatchObject({ queueId, handled: 20 });
  // Those who were told later count a little more.
  expect(fact.handledMs / fact.handled / 150_000).toBeCloseTo(1, 1);
  scene.tells(A, B);
  expect(scene.told(A)).toEqual({ fact, version });
});

test('a node that serves few goes by the pace of all, and its own calls displace it where nobody tells any more', () => {
  const scene = new Scene();
  scene.tells(A, B);
  scene.serves(A, 300, 240_000);
  scene.tells(A);
  const small = scene.pace(B);
  expect(small.window.handleMs).toBeNull();
  scene.hears(B);
  expect(small.window.handleMs).toBeCloseTo(240_000);
  small.toldNoMore();
  scene.serves(B, 50, 60_000);
  expect(small.window.handleMs!).toBeGreaterThan(150_000);
  scene.serves(B, 5 * queueCallsRemembered, 60_000);
  expect(small.window.handleMs! / 60_000).toBeCloseTo(1, 1);
});

test('another replica begins where the one before it stopped, though the nodes have served thousands', () => {
  const scene = new Scene();
  scene.tells(A, B);
  scene.serves(A, 3_000, 100_000);
  scene.serves(B, 1_000, 300_000);
  scene.tells(A, B);
  scene.hears(A);
  scene.hears(B);
  const before = scene.pace(A).window.handleMs!;
  scene.all = new PaceEverywhere();
  scene.tells(A, B);
  scene.hears(A);
  expect(scene.pace(A).window.handleMs! / before).toBeCloseTo(1, 3);
});

test('a node that begins to count anew brings what it kept, and takes nothing away', () => {
  const scene = new Scene();
  scene.tells(A, B);
  scene.serves(A, 100, 100_000);
  scene.tells(A);
  const counts = { waited: 0, waitedMs: 0, gaveUp: 0 };
  const lately = { ...counts, handled: 100, handledMs: 20_000_000 };
  const total = { ...counts, handled: 0, handledMs: 0 };
  scene.all.gone(A);
  scene.all.note(A, [{ queueId, lately, total, arrivalsPerHour: 0 }], 0);
  const { fact } = scene.told(B)!;
  expect(fact.handled).toBe(200);
  expect(fact.handledMs / fact.handled / 150_000).toBeCloseTo(1, 1);
});

test('callers give up at the pace of those of all nodes', () => {
  const scene = new Scene();
  scene.tells(A, B);
  for (let call = 0; call < 20; call++) scene.pace(A).waited(100_000, call % 2 === 0);
  scene.tells(A);
  scene.hears(B);
  expect(scene.pace(B).window.givingUpPerMs).toBeCloseTo(scene.pace(A).window.givingUpPerMs, 7);
  expect(scene.pace(B).window.givingUpPerMs * 200_000).toBeCloseTo(1, 0);
});

test('callers who come are those of each node and of the others, once, and forgotten where nobody comes or the node is gone', () => {
  const scene = new Scene();
  for (let minute = 0; minute < 120; minute++) {
    scene.nowMs = minute * 60_000;
    for (const nodeId of [A, B, B, C, C, C]) scene.pace(nodeId).arrived(scene.nowMs);
    scene.tells(A, B, C);
  }
  scene.hears(A);
  const perHour = (nodeId: NodeId) => scene.pace(nodeId).arrivalsPerMs(scene.nowMs) * 3_600_000;
  expect(perHour(A) / 360).toBeCloseTo(1, 1);
  expect((scene.pace(A).elsewherePerMs(scene.nowMs) * 3_600_000) / 300).toBeCloseTo(1, 1);
  const { version } = scene.told(A)!;
  scene.nowMs += 3 * arrivalsMemoryMs;
  // It fades by itself, at the node as here: nothing to tell.
  expect(scene.told(A)!.version).toBe(version);
  expect(perHour(A)).toBeLessThan(30);
  scene.all.gone(C);
  expect(scene.told(A)!.version).not.toBe(version);
  scene.all.gone(B);
  expect(scene.told(A)).toBeUndefined();
});
