/** Tags, branches and Call-IDs: 64 bits of chance each (RFC 3261 §19.3 asks for 32), drawn many at a time. */
import type { Random } from '@seatgrid/core/kernel/random.ts';

const tokenChars = 16;
const drawBytes = 2_048;

export interface TokenSource {
  next(): string;
}

/** Whether a tag can be one of ours, of this life or an earlier one, at this node or another. */
export function isOwnToken(text: string): boolean {
  return text.length === tokenChars && /^[0-9a-f]+$/.test(text);
}

export function createTokenSource(random: Random): TokenSource {
  let pool = '';
  let at = 0;
  return {
    next() {
      if (at + tokenChars > pool.length) {
        pool = Buffer.from(random.bytes(drawBytes)).toString('hex');
        at = 0;
      }
      const token = pool.slice(at, at + tokenChars);
      at += tokenChars;
      return token;
    },
  };
}
