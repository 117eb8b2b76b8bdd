import type { Random } from '@seatgrid/core/kernel/random.ts';

/** The browser's real chance: the only place of the portals that takes any. */
export const browserRandom: Random = {
  bytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
};
