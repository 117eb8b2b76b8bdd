/** B-06: the number reserved for one call, at which its host knows it again: the user part of the address the home dials. */
import type { VisitPlace } from './visit-terms.ts';

const prefix = 'visit-';

export function visitUser(token: string): string {
  return prefix + token;
}

/** The address to dial. */
export function visitUri({ uri, token }: Pick<VisitPlace, 'uri' | 'token'>): string {
  return uri.replace(/^sip:/, `sip:${visitUser(token)}@`);
}

export function tokenOf(user: string): string | undefined {
  return user.length > prefix.length && user.startsWith(prefix) ? user.slice(prefix.length) : undefined;
}
