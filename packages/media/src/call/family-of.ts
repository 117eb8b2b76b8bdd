import type { IpFamily } from './media-engine.ts';

/** `address` is a literal. */
export function familyOf(address: string): IpFamily {
  return address.includes(':') ? 6 : 4;
}
