/** Where the chance of a node comes from: the system's generator, drawn from in blocks. */
import { randomFillSync } from 'node:crypto';
import type { Random } from '@seatgrid/core/kernel/random.ts';

const block = new Uint8Array(8_192);
let used = block.length;

export const systemRandom: Random = {
  bytes(length) {
    if (length > block.length) return randomFillSync(new Uint8Array(length));
    if (used + length > block.length) {
      randomFillSync(block);
      used = 0;
    }
    used += length;
    return block.slice(used - length, used);
  },
};
