import type { Random } from './random.ts';

/** Repeatable chance: xorshift128 from one seed. Never for secrets. */
export function createSeededRandom(seed: number): Random {
  let a = seed | 0 || 1;
  let b = 0x9e3779b9 ^ seed;
  let c = 0x243f6a88;
  let d = 0xb7e15162;
  const next = (): number => {
    const t = a ^ (a << 11);
    a = b;
    b = c;
    c = d;
    d = d ^ (d >>> 19) ^ t ^ (t >>> 8);
    return d >>> 0;
  };
  for (let warm = 0; warm < 16; warm++) next();
  return {
    bytes(length) {
      const octets = new Uint8Array(length);
      for (let at = 0; at < length; at++) octets[at] = next() & 0xff;
      return octets;
    },
  };
}
