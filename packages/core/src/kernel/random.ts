/** Where chance comes from. Real in `runtime/`, seeded in tests and simulations. */
export interface Random {
  /** Fills and returns `length` octets. */
  bytes(length: number): Uint8Array;
}

const hex = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, '0'));

/** `length` octets as lower-case hex, for tags, branches and tokens. */
export function randomHex(random: Random, length: number): string {
  let text = '';
  for (const octet of random.bytes(length)) text += hex[octet];
  return text;
}

/** An integer in [0, below). `below` at most 2^32. */
export function randomInteger(random: Random, below: number): number {
  const octets = random.bytes(4);
  const word = (octets[0]! << 24) | (octets[1]! << 16) | (octets[2]! << 8) | octets[3]!;
  return Math.floor((word >>> 0) * (below / 0x1_0000_0000));
}
