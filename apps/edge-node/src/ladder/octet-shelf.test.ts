import { expect, test } from 'vitest';
import { ladderBlockOctets } from '../limits.ts';
import { OctetShelf } from './octet-shelf.ts';

test('messages stand side by side and untouched, a long one by itself', () => {
  const shelf = new OctetShelf();
  const lengths = [1, 700, ladderBlockOctets - 701, 300, 3 * ladderBlockOctets, 500];
  const kept = lengths.map((length, index) => {
    const octets = Buffer.alloc(length, index + 1);
    shelf.put(octets);
    octets.fill(0);
    return { block: shelf.block, from: shelf.filled - length, to: shelf.filled };
  });
  const read = kept.map(({ block, from, to }) => block.subarray(from, to));
  expect(read.map((octets) => [octets.length, new Set(octets)])).toEqual(
    lengths.map((length, index) => [length, new Set([index + 1])]),
  );
  expect(new Set(kept.map(({ block }) => block)).size).toBe(4);
});
