import { randomBytes } from 'node:crypto';
import type { Random } from '@seatgrid/core/kernel/random.ts';

/** Real chance: two phones that run at once must not choose the same tags. */
export const systemRandom: Random = { bytes: (length) => new Uint8Array(randomBytes(length)) };
