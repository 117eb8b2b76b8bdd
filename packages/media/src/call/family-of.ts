import { isIPv6 } from 'node:net';
import type { IpFamily } from './media-engine.ts';

export function familyOf(address: string): IpFamily {
  return isIPv6(address) ? 6 : 4;
}
