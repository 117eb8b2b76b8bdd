import { randomBytes } from 'node:crypto';
import type { Random } from '@seatgrid/core/kernel/random.ts';

/** The only place in this process where chance comes from. */
export const realRandom: Random = { bytes: (length) => new Uint8Array(randomBytes(length)) };
