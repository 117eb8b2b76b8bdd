import { expect, test } from 'vitest';
import type { Happening } from './call-phases.ts';
import { waitsThatCame } from './waits-that-came.ts';

const happened = (sequence: number, facts: object) =>
  ({ sequence, atMs: sequence * 1_000, facts }) as unknown as Happening;
const announced = { kind: 'wait.announced', expectedMs: 5_000, saidMinutes: 0 };

test('each announcement is told beside the wait that came of it; who gave up or was led elsewhere never came to know', () => {
  const timeline = [
    happened(1, announced),
    happened(4, announced),
    happened(9, { kind: 'queue.left', cause: 'agent' }),
    happened(12, announced),
    happened(20, { kind: 'queue.left', cause: 'abandoned' }),
  ];
  expect([...waitsThatCame(timeline)]).toEqual([
    [1, 8_000],
    [4, 5_000],
  ]);
});
