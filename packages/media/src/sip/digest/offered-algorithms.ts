import { digestAlgorithmsDefault, type DigestAlgorithm } from './digest-response.ts';

/**
 * Deviation (RFC 8760 §2.4): clients on libre before 2.0, baresip 1.0 of Debian 12 among them, give up when any of the challenges
 * names an algorithm they do not know, where the RFC has them pass over it. They are offered MD5 alone.
 */
const onlyReadMd5 = [/^baresip v[01]\./];

export function offeredAlgorithms(userAgent: string): readonly DigestAlgorithm[] {
  return onlyReadMd5.some((pattern) => pattern.test(userAgent)) ? ['MD5'] : digestAlgorithmsDefault;
}
