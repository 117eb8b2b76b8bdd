/** F-11: what several nodes tell of one class, put together: each call once, in whatever order and however often it is told. */
import { expect, test } from 'vitest';
import type { NodeId } from '../kernel/ids.ts';
import { ServiceEverywhere } from './service-everywhere.ts';

const [A, B] = ['A', 'B'] as readonly string[] as readonly [NodeId, NodeId];
const target = { percent: 95, withinMs: 20_000 };

function scene() {
  const all = new ServiceEverywhere();
  const totals = new Map<NodeId, { calls: number; inTime: number }>();
  return {
    all,
    /** A node that has served so many more; it judges itself by `lately`. */
    serves(nodeId: NodeId, calls: number, inTime: number, lately = { calls, inTime }): boolean {
      const before = totals.get(nodeId) ?? { calls: 0, inTime: 0 };
      const total = { calls: before.calls + calls, inTime: before.inTime + inTime };
      totals.set(nodeId, total);
      return all.note(nodeId, [{ ...target, ...lately, total }]);
    },
    seen: () => [...all.figures()].map(({ calls, inTime }) => `${inTime} of ${calls}`),
  };
}

test('what is new of a node is added, and what is told again is not', () => {
  const { all, serves, seen } = scene();
  expect(serves(A, 0, 0)).toBe(true);
  expect(seen()).toEqual([]);
  serves(B, 0, 0);
  serves(A, 4, 3);
  expect(serves(B, 2, 0)).toBe(true);
  expect(serves(B, 0, 0)).toBe(false);
  expect(seen()).toEqual(['3 of 6']);
  expect([...all.figures()][0]).toEqual({ ...target, calls: 6, inTime: 3 });
});

test('the last hundred calls of all nodes count, so a node that served long ago counts less and less', () => {
  const { serves, seen } = scene();
  for (const node of [A, B]) serves(node, 0, 0);
  serves(A, 100, 0);
  expect(seen()).toEqual(['0 of 100']);
  for (let one = 0; one < 60; one++) serves(B, 1, 1);
  expect(seen()).toEqual(['60 of 100']);
});

test('nodes heard for the first time come in by what each knows: as much as each has of all', () => {
  const { serves, seen } = scene();
  serves(A, 100, 100);
  serves(B, 100, 50);
  expect(seen()).toEqual(['75 of 100']);
});

test('another replica begins where the one before it stopped, though a node has served thousands', () => {
  const { serves, seen } = scene();
  for (const node of [A, B]) serves(node, 5_000, 1_000, { calls: 100, inTime: 60 });
  expect(seen()).toEqual(['60 of 100']);
});

test('a node that begins to count anew takes nothing away', () => {
  const { all, serves, seen } = scene();
  serves(A, 0, 0);
  serves(B, 0, 0);
  serves(A, 50, 50);
  serves(B, 10, 0);
  all.gone(B);
  all.note(B, [{ ...target, calls: 0, inTime: 0, total: { calls: 0, inTime: 0 } }]);
  expect(seen()).toEqual(['50 of 60']);
  expect(all.isToldBy(B)).toBe(true);
});
