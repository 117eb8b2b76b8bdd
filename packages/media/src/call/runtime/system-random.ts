/** The one place of the media package where chance comes from. */
import { randomFillSync } from 'node:crypto';
import type { Random } from '@seatgrid/core/kernel/random.ts';

export const systemRandom: Random = { bytes: (length) => randomFillSync(new Uint8Array(length)) };
