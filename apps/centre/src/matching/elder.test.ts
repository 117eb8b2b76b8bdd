import { expect, test } from 'vitest';
import { replicaSilentMs } from '../limits.ts';
import { Elder, type ReplicaId } from './elder.ts';

const [first, second, third] = ['1', '2', '3'] as string[] as [ReplicaId, ReplicaId, ReplicaId];

test('a centre of one replica is the matchmaker from the start', () => {
  expect(new Elder(first, { isAlone: true, nowMs: 0 }).isOwn(0)).toBe(true);
});

test('one of several listens first, and gives way to whoever has run longer', () => {
  const elder = new Elder(second, { isAlone: false, nowMs: 0 });
  expect(elder.isOwn(replicaSilentMs - 1)).toBe(false);
  elder.heard(third, 1);
  expect(elder.isOwn(replicaSilentMs)).toBe(true);
  elder.heard(first, replicaSilentMs);
  expect(elder.isOwn(replicaSilentMs)).toBe(false);
});

test('of those before it the last silence counts; one that says goodbye is not waited for', () => {
  const elder = new Elder(third, { isAlone: false, nowMs: 0 });
  elder.heard(first, 1_000);
  elder.heard(second, 2_000);
  expect(elder.isOwn(1_000 + replicaSilentMs)).toBe(false);
  expect(elder.isOwn(2_000 + replicaSilentMs)).toBe(true);
  elder.heard(second, 10_000);
  elder.left(second);
  expect(elder.isOwn(10_000)).toBe(true);
});
