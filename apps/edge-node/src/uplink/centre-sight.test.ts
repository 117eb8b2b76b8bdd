import { expect, test } from 'vitest';
import { CentreSight } from './centre-sight.ts';
import { centreReturnMs } from './limits.ts';

test('away from the start until the first link, and then there at once', () => {
  const sight = new CentreSight(1_000);
  expect(sight.awaySinceMs(5_000)).toBe(1_000);
  sight.up(5_000);
  expect(sight.awaySinceMs(5_000)).toBeNull();
});

test('gone at once, back when it has stayed', () => {
  const sight = new CentreSight(0);
  sight.up(0);
  sight.down(10_000);
  expect(sight.awaySinceMs(10_000)).toBe(10_000);
  expect(sight.backAtMs(10_000)).toBeNull();
  sight.up(20_000);
  expect(sight.backAtMs(20_000)).toBe(20_000 + centreReturnMs);
  expect(sight.awaySinceMs(20_000 + centreReturnMs - 1)).toBe(10_000);
  expect(sight.awaySinceMs(20_000 + centreReturnMs)).toBeNull();
  expect(sight.backAtMs(20_000 + centreReturnMs)).toBeNull();
});

test('a link that flaps a hundred times is one absence, since the first time it went', () => {
  const sight = new CentreSight(0);
  sight.up(0);
  let nowMs = 100_000;
  sight.down(nowMs);
  for (let flap = 0; flap < 100; flap++) {
    sight.up((nowMs += 5_000));
    expect(sight.awaySinceMs((nowMs += centreReturnMs - 1))).toBe(100_000);
    sight.down(nowMs);
  }
  sight.up(nowMs);
  expect(sight.awaySinceMs(nowMs + centreReturnMs)).toBeNull();
});
