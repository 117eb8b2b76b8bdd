import { expect, test } from 'vitest';
import { placeApart } from './place-apart.ts';

const box = { gap: 14, top: 12, bottom: 178 };

test('labels that are far enough apart stay where they belong', () => {
  expect(placeApart([150, 20, 90], box)).toEqual([150, 20, 90]);
});

test('of labels at one place the later goes below, and at the bottom the earlier goes above', () => {
  expect(placeApart([90, 90, 100], box)).toEqual([90, 104, 118]);
  expect(placeApart([178, 178, 170], box)).toEqual([164, 178, 150]);
});
