import { expect, test } from 'vitest';
import { peaksOf } from './peaks.ts';

test('keeps the loudest of each slice whatever its sign', () => {
  expect([...peaksOf(Float32Array.of(0, 0.25, -0.5, 0, 1, -0.75), 3)]).toEqual([0.25, 0.5, 1]);
});

test('draws silence where there are fewer samples than slices', () => {
  expect([...peaksOf(Float32Array.of(), 2)]).toEqual([0, 0]);
});
