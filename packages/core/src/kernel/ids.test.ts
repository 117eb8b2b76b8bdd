import { expect, test } from 'vitest';
import { createIdSource, isUuid } from './ids.ts';

const random = { bytes: (length: number) => new Uint8Array(length).fill(0xff) };

test('ids are UUIDv7 and strictly increase within a millisecond and across a clock that stands still or steps back', () => {
  let nowMs = 1_700_000_000_000;
  const ids = createIdSource({ nowMs: () => nowMs, after: () => () => {} }, random);
  const made: string[] = [];
  for (let index = 0; index < 10_000; index++) {
    if (index === 5_000) nowMs -= 60_000;
    made.push(ids.next());
  }
  expect(made.every(isUuid)).toBe(true);
  expect(made.every((id) => id[14] === '7' && '89ab'.includes(id[19]!))).toBe(true);
  expect([...made].sort()).toEqual(made);
  expect(new Set(made).size).toBe(made.length);
});
