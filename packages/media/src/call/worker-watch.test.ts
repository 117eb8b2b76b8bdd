import { expect, test } from 'vitest';
import { workerIdleSecondsMax, workerSilentSecondsMax } from '../limits.ts';
import { WorkerWatch } from './worker-watch.ts';

test('a worker that is busy with calls, or at rest without any, is well', () => {
  const watch = new WorkerWatch();
  for (let second = 0; second < 10 * workerIdleSecondsMax; second++) {
    expect(watch.onSecond()).toBeUndefined();
    expect(watch.onLoad(1, 40)).toBeUndefined();
    expect(watch.onLoad(0.02, 0)).toBeUndefined();
  }
});

test('one that is busy without a call is ended after so many seconds on end, not after a busy moment', () => {
  const watch = new WorkerWatch();
  const busy = (seconds: number) => Array.from({ length: seconds }, () => watch.onLoad(0.86, 0));
  expect(busy(workerIdleSecondsMax - 1).every((cause) => cause === undefined)).toBe(true);
  expect(watch.onLoad(0.01, 0)).toBeUndefined();
  expect(busy(workerIdleSecondsMax - 1).every((cause) => cause === undefined)).toBe(true);
  expect(watch.onLoad(0.86, 0)).toBe(`it was busy for ${workerIdleSecondsMax} s without a call`);
});

test('one that says nothing is ended after so many seconds of the node', () => {
  const watch = new WorkerWatch();
  const wait = (seconds: number) => Array.from({ length: seconds }, () => watch.onSecond());
  expect(wait(workerSilentSecondsMax - 1).every((cause) => cause === undefined)).toBe(true);
  watch.onLoad(0, 0);
  expect(wait(workerSilentSecondsMax - 1).every((cause) => cause === undefined)).toBe(true);
  expect(watch.onSecond()).toBe(`it said nothing for ${workerSilentSecondsMax} s`);
});
